"""What can go wrong through nobody's fault but the input's, said in one sentence."""

from __future__ import annotations

from explorer.text import catalogue


class ExplorerError(Exception):
    """Something asked for cannot be done: what was wrong, what is allowed, what to do.

    The sentence stands in `explorer/text/<language>/errors.toml` under `key`, so a page shows it
    in the reader's language while `str(error)`, for the command line and the log, is English.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def sentence(self, language: str = "en") -> str:
        """The sentence for the reader; raises KeyError if the catalogue lacks `key`.

        A value that is such an error itself is put in as its own sentence in that language.
        """
        values = {
            name: value.sentence(language) if isinstance(value, ExplorerError) else value
            for name, value in self.values.items()
        }
        return catalogue(language)(f"errors.{self.key}", **values)

    def __str__(self) -> str:
        return self.sentence()


class SpecError(ExplorerError):
    """A setting has a value that no run can have."""


class DataError(ExplorerError):
    """A data set is absent, damaged or out of reach."""


class CheckpointError(ExplorerError):
    """A checkpoint file is damaged, foreign or from another version of its lesson."""


class DeviceError(ExplorerError):
    """The device asked for is not there, or has not enough memory."""


class BusyError(ExplorerError):
    """The server is training as many runs as it may."""


class UploadError(ExplorerError):
    """A file that a reader brought is no picture that can be opened."""
