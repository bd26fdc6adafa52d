"""A server as either command starts it, that tells who collected garbage and how many sessions are alive.

python tests/probe.py uvicorn|streamlit PORT FILE: writes a line of JSON into FILE several times a second.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
import weakref
from collections import Counter
from pathlib import Path
from typing import Any

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage

ROOT = Path(__file__).resolve().parents[1]
FULL = 2  # the generation that Streamlit asks for
_collect, _begin = gc.collect, AppSession.__init__
_walks: Counter[str] = Counter()
_sessions: list[weakref.ref[AppSession]] = []


def _collected(generation: int = FULL) -> int:
    _walks[threading.current_thread().name] += 1
    return _collect(generation)


def _begun(session: AppSession, *args: Any, **named: Any) -> None:
    _begin(session, *args, **named)
    _sessions.append(weakref.ref(session))


def _tell(file: Path) -> None:
    while True:
        alive = sum(one() is not None for one in _sessions)
        told = {"walks": _walks, "sessions": len(_sessions), "alive": alive}
        file.write_text(json.dumps(told), encoding="utf-8")
        time.sleep(0.2)


def main() -> None:
    command, port, file = sys.argv[1:]
    sys.path.insert(0, str(ROOT))
    from atlas.serve import collecting

    collecting.EVERY_S = 0.2
    gc.collect = _collected
    AppSession.__init__ = _begun  # type: ignore[method-assign]
    MemorySessionStorage.__init__.__defaults__ = (1, 120)  # one visitor who has gone is remembered, instead of 128
    threading.Thread(target=_tell, args=(Path(file),), daemon=True).start()
    if command == "uvicorn":
        import uvicorn

        uvicorn.run("dashboard:app", host="127.0.0.1", port=int(port), log_level="warning")
    else:
        from streamlit.web import cli

        sys.argv = ["streamlit", "run", "dashboard.py", "--server.port", port]
        cli.main()


if __name__ == "__main__":
    main()
