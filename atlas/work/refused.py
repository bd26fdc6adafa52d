"""A request that cannot be answered, wherever that is found out: in the server, or in a worker that makes a file."""

from __future__ import annotations

from atlas.look.language import mark


class Refused(Exception):
    """Becomes an answer with this status and a short JSON text; `retry_s`: seconds to wait before another try."""

    def __init__(self, status: int, error: str, expected: object = None, retry_s: int | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.expected = expected
        self.retry_s = retry_s


class UnknownValue(ValueError):
    """A filter has a value that this build does not know."""

    def __init__(self, parameter: str, expected: object) -> None:
        super().__init__(f"unknown {parameter}")
        self.parameter = parameter
        self.expected = expected


#: What a visitor reads instead of a file that nobody could make; whoever answers translates it.
WORDS = {
    "busy": mark("Many files are being made just now. Please try again in a quarter of a minute."),
    "full": mark("The server has no room for another file. Please try again later."),
    "long": mark("This takes too long. Please ask for a smaller place, or for fewer rows."),
    "lost": mark("The file could not be made. Please try again, or ask for a smaller place."),
    "stops": mark("The server is being restarted. Please try again in a minute."),
}
