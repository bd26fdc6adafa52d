"""The hostile runs of `make fuzz`, short: they find what they are made to find, and find nothing in the atlas."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import pytest

from atlas.serve.routes import routes
from atlas.view import filter_query
from benchmarks.processes import Server, atlas_server
from fuzz import bombs, kills, traffic, words
from fuzz.addresses import ROUTES, Sent, request
from indicators.database import Atlas

SEED = 20_151_231
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills as POSIX has them")


@pytest.fixture(scope="module")
def known(mini_atlas: Atlas) -> words.Words:
    return words.of_atlas(mini_atlas)


@pytest.fixture(scope="module")
def server(mini_build_dir: Path) -> Iterator[Server]:
    with atlas_server(mini_build_dir) as serving:
        yield serving


class Broken(BaseHTTPRequestHandler):
    """A server that has every fault that a run looks for."""

    def do_GET(self) -> None:
        status, body, headers = {
            "/breaks": (500, b"sorry", {}),
            "/full": (503, b"come again", {"Retry-After": "5"}),
            "/gone": (503, b"no", {}),
            "/tells": (400, str(traffic.ROOT).encode(), {}),
        }.get(self.path, (0, b"", {}))
        if not status:
            return  # and hang up
        self.send_response(status)
        for name, value in ({"Content-Type": "text/plain", "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def broken() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving.server_port
        serving.shutdown()


def test_every_route_of_the_service_is_asked() -> None:
    served = {route.path for route in routes if "{rest:path}" not in route.path}
    assert served == {route.path for route in ROUTES}


def test_what_is_asked_is_what_the_service_says_of_itself(known: words.Words) -> None:
    """And a word is known for all of it: what nobody can ask, nobody tries."""
    asked = {route.path: route for route in ROUTES}
    tile = asked["/tiles/villages/{z}/{x}/{y}.mvt"]
    assert tile.needs == ("standard", "as_of")
    assert set(tile.may) == {"build", "release", "within", "lang", "states", *filter_query.KEYS}
    assert asked["/tiles/boundaries/{z}/{x}/{y}.mvt"].needs == ("levels",)
    assert asked["/download/figures.{suffix}"].needs == ("within",)
    assert dict(asked["/download/pilots.{suffix}"].choices) == {"suffix": ("csv", "xlsx")}
    drawn = {"z", "x", "y"}
    for route in ROUTES:
        steps = set(re.findall(r"{(\w+)", route.path)) - drawn - {name for name, _ in route.choices}
        assert all(known.valid(name, Random(1)) is not None for name in (*steps, *route.needs, *route.may))


def test_equal_numbers_give_equal_requests(known: words.Words) -> None:
    assert [request(3, n, known) for n in range(200)] == [request(3, n, known) for n in range(200)]
    assert request(3, 5, known) != request(4, 5, known)


@pytest.mark.parametrize(
    ("path", "found"), [("/breaks", "500"), ("/gone", "503"), ("/tells", "tells"), ("/hangs-up", "no answer")]
)
def test_a_run_sees_a_server_that_breaks(broken: int, path: str, found: str) -> None:
    sent, count = Sent(path, target=path), traffic.Count()
    traffic.note(count, sent, traffic.Connection(broken).ask(sent), "--seed 1 --repeat 2")
    [line] = count.failures
    assert found in line and line.startswith("python -m fuzz --only requests --seed 1 --repeat 2 ")


def test_a_full_server_is_no_failure(broken: int) -> None:
    sent, count = Sent("/full", target="/full"), traffic.Count()
    traffic.note(count, sent, traffic.Connection(broken).ask(sent), "")
    assert count.failures == [] and count.refused_for_load == 1


def test_no_request_brings_the_service_down(server: Server, known: words.Words) -> None:
    count = traffic.run(server, known, SEED, requests=1_500, most_seconds=60)
    assert count.failures == []
    assert count.requests == 1_500
    assert count.reached > 0.5 * count.requests, "most requests have to get as far as a handler's work"
    assert traffic.Connection(server.port).ask(Sent("/healthz", target="/healthz")).status == 200


@pytest.mark.parametrize("path", ["/download/chart/ranking.svg", "/download/values/unconnected_villages/none.csv"])
def test_a_question_that_only_the_work_finds_impossible_is_refused(
    server: Server, known: words.Words, path: str
) -> None:
    """Found by a long run: a ranking without a level was asked of a worker, and answered with 500."""
    [standard, *_] = known.dates
    query = f"within={known.by_name['within'][0]}&standard={standard}&as_of={known.dates[standard][0]}"
    assert traffic.Connection(server.port).ask(Sent(path, target=f"{path}?{query}")).status == 400


@needs_fork
def test_a_killed_build_leaves_an_atlas(mini_build_dir: Path) -> None:
    count = kills.run(SEED, kills=6, published=mini_build_dir)
    assert count.failures == []
    assert count.at_steps >= 3 and count.at_moments >= 2


@needs_fork
def test_a_build_that_takes_the_atlas_along_is_seen() -> None:
    count = kills.Count()
    found = {"ended": kills.KILLED, "is_readable": False, "files": ["CURRENT"], "steps": [], "seconds": 1.0}
    kills.note(count, {"step": 0}, found, ["os.rename"])
    assert count.at_renames == 1 and "CURRENT" in count.failures[0]


@pytest.mark.parametrize(
    ("fate", "why"),
    [
        (bombs.Fate("a", 1, None, 31.0, 10.0, "working"), "went on"),
        (bombs.Fate("a", 1, -9, 1.0, 10.0, ""), "ended with -9"),
        (bombs.Fate("a", 1, 1, 1.0, 10.0, "Traceback (most recent call last)"), "ended with 1 and no words"),
        (bombs.Fate("a", 1, 0, 1.0, 6_900.0, "1 row"), "took 6,900 MB"),
        (bombs.Fate("a", 1, 1, 1.0, 10.0, " "), "said nothing"),
        (bombs.Fate("a", 1, 1, 1.0, 10.0, "refused: too long"), ""),
    ],
)
def test_a_bomb_that_goes_off_is_seen(fate: bombs.Fate, why: str) -> None:
    assert fate.wrong.startswith(why) and bool(fate.wrong) == bool(why)


def test_the_memory_of_children_counts_wherever_they_run() -> None:
    """A child in a session of its own, as the process is in which files are parsed."""
    script = "held = bytearray(60_000_000); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as child:
        assert child.stdout and child.stdout.readline()
        assert bombs.family(os.getpid())[child.pid] > 60
        child.communicate(b"\n")
    assert bombs.family(child.pid) == {}


def test_a_file_is_checked_in_a_process_whose_memory_is_seen(tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text("code,name\n110101,a\n")
    fate = bombs.check("plain", plain)
    assert fate.wrong == "" and 30 < fate.peak_mb < bombs.MOST_MB
