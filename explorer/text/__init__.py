"""All prose and labels: one TOML file a page and language, the same keys in every language.

    >>> say = catalogue("en")
    >>> say("common.start")
    'Start'

Keys are dotted: the first part is the file's stem, the rest its tables.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "ko": "한국어"}
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Catalogue:
    """The words of one language; call it with a key and the values its sentence names."""

    language: str
    entries: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text under `key` with `values` put in; KeyError if there is no such key."""
        try:
            entry = self.entries[key]
        except KeyError:
            raise KeyError(f"no text {key!r} in {self.language!r}") from None
        return entry.format(**values) if values else entry

    def __contains__(self, key: str) -> bool:
        return key in self.entries


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of `language`, one of LANGUAGES; any other gets the default language's."""
    if language not in LANGUAGES:
        language = DEFAULT_LANGUAGE
    entries: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / language).glob("*.toml")):
        entries |= _flattened(tomllib.loads(path.read_text(encoding="utf-8")), path.stem)
    return Catalogue(language, entries)


def language_for(locale: str | None) -> str:
    """The language of a browser's locale such as `ko-KR`; the default one if we lack it."""
    spoken = (locale or "").replace("_", "-").split("-")[0].lower()
    return spoken if spoken in LANGUAGES else DEFAULT_LANGUAGE


def _flattened(table: dict[str, object], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}.{key}"
        flat |= _flattened(value, name) if isinstance(value, dict) else {name: str(value)}
    return flat
