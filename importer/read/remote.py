"""Fetches declared files once: continued where they broke off, verified, kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pooch
import requests

from importer.errors import DeclarationProblem, FileAltered, FileMissing, FileTooLarge
from importer.read import limits

SECONDS_TO_ANSWER = 30
ATTEMPTS = 3
BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
BLOCK_BYTES = 1 << 18


@dataclass(frozen=True)
class Fetched:
    """A file that lies here now."""

    path: Path
    sha256: str
    is_new: bool


def fetch(url: str, sha256: str | None, folder: Path, name: str, show_progress: bool = False) -> Fetched:
    """Fetch `url` to `folder/name`, unless it lies there already.

    Raises FileMissing, with the address to open and the place to put the file, where it cannot be fetched;
    FileAltered where the sha256 differs; FileTooLarge beyond the limit.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise DeclarationProblem("file.url", "an address that begins with https:// or http://", url, "mend file.url")
    target = folder / name
    is_new = not target.is_file()
    if is_new:
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(url, target, sha256, show_progress)
    found = pooch.file_hash(str(target))
    if sha256 is not None and found != sha256:
        raise FileAltered(
            str(target),
            f"sha256 {sha256}",
            f"sha256 {found}",
            f"remove {target} to fetch it again, or declare the new edition",
        )
    return Fetched(target, found, is_new)


def _fetch(url: str, target: Path, sha256: str | None, show_progress: bool) -> None:
    downloader = Continuing(show_progress)
    try:
        pooch.retrieve(
            url=url,
            known_hash=f"sha256:{sha256}" if sha256 else None,
            fname=target.name,
            path=target.parent,
            downloader=downloader,
        )
    except (requests.RequestException, OSError) as error:
        raise FileMissing(
            url,
            "an answer from the server",
            f"{type(error).__name__}: {str(error)[:300]}",
            f"open the address in a browser where there is a network, and put the file at {target}",
        ) from error
    except ValueError as error:  # what pooch raises where the sum differs; the file is gone already
        raise FileAltered(
            url, f"sha256 {sha256}", str(error)[:300], "declare the new edition, or ask the publisher"
        ) from error


class Continuing:
    """A downloader for pooch that goes on where an earlier attempt broke off."""

    def __init__(self, show_progress: bool = False) -> None:
        self.show_progress = show_progress

    def __call__(self, url: str, output_file: str, pooch_object: Any) -> None:
        """Write the whole file to `output_file`; what broke off stays beside the target as `.part`."""
        target = Path(output_file)
        part = Path(pooch_object.path if pooch_object else target.parent) / f"{_plain_name(url)}.part"
        for attempt in range(ATTEMPTS):
            try:
                self._continue(url, part)
                break
            except BROKEN:
                if attempt == ATTEMPTS - 1:
                    raise
        target.write_bytes(b"")
        part.replace(target)

    def _continue(self, url: str, part: Path) -> None:
        have = part.stat().st_size if part.is_file() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=headers, stream=True, timeout=SECONDS_TO_ANSWER) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                part.unlink()  # it was complete, or is of another edition: start again
                return self._continue(url, part)
            _refuse_detour(answer)
            answer.raise_for_status()
            goes_on = answer.status_code == requests.codes.partial_content
            self._write(answer, part, have if goes_on else 0)

    def _write(self, answer: requests.Response, part: Path, have: int) -> None:
        expected = answer.headers.get("Content-Length")
        start = have
        with part.open("ab" if have else "wb") as stream:
            for block in answer.iter_content(BLOCK_BYTES):
                have += len(block)
                if have > limits.FILE_BYTES:
                    raise FileTooLarge(answer.url, f"at most {limits.FILE_BYTES:,} bytes", "more", "ask the publisher")
                stream.write(block)
                if self.show_progress:
                    print(f"\r{part.name}: {have / 1e6:,.1f} MB", end="", flush=True)
        if expected is not None and have - start < int(expected):
            raise requests.ConnectionError(f"the connection ended after {have:,} bytes")


def _refuse_detour(answer: requests.Response) -> None:
    """Raise DeclarationProblem where a declared https address led on to one that anybody on the way can alter."""
    first = answer.history[0].url if answer.history else answer.url
    if urlsplit(first).scheme == "https" and urlsplit(answer.url).scheme != "https":
        raise DeclarationProblem(
            "file.url", "an address that stays with https", f"{first} leads to {answer.url}", "mend file.url"
        )


def _plain_name(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:16]
