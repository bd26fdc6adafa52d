"""What the process of one file may take, and what is said where that was not enough."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from ground.phrases import phrase
from importer.errors import FileTooLarge, FileUnreadable, Problem
from importer.read import limits

TOO_LONG = -int(getattr(signal, "SIGXCPU", 24))


@dataclass(frozen=True)
class Allowance:
    """Address space in bytes, processor time in seconds, and what a person does where a file needs more of them."""

    memory_bytes: int
    cpu_seconds: int
    takes_less: str
    takes_shorter: str

    def how_it_ended(self, code: int | None, name: str) -> Problem:
        """The Problem of a process that ended before its answer did, by its exit code (see `room.Reader.ended`)."""
        if code == TOO_LONG:
            return self.too_long(name)
        if code is None:
            return FileUnreadable(name, "a reader that reads to the end", "it was ended from outside", "try again")
        return FileTooLarge(
            name,
            phrase("at most {most} MiB of memory while it is read", most=f"{self.memory_bytes // 1024**2:,}"),
            "more, or a fault that ends its reader",
            self.takes_less,
        )

    def too_long(self, name: str) -> FileTooLarge:
        return FileTooLarge(
            name,
            phrase("a file that is read in {n} seconds", n=f"{self.cpu_seconds:,}"),
            "it takes longer",
            self.takes_shorter,
        )


def of_tables(size_bytes: int) -> Allowance:
    """For a table in a file of this size."""
    return Allowance(
        limits.reader_bytes(size_bytes),
        limits.cpu_seconds(size_bytes),
        phrase("delete single cells far away from the table, or export it as CSV"),
        phrase("split the file, or export it as CSV"),
    )


def of_photos() -> Allowance:
    """For a photo, which has bounds of its own before it is decoded."""
    smaller = phrase("send a screenshot of the photo, or choose a smaller size when the phone offers one")
    return Allowance(limits.PHOTO_READER_BYTES, limits.PHOTO_CPU_SECONDS, smaller, smaller)
