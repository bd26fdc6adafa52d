"""Bodies: made, compressed and hashed once, then kept; sent again only to those who do not have them.

A failure becomes a short JSON text that says what was expected; nothing of the request is repeated in it.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from atlas.kept.single_flight import SingleFlight
from atlas.look.parameters import Unreadable
from atlas.maps.tiles import villages as tiles
from atlas.work.lane import Lane
from atlas.work.refused import Refused, UnknownValue
from indicators import database
from indicators.database import UNREADABLE, AtlasClosed, AtlasMissing

LOG = logging.getLogger(__name__)

MVT = "application/vnd.mapbox-vector-tile"
GEOJSON = "application/geo+json"
HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"
SVG = "image/svg+xml"
JSON = "application/json"
BODY_CACHE_BYTES = 128 << 20
GZIP_FROM_BYTES = 200  # below that, compressing saves less than the header costs
#: A tile is wanted in milliseconds; an outline is made once per build.
GZIP_LEVEL = {MVT: 1, GEOJSON: 5, HTML: 5}
#: What is made once for all visitors is packed well, too: the app's largest script is 3 MB, 0.83 as gzip, 0.70 here,
#: and that takes 0.7 s (the last 0.06 would take ten).
WELL_PACKED, BROTLI_QUALITY = frozenset({CSS, SCRIPT}), 9

FOR_EVER = "public, max-age=31536000, immutable"  # the address names a build, or the content's hash
ASK_AGAIN = "no-cache"  # may be kept, but the ETag is to be checked each time
READING = frozenset({"GET", "HEAD"})
ALWAYS = {"X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class Body:
    """What is sent: raw, and compressed if that is smaller. An empty tile has no bytes at all."""

    raw: bytes
    zipped: bytes | None
    content_type: str
    etag: str
    policy: str = ""  # of a document with scripts of its own
    packed: bytes | None = None  # by brotli

    @property
    def bytes_held(self) -> int:
        """Memory that it takes in the cache, with a little for itself."""
        return len(self.raw) + len(self.zipped or b"") + len(self.packed or b"") + 300


Bodies = SingleFlight[tuple[object, ...], Body]


def bodies(most_bytes: int) -> Bodies:
    """A cache of answers, bounded by the memory that they take."""
    return SingleFlight(most_bytes, lambda body: body.bytes_held)


_bodies = bodies(BODY_CACHE_BYTES)

Handler = Callable[[Request], Awaitable[Response]]


def guarded(handler: Handler, path: str) -> Handler:
    """Every failure becomes a short JSON answer; what nobody foresaw is logged with its traceback."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except (Refused, Unreadable) as refused:
            return _problem(refused.status, refused.error, refused.expected, getattr(refused, "retry_s", None))
        except tiles.OutOfRange as out:
            return _problem(404, "no such tile", str(out))
        except UnknownValue as unknown:
            return _problem(400, str(unknown), unknown.expected)
        except AtlasClosed:
            return _problem(410, "this build is not served any more", "reload the page; /readyz says which one is")
        except UNREADABLE:
            LOG.exception("the atlas cannot be read")
            database.doubt()
            return _problem(503, "the atlas cannot be read", "wait a moment; it is being checked")
        except AtlasMissing as missing:
            return _problem(503, "no atlas to read", _without_path(str(missing)))
        except Exception:
            LOG.exception("unexpected failure in %s", path)
            return _problem(500, "internal error", "the server's log has the details")

    return answer


def _problem(status: int, error: str, expected: object, retry_s: int | None = None) -> Response:
    headers = ALWAYS | {"Cache-Control": "no-store"}
    if retry_s is not None:
        headers["Retry-After"] = str(retry_s)
    return JSONResponse({"error": error, "expected": expected}, status, headers)


def _without_path(message: str) -> str:
    """Only the last part of AtlasMissing, the command to run: where files lie is nobody's business."""
    return message.rpartition("; ")[2]


def body(raw: bytes, content_type: str, policy: str = "") -> Body:
    """What is sent of some bytes; the same each time."""
    zipped = packed = None
    if len(raw) >= GZIP_FROM_BYTES:
        smaller = gzip.compress(raw, GZIP_LEVEL.get(content_type, 9), mtime=0)
        zipped = smaller if len(smaller) < 0.9 * len(raw) else None
        if zipped and content_type in WELL_PACKED:
            packed = brotli.compress(raw, quality=BROTLI_QUALITY)
    # Weak: the compressed and the raw body are the same tile, and share this tag.
    etag = f'W/"{hashlib.blake2b(raw, digest_size=12).hexdigest()}"'
    return Body(raw, zipped, content_type, etag, policy, packed)


async def answer(
    request: Request,
    key: tuple[object, ...],
    make: Callable[[], Body],
    *,
    is_fixed: bool,
    lane: Lane | None = None,
    kept: Bodies | None = None,
) -> Response:
    """From the cache at once; otherwise made in a thread, so that other requests go on meanwhile.

    is_fixed: the address names one content for ever. lane: the threads for what takes longer than a tile. kept: a cache
    of their own for answers so many that they would throw all others out.
    """
    kept = _bodies if kept is None else kept
    made = kept.peek(key)
    if made is None and lane is not None:
        made = await lane.run(partial(kept.get, key, make))
    elif made is None:
        made = await run_in_threadpool(kept.get, key, make)
    headers = ALWAYS | {"Cache-Control": FOR_EVER if is_fixed else ASK_AGAIN, "Vary": "Accept-Encoding"}
    if made.policy:
        headers["Content-Security-Policy"] = made.policy
    return sent(request, made, headers)


def sent(request: Request, made: Body, headers: dict[str, str], status: int = 200) -> Response:
    """A body to who asks for it: compressed where that is taken, and not again to who has it already."""
    headers = headers | {"ETag": made.etag}
    if status == 200 and _is_known(request.headers.get("if-none-match", ""), made.etag):
        return Response(status_code=304, headers=headers)
    if not made.raw:
        return Response(status_code=204, headers=headers)  # an empty tile
    accepted = request.headers.get("accept-encoding", "")
    for name, content in (("br", made.packed), ("gzip", made.zipped)):
        if content is not None and takes(name, accepted):
            return Response(content, status, headers | {"Content-Encoding": name}, media_type=made.content_type)
    return Response(made.raw, status, headers, media_type=made.content_type)


def _is_known(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def takes(encoding: str, accept_encoding: str) -> bool:
    """RFC 9110 12.5.3: named (or covered by *) and not with weight 0."""
    weights = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=").strip() or "1"
        weights[name.strip()] = weight.strip("0.") != ""
    return weights.get(encoding, weights.get("*", False))
