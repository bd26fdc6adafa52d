"""How much of what visitors hand in may lie in memory at once: a session may send file after file and read none.

Streamlit bounds one file and holds any number of them until their session ends.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from atlas.guard.refusal import refuse
from atlas.intake import allowed
from atlas.serve.bodies import UPLOAD

FILES = 20  # of one session
LARGEST = 2  # times the largest file that the session may send
ALL_BYTES = 1 << 30  # of all sessions


class Stored:
    """Answers 413 where a session holds as much as it may, 503 where all of them together do."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "PUT" and UPLOAD in scope["path"]:
            session = scope["path"].partition(UPLOAD)[2].partition("/")[0]
            own, everybody = held(session)
            most = LARGEST * allowed.most_upload_bytes(session)
            if len(own) >= FILES or sum(own) >= most:
                await refuse(scope, receive, send, 413, "too many files are held", "remove some, or reload the page")
                return
            if everybody >= ALL_BYTES:
                await refuse(scope, receive, send, 503, "too many files are held", "try again later", 60)
                return
        await self.app(scope, receive, send)


def held(session: str) -> tuple[list[int], int]:
    """Bytes of each file of a session that Streamlit holds, and of all files together."""
    store = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    if not isinstance(store, MemoryUploadedFileManager):
        return [], 0
    sizes = {name: [len(one.data) for one in list(files.values())] for name, files in list(store.file_storage.items())}
    return sizes.get(session, []), sum(map(sum, sizes.values()))
