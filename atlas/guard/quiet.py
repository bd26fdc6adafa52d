"""The same complaint is written once a minute, with how often it came: nobody fills a log by sending rubbish."""

from __future__ import annotations

import logging
import threading
from collections import Counter

EVERY_S = 60
MOST_KINDS = 200  # complaints told apart at a time
#: Those who complain about what strangers send.
COMPLAINING = (
    "asyncio",
    "uvicorn.error",
    "websockets.server",
    "streamlit.runtime.app_session",
    "streamlit.runtime.runtime",
    "streamlit.web.server.starlette.starlette_auth_routes",
    "streamlit.web.server.starlette.starlette_routes",
    "streamlit.web.server.starlette.starlette_websocket",
)


class OncePerMinute(logging.Filter):
    """Lets the first of each kind through, and after a minute a line that counts the rest."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        super().__init__()
        self.every_s = every_s
        self._guard = threading.Lock()
        self._held: Counter[tuple[str, str]] = Counter()  # times since the last line, by logger and text

    def filter(self, record: logging.LogRecord) -> bool:
        kind = (record.name, str(record.msg)[:200])
        if record.levelno < logging.WARNING or hasattr(record, "atlas_counted"):
            return True
        with self._guard:
            is_new = kind not in self._held
            if is_new and len(self._held) >= MOST_KINDS:
                return False
            self._held[kind] += 0 if is_new else 1
        if is_new:
            self._count_in_a_while(kind)
        return is_new

    def _count_in_a_while(self, kind: tuple[str, str]) -> None:
        timer = threading.Timer(self.every_s, self._tell, (kind,))
        timer.daemon = True
        timer.start()

    def _tell(self, kind: tuple[str, str]) -> None:
        with self._guard:
            times = self._held.pop(kind)
        if times:
            name, text = kind
            said = f"{times} more within {self.every_s:.0f} s: {text.strip()}"
            logging.getLogger(name).warning("%s", said, extra={"atlas_counted": True})


def apply() -> None:
    """For the whole process."""
    once = OncePerMinute()
    for name in COMPLAINING:
        logging.getLogger(name).addFilter(once)
