"""The n-th request of a seed: mostly one that a handler answers, often with one thing wrong in it.

Equal seed and number give the same request over the same atlas, so that a failure can be had again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlencode

from atlas.first import listed
from atlas.look.addressed import Addressed
from atlas.look.parameters import StepOf
from atlas.serve.routes import DATA, LOOK
from fuzz.words import DEEPEST_ZOOM, HOSTILE, Words

_NAMED = re.compile(r"{(\w+)(?::path)?}")


#: How often an address is asked, by how it begins. Files to take away are made by a few workers: many of them would
#: only wait for one another; so would the tests of hot spots.
WEIGHTS = {
    "/tiles/villages/": 12.0,
    "/tiles/": 8.0,
    "/hot-spots/": 0.1,
    "/maps/": 1.0,
    "/download/villages": 0.05,
    "/download/values": 0.05,
    "/download/chart": 0.05,
    "/download/": 0.1,
    "/handout/": 0.05,
    "/answers/": 1.0,
    "/vendor/": 4.0,
    "/healthz": 1.0,
    "/readyz": 1.0,
}
USUAL_WEIGHT = 2.0
PAGE_WEIGHT = 0.2  # there are many of them
#: Asked for small places, since whole countries are heavy.
SMALL = ("/download/villages.{suffix}",)
#: What may be missing by itself, and is refused where nothing stands in its place.
WANTED = ("levels",)


@dataclass(frozen=True)
class Route:
    """One address of the service: its path as Starlette has it, the parameters it needs and those it may have."""

    path: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()  # steps of the path that are one of a few

    @property
    def weight(self) -> float:
        usual = PAGE_WEIGHT if self.may == ASKED_OF_PAGES else USUAL_WEIGHT
        return next((weight for start, weight in WEIGHTS.items() if self.path.startswith(start)), usual)

    @property
    def is_small(self) -> bool:
        return self.path in SMALL


def _route(kind: type[Addressed]) -> Route:
    """What the service says of an address, as a stranger who read the code would know it."""
    plan = kind.plan()
    needs = [name for _, one in plan.rest for name in one.names if name in one.needed or name in WANTED]
    choices = tuple((one.name, one.allowed) for _, one in plan.steps if isinstance(one, StepOf))
    return Route(f"/{kind.PATH}", tuple(needs), tuple(sorted(plan.query - set(needs))), choices)


ASKED_OF_PAGES = ("place", "standard", "as_of", "lang", "q", "about", "vs_standard", "vs_as_of", "figure")
ROUTES = (
    *(_route(served.question) for served in (*DATA, *LOOK)),
    *(Route(f"/{name}", may=ASKED_OF_PAGES) for name in ("", *listed.addresses())),
    *(Route(path) for path in ("/index.html", "/robots.txt", "/sitemap.xml", "/healthz", "/readyz")),
)
#: Streamlit's own, and what it should not say.
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
    tile, choices = iter(_tile(random)), dict(route.choices)
    pieces: list[str] = []
    for piece, name in _pieces(route.path):
        if name in choices:
            value = random.choice(choices[name])
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
    if "vs_standard" in names or "vs_as_of" in names:
        names = [*dict.fromkeys([*names, "vs_standard", "vs_as_of"])]
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
