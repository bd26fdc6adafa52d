"""Whether the process lives, and whether it has an atlas. Answered from memory by the event loop itself.

Neither takes a thread or touches a disk: what is known was found out by `watch`, so that no amount of work in the
server can make it look dead.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from atlas.maps.tiles import villages as tiles
from atlas.serve import startup
from ground.builds import COMMAND
from indicators import database

HEADERS = {"X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


async def alive(request: Request) -> Response:
    """/healthz: 200 as long as the process answers at all."""
    return _no_parameters(request) or JSONResponse({"status": "ok"}, headers=HEADERS)


async def ready(request: Request) -> Response:
    """/readyz: 200 with what is served once an atlas is readable and warm, else 503 with the reason.

    `trouble`: why it is not the build that CURRENT names, in words, or null. `loaded`: whether what is read after the
    first page is there, too.
    """
    shelf = database.shelf_of()
    atlas = shelf.served
    told: dict[str, object]
    index = tiles.loaded(atlas) if atlas else None
    if atlas is None or index is None:
        told = {"error": "no atlas to read", "expected": f"run: {COMMAND}", "trouble": shelf.trouble or None}
        return _no_parameters(request) or JSONResponse(told, 503, HEADERS)
    told = {
        "status": "fallen back" if shelf.trouble else "ok",
        "build_id": atlas.build_id,
        "villages": len(index),
        "loaded": startup.has_all(),
        "trouble": shelf.trouble or None,
    }
    return _no_parameters(request) or JSONResponse(told, headers=HEADERS)


def _no_parameters(request: Request) -> Response | None:
    if not request.query_params:
        return None
    return JSONResponse({"error": "unknown parameter", "expected": []}, 400, HEADERS)
