"""The n-th request of a seed: mostly one that a handler answers, often with one thing wrong in it.

Equal seed and number give the same request over the same atlas, so that a failure can be had again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlencode

from atlas.files import chart_files
from atlas.maps import scripts as map_files
from fuzz.words import DEEPEST_ZOOM, HOSTILE, Words

FILTERS = ("kind", "terrain", "category", "batch", "people", "area")
VIEW = ("standard", "as_of")
LOOK = ("build", "lang", "theme")
_NAMED = re.compile(r"{(\w+)(?::path)?}")


@dataclass(frozen=True)
class Route:
    """One address of the service: its path as Starlette has it, the parameters it needs and those it may have."""

    path: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ("build",)
    weight: float = 1.0  # files to take away are made by a few workers: many of them would only wait for one another
    suffixes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # what stands for {name}
    is_small: bool = False  # asked for small places, since whole countries are heavy


ROUTES = (
    Route("/tiles/villages/{z}/{x}/{y}.mvt", VIEW, ("build", "within", "lang", "states", *FILTERS), 12),
    Route("/tiles/boundaries/{z}/{x}/{y}.mvt", ("levels",), ("build", "maritime", "pilots"), 8),
    Route("/tiles/names/{z}/{x}/{y}.mvt", (), ("build", "lang"), 8),
    Route("/boundaries/{level}.geojson", (), ("build", "within", "resolution"), 2),
    Route(
        "/choropleth/{indicator}/{level}.geojson",
        ("within", *VIEW),
        (*LOOK, "resolution", "classes", "demo", "vs_within", "vs_standard", "vs_as_of", "show"),
        2,
    ),
    Route("/hot-spots/{level}.geojson", ("within", *VIEW), (*LOOK, "resolution", "demo"), 0.1),
    Route("/pilots/outlines.geojson", (), ("build", "lang", "resolution", "batch"), 2),
    Route("/maps/{place_id}.html", VIEW, LOOK, 1),
    Route("/draw/{place_id}.html", VIEW, LOOK, 1),
    Route("/locator/{place_id}.svg", (), LOOK, 2),
    Route(
        "/download/villages.{suffix}",
        (*VIEW, "within"),
        ("build", "lang", "states", *FILTERS),
        0.05,
        ("csv", "xlsx", "geojson", "parquet"),
        is_small=True,
    ),
    Route(
        "/download/values/{indicator}/{level}.{suffix}",
        ("within", *VIEW),
        ("build", "lang", "classes"),
        0.05,
        ("csv", "xlsx"),
    ),
    Route("/download/projects.{suffix}", ("within",), ("build", "lang", "per"), 0.1, ("csv", "xlsx")),
    Route("/download/pilots.{suffix}", ("within",), ("build", "lang", "batch"), 0.1, ("csv", "xlsx")),
    Route(
        "/download/figures.{suffix}",
        ("within",),
        ("build", "lang", "words", "topic", "seen", "contradiction", "from", "to"),
        0.1,
        ("csv", "xlsx", "json"),
    ),
    Route(
        "/download/chart/{name}.{suffix}",
        ("within", *VIEW),
        ("build", "lang", "level", "per", "classes"),
        0.05,
        ("svg", "png"),
        tuple(chart_files.CHARTS),
    ),
    Route("/download/rejects/{source_id}.csv", (), ("build", "lang"), 0.1),
    Route("/download/findings.csv", (), ("build", "lang"), 0.1),
    Route("/answers/{key}.geojson", (), (), 1),
    Route("/look/atlas.css", (), ("v",), 2),
    Route("/look/icons.svg", (), ("theme", "v"), 2),
    Route("/look/map-view.js", (), ("v",), 2),
    Route("/look/maps/{name}", (), ("v",), 2, names=tuple(map_files.NAMES)),
    Route("/look/words.js", (), ("lang", "v"), 2),
    Route("/vendor/{path:path}", (), ("v",), 4),
    Route("/healthz", (), (), 1),
    Route("/readyz", (), (), 1),
)
#: Streamlit's own: pages are one document, whatever their query; the rest is asked for what it should not say.
OTHERS = (
    "/",
    "/gap-map",
    "/place?place=1",
    "/data",
    "/nowhere",
    "/gap-map/",
    "/?embed=true",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/upload_file/x/y",
    "/_stcore/stream",
    "/media/x.png",
    "/static/../../etc/passwd",
    "/static/js/none.js",
    "/component/x/y",
    "/app/static/x",
    "/~/+/",
    "/favicon.png",
)
#: Pages speak over a websocket; a foreign page must not open one, nor a stranger's header lead the server elsewhere.
ORIGINS = (
    "http://evil.test",
    "null",
    "http://127.0.0.1.evil.test",
    "file://",
    "http://[::1",
    "http://127.0.0.1@evil.test",
)
HANDSHAKE = (
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "c3RyYW5nZXIgdGhpbmdzLg=="),
    ("Sec-WebSocket-Protocol", "streamlit"),
)
METHODS = ("HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 300)
HEADERS = (
    ("Accept-Encoding", "gzip;q=nan, br;q=1e9, *;q="),
    ("Accept-Encoding", "," * 900),
    ("If-None-Match", '"' * 999),
    ("If-None-Match", "*"),
    ("If-Modified-Since", "Thu, 99 Foo 0000 99:99:99 GMT"),
    ("Range", "bytes=5-2,-1"),
    ("Range", "bytes=" + "0-," * 300),
    ("Range", "bytes=0-1"),
    ("Cookie", "=" * 900),
    ("X-Forwarded-Host", "evil.test"),
    ("X-Forwarded-Prefix", "//evil.test/"),
    ("X-Forwarded-Proto", "javascript"),
    ("Content-Length", "0"),
    ("Accept-Language", "zz-" * 300),
    ("Expect", "100-continue"),
    ("Origin", "null"),
    ("X-HTTP-Method-Override", "PUT"),
)
#: What is not HTTP, or says two things at once: may be answered with 400 or by hanging up, never with more.
GARBAGE = (
    b"\r\n\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"GET /tiles/\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n",
    b"GET http://evil.test/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"A: b\r\n" * 400 + b"\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA : b\r\n c\r\n\r\n",
)


@dataclass(frozen=True)
class Sent:
    """A request. `raw` is sent as it is, without a header of ours; otherwise method, target and headers are."""

    route: str
    method: str = "GET"
    target: str = "/"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    raw: bytes | None = None

    def __str__(self) -> str:
        if self.raw is not None:
            return repr(self.raw[:120])
        extra = " ".join(f"{name}: {value[:40]!r}" for name, value in self.headers)
        return f"{self.method[:20]} {self.target[:400]} {extra}".rstrip()


def request(seed: int, number: int, words: Words) -> Sent:
    """The request of this number."""
    random = Random(f"{seed}:{number}")
    drawn = random.random()
    if drawn < 0.01:
        return Sent("garbage", raw=random.choice(GARBAGE))
    if drawn < 0.015:
        origin = ("Origin", random.choice(ORIGINS))
        return Sent("websocket", target="/_stcore/stream", headers=(*HANDSHAKE, origin))
    if drawn < 0.05:
        return Sent("pages", target=random.choice(OTHERS), headers=tuple(random.sample(HEADERS, 1)))
    route = random.choices(ROUTES, [one.weight for one in ROUTES])[0]
    path, query = _path(route, random, words), _query(route, random, words)
    if drawn < 0.30:
        path, query = _with_a_fault(path, query, random)
    target = _target(path, query)
    if drawn > 0.97:
        return Sent(route.path, random.choice(METHODS), target, body=b"x" * random.choice([0, 0, 10, 5_000]))
    if drawn > 0.93:
        return Sent(route.path, target=target, headers=tuple(random.sample(HEADERS, 2)))
    return Sent(route.path, "GET", target, (("Accept-Encoding", random.choice(["gzip", "identity"])),))


def _path(route: Route, random: Random, words: Words) -> list[str]:
    """The pieces of the path, text and values in turn."""
    tile = iter(_tile(random))
    pieces: list[str] = []
    for piece, name in _pieces(route.path):
        if name == "suffix":
            value = random.choice(route.suffixes)
        elif name == "name":
            value = random.choice(route.names)
        elif name in ("z", "x", "y"):
            value = str(next(tile))
        else:
            value = words.valid(name, random) if name else ""
        pieces += [piece, value]
    return pieces


def _pieces(path: str) -> Iterator[tuple[str, str]]:
    """Text before a value, and the value's name; the last text has none."""
    end = 0
    for found in _NAMED.finditer(path):
        yield path[end : found.start()], found[1]
        end = found.end()
    yield path[end:], ""


def _tile(random: Random) -> tuple[int, int, int]:
    """Mostly where something is: the upper right quarter of the world, and each zoom as often as another."""
    z = random.randrange(0, DEEPEST_ZOOM + 1)
    side = 1 << z
    return z, int(side * random.uniform(0.70, 0.88)), int(side * random.uniform(0.34, 0.46))


def _query(route: Route, random: Random, words: Words) -> list[tuple[str, str]]:
    few = random.choice((0.1, 0.5))
    names = [*route.needs, *(name for name in route.may if random.random() < few)]
    if "vs_within" in names or "vs_standard" in names or "vs_as_of" in names or "show" in names:
        names = [*dict.fromkeys([*names, "vs_within", "vs_standard", "vs_as_of"])]
    values = {name: words.valid("small" if route.is_small and name == "within" else name, random) for name in names}
    for side in ("", "vs_"):  # a date that the standard has, or every second question would be no question
        if f"{side}standard" in values:
            values[f"{side}as_of"] = random.choice(words.dates[values[f"{side}standard"]])
    return list(values.items())


def _with_a_fault(
    path: list[str], query: list[tuple[str, str]], random: Random
) -> tuple[list[str], list[tuple[str, str]]]:
    """One thing that a handler has to notice."""
    hostile = random.choice(HOSTILE)
    what = random.randrange(6)
    if what == 0 and len(path) > 2:
        path[random.randrange(1, len(path) - 1, 2)] = hostile
    elif what == 1:
        query = [*query, (hostile[:200], hostile)]
    elif what == 2 and query:
        query = [*query, query[0]]
    elif what == 3 and query:
        query = query[1:]
    elif query:
        at = random.randrange(len(query))
        query = [*query[:at], (query[at][0], hostile), *query[at + 1 :]]
    return path, query


def _target(path: list[str], query: list[tuple[str, str]]) -> str:
    address = "".join(path[i] if i % 2 == 0 else quote(path[i], safe="/@") for i in range(len(path)))
    return f"{address}?{urlencode(query)}" if query else address
