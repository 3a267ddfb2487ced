"""What tests of the places for a reader's files share."""

from __future__ import annotations

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of which Streamlit was told to let go."""
    files: list[str] = []
    remove = MemoryUploadedFileManager.remove_file

    def noting(manager: MemoryUploadedFileManager, session_id: str, file_id: str) -> None:
        assert manager.get_files(session_id, [file_id])
        remove(manager, session_id, file_id)
        assert not manager.get_files(session_id, [file_id])
        files.append(file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", noting)
    return files
