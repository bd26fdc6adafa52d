"""Photos as evidence: decoded where nothing else is open, and made anew from their pixels alone."""

from __future__ import annotations

from pathlib import Path

from streamlit.runtime.uploaded_file_manager import UploadedFile

from atlas.view import uploads
from atlas.work import scratch
from importer.photo import photo

SUFFIXES = ("jpg", "jpeg", "png", "webp")
MOST_MB = 15


def taken(file: UploadedFile) -> bytes:
    """The picture as JPEG, without anything that the camera wrote. Raises Problem."""
    with uploads.taken(file) as data, scratch.folder() as folder:
        suffix = Path(file.name).suffix.lower().removeprefix(".")
        own = folder / f"photo.{suffix if suffix in SUFFIXES else 'jpg'}"
        own.write_bytes(data.read())
        return photo(own).jpeg
