"""Files that visitors hand in, out of Streamlit's memory as soon as they were read.

Streamlit itself holds a file until its visitor removes it or leaves, though nothing reads it a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


@contextmanager
def taken(file: UploadedFile) -> Iterator[BinaryIO]:
    """The file, to be read now; afterwards neither Streamlit nor the widget's value holds its bytes."""
    _forget(file)
    file.seek(0)
    try:
        yield file
    finally:
        file.seek(0)
        file.truncate()


def _forget(file: UploadedFile) -> None:
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=file.file_id)
