"""Nobody waits for a stranger: heavy answers have processes of their own, a bounded queue, and an end.

More than 400 lines: its cases share one server that is kept waiting in turn.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import pytest

from atlas.work import kept_files, workshop
from atlas.work.kept_files import KeptFiles
from atlas.work.refused import Refused
from atlas.work.worker import Task
from atlas.work.workshop import Workshop
from indicators import facts
from indicators.database import Atlas

ROOT = Path(__file__).resolve().parents[2]
SOON_S = 2.0
REQUESTS = 45


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int
    cache: Path
    asked: dict[str, str]

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def villages(self, suffix: str = "csv", **asked: str) -> str:
        return f"/download/villages.{suffix}?{urlencode(self.asked | asked)}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return is_so()


def start(atlas: Atlas, cache: Path) -> Server:
    """The app as `make run` starts it, once it answers."""
    settings = facts.settings(atlas)
    view = settings["default_view"]
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "dashboard:app", "--port", str(port), "--log-level", "warning"],
        cwd=ROOT,
        env=os.environ | {"ATLAS_BUILD_DIR": str(atlas.path.parent), "ATLAS_CACHE_DIR": str(cache)},
        stderr=subprocess.DEVNULL,
    )
    asked = {
        "standard": view["standard"],
        "as_of": str(view["as_of"]),
        "within": settings["nation"]["place_id"],
    }
    server = Server(process, port, cache, asked)

    def answers() -> bool:
        try:
            return server.get("/healthz")[0] == 200
        except OSError:
            return False

    if not until(answers, 60):
        process.kill()
        raise RuntimeError("the server did not come up within a minute")
    return server


@pytest.fixture(scope="module")
def server(mini_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start(mini_atlas, tmp_path_factory.mktemp("cache"))
    yield started
    started.process.kill()
    started.process.wait()


def workers_of(pid: int) -> list[int]:
    """Processes that a server started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if fields.get("PPid") == str(pid):
            found.append(int(status.parent.name))
    return found


def tile(server: Server) -> str:
    return f"/tiles/villages/4/{time.monotonic_ns() % 16}/6.mvt?{urlencode(server.asked)}"


def many_questions(server: Server) -> list[str]:
    """Files that differ, so that none is made for two."""
    states = ("unconnected", "unknown", "connected", "unconnected,unknown", "unknown,connected")
    formats = ("csv", "geojson", "parquet", "xlsx")
    ways = product(("zh", "en"), states, formats, ("0", "1"))
    found = [
        server.villages(suffix, lang=lang, states=chosen, people=f"{least}-") for lang, chosen, suffix, least in ways
    ]
    return found[:REQUESTS]


# --- a server under load --------------------------------------------------------------------------------


def test_pages_answer_while_one_client_asks_for_many_files(server: Server) -> None:
    waits: list[float] = []
    with ThreadPoolExecutor(REQUESTS) as crowd:
        asked = [crowd.submit(server.get, path) for path in many_questions(server)]
        while not all(one.done() for one in asked):
            for path in ("/healthz", tile(server)):
                began = time.monotonic()
                assert server.get(path)[0] in (200, 204)
                waits.append(time.monotonic() - began)
    answers = [one.result() for one in asked]
    statuses = Counter(status for status, _, _ in answers)
    assert set(statuses) <= {200, 429} and statuses[200] >= workshop.MOST_PER_CLIENT and statuses[429]
    assert sorted(waits)[int(0.95 * len(waits))] < SOON_S and max(waits) < 3 * SOON_S
    for status, headers, body in answers:
        if status == 429:
            assert int(headers["Retry-After"]) > 0 and set(json.loads(body)) == {"error", "expected"}


def test_the_same_file_is_made_once_and_then_sent_from_disk(server: Server) -> None:
    path = server.villages(people="1-", lang="en")
    with ThreadPoolExecutor(REQUESTS) as crowd:
        answers = list(crowd.map(server.get, [path] * REQUESTS))
    assert {status for status, _, _ in answers} == {200}
    assert len({body for _, _, body in answers}) == 1
    _, headers, body = server.get(path)
    status, _, part = server.get(path, **{"Range": "bytes=3-9", "If-Range": headers["ETag"]})
    assert status == 206 and part == body[3:10]
    assert until(lambda: not list(server.cache.glob("*/making-*/sent-*")), SOON_S)


def test_words_of_a_full_queue_are_in_the_readers_language(server: Server) -> None:
    paths = [server.villages("xlsx", people=f"0-{least}", lang="zh") for least in range(900, 900 + REQUESTS)]
    with ThreadPoolExecutor(REQUESTS) as crowd:
        said = [body for status, _, body in crowd.map(server.get, paths) if status == 429]
    assert said and "重试" in json.loads(said[0])["expected"]


def test_a_head_request_makes_nothing(server: Server) -> None:
    path = server.villages("geojson", people="2-", lang="en")
    before = set(server.cache.glob("*/*/*/*"))
    status, headers, body = server.get(path, "HEAD")
    assert status == 200 and not body and headers["Content-Type"].startswith("application/geo+json")
    assert set(server.cache.glob("*/*/*/*")) == before
    size = len(server.get(path)[2])
    assert int(server.get(path, "HEAD")[1]["Content-Length"]) == size


@pytest.mark.parametrize("wrong", [{"within": "nowhere"}, {"as_of": "1900-01-01"}, {"states": "all"}])
def test_nonsense_does_not_reach_the_queue(server: Server, wrong: dict[str, str]) -> None:
    began = time.monotonic()
    assert server.get(server.villages(**wrong))[0] == 400
    assert time.monotonic() - began < SOON_S


# --- the end of a server --------------------------------------------------------------------------------


def test_a_server_ends_within_ten_seconds_also_under_load(mini_atlas: Atlas, tmp_path: Path) -> None:
    server = start(mini_atlas, tmp_path)
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    for one in slow[:10]:  # ask, and never read
        one.sendall(f"GET {server.villages('geojson')} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    for one in slow[10:]:  # never finish asking
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    crowd = [
        threading.Thread(target=_ignoring_errors, args=(server, path), daemon=True) for path in many_questions(server)
    ]
    for one in crowd:
        one.start()
    assert until(lambda: bool(workers_of(server.process.pid)), 10)
    workers = workers_of(server.process.pid)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(10)
    assert time.monotonic() - began < 10
    assert until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in workers), 5)
    for one in slow:
        one.close()


def _ignoring_errors(server: Server, path: str) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        server.get(path)


DYING = """
import sys, time
from pathlib import Path
from atlas.work.kept_files import KeptFiles
from atlas.work.worker import Task
from atlas.work.workshop import Workshop
from indicators.database import Atlas
from test_waiting import slow
path, folder = map(Path, sys.argv[1:])
kept = KeptFiles(folder, path.parent)
job = Workshop().ask(Task(slow, path, ("long", 60)), kept, "a")
while job.worker is None:
    time.sleep(0.05)
print("working", flush=True)
time.sleep(60)
"""


def test_workers_end_with_a_server_that_was_killed_and_the_next_one_tidies_up(
    mini_atlas: Atlas, tmp_path: Path
) -> None:
    path = os.pathsep.join((str(ROOT), str(Path(__file__).parent)))
    dying = subprocess.Popen(
        [sys.executable, "-c", DYING, str(mini_atlas.path), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
    )
    assert dying.stdout is not None and dying.stdout.readline() == b"working\n"
    workers = workers_of(dying.pid)
    assert workers
    dying.kill()
    dying.communicate()
    assert until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in workers), 10)
    [left] = [one for one in tmp_path.glob("making-*") if one.is_dir()]
    assert list(left.iterdir())
    KeptFiles(tmp_path, mini_atlas.path.parent)
    assert not left.exists()
    assert len(list(tmp_path.glob("making-*.lock"))) == 1


# --- the workshop by itself -----------------------------------------------------------------------------


def slow(atlas: Atlas, name: str, seconds: float, folder: Path) -> None:
    """What a worker is asked in the tests below."""
    time.sleep(seconds)
    (folder / name).write_text(f"{os.getpid()} {atlas.build_id}")


@pytest.fixture
def kept(mini_atlas: Atlas, tmp_path: Path) -> KeptFiles:
    return KeptFiles(tmp_path / "files", mini_atlas.path.parent)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))  # so that a worker finds `slow`
    opened = Workshop(workers=1, most_waiting=3, most_per_client=2, limit_s=20)
    yield opened
    opened.close()


def wanted(atlas: Atlas, name: str, seconds: float = 0.0) -> Task:
    return Task(slow, atlas.path.resolve(), (name, seconds))


def test_one_client_does_not_fill_the_queue(mini_atlas: Atlas, kept: KeptFiles, shop: Workshop) -> None:
    for name in ("a", "b"):
        shop.ask(wanted(mini_atlas, name, 5), kept, "greedy")
    with pytest.raises(Refused) as refused:
        shop.ask(wanted(mini_atlas, "c", 5), kept, "greedy")
    assert refused.value.status == 429 and refused.value.retry_s
    shop.ask(wanted(mini_atlas, "a", 5), kept, "greedy")  # what is being made already costs nothing
    shop.ask(wanted(mini_atlas, "d"), kept, "modest")
    with pytest.raises(Refused):  # three wait, or one is being made already and then one more finds room
        for client in ("third", "fourth", "fifth"):
            shop.ask(wanted(mini_atlas, client), kept, client)


def test_work_stops_when_the_last_one_leaves(mini_atlas: Atlas, kept: KeptFiles, shop: Workshop) -> None:
    first = shop.ask(wanted(mini_atlas, "long", 60), kept, "a")
    also = shop.ask(wanted(mini_atlas, "long", 60), kept, "b")
    assert first is also
    assert until(lambda: first.worker is not None, 20)
    shop.leave(first)
    time.sleep(0.3)
    assert not first.made.done()
    shop.leave(also)
    began = time.monotonic()
    after = shop.ask(wanted(mini_atlas, "next"), kept, "a")
    assert after.made.result(20).name == "next"
    assert time.monotonic() - began < 15
    assert kept.find(mini_atlas.build_id, first.key) is None


def test_work_that_takes_too_long_is_ended_and_the_next_is_done(
    mini_atlas: Atlas, kept: KeptFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    shop = Workshop(workers=1, limit_s=6)
    late = shop.ask(wanted(mini_atlas, "late", 60), kept, "a")
    after = shop.ask(wanted(mini_atlas, "after"), kept, "a")
    with pytest.raises(Refused) as refused:
        late.made.result(15)
    assert refused.value.status == 503
    assert after.made.result(15).read_text().endswith(mini_atlas.build_id)
    shop.close()


def test_a_page_that_is_left_lets_go(mini_atlas: Atlas, kept: KeptFiles, shop: Workshop) -> None:
    end = time.monotonic() + 1
    assert shop.wait(wanted(mini_atlas, "page", 60), kept, "a", lambda: time.monotonic() > end) is None
    assert time.monotonic() < end + 1


def test_a_closed_workshop_says_so(mini_atlas: Atlas, kept: KeptFiles, shop: Workshop) -> None:
    job = shop.ask(wanted(mini_atlas, "x", 60), kept, "a")
    shop.close()
    with pytest.raises(Refused) as refused:
        job.made.result(5)
    assert refused.value.status == 503
    with pytest.raises(Refused):
        shop.ask(wanted(mini_atlas, "y"), kept, "a")


# --- what is kept ---------------------------------------------------------------------------------------


def put(kept: KeptFiles, build_id: str, key: str, size: int) -> Path:
    place = kept.workplace()
    (place / "file.csv").write_bytes(b"x" * size)
    return kept.keep(place, build_id, key)


def test_the_folder_never_grows_beyond_its_bounds(mini_atlas: Atlas, tmp_path: Path) -> None:
    kept = KeptFiles(tmp_path, mini_atlas.path.parent, most_bytes=1000, most_files=4)
    for number in range(12):
        put(kept, mini_atlas.build_id, f"k{number}", 150 if number < 8 else 400)
        os.utime(kept.find(mini_atlas.build_id, f"k{number}") or tmp_path, (number, number))
        files = [one for one in tmp_path.rglob("*.csv")]
        assert len(files) <= 4 and sum(one.stat().st_size for one in files) <= 1000
    assert kept.find(mini_atlas.build_id, "k11") and not kept.find(mini_atlas.build_id, "k0")


def test_files_of_a_build_that_is_gone_go_too(mini_atlas: Atlas, kept: KeptFiles) -> None:
    put(kept, "20000101T000000Z-gone", "k", 10)
    put(kept, mini_atlas.build_id, "k", 10)
    assert kept.find("20000101T000000Z-gone", "k") is None and kept.find(mini_atlas.build_id, "k")


def test_a_file_that_is_being_sent_stays_whole_when_it_is_thrown_out(mini_atlas: Atlas, tmp_path: Path) -> None:
    kept = KeptFiles(tmp_path, mini_atlas.path.parent, most_files=1)
    lent = kept.lend(put(kept, mini_atlas.build_id, "first", 10))
    put(kept, mini_atlas.build_id, "second", 10)
    assert kept.find(mini_atlas.build_id, "first") is None and lent.read_bytes() == b"x" * 10


def test_two_servers_share_a_folder(mini_atlas: Atlas, tmp_path: Path) -> None:
    one = KeptFiles(tmp_path, mini_atlas.path.parent)
    half = one.workplace()
    other = KeptFiles(tmp_path, mini_atlas.path.parent)
    assert half.is_dir(), "the other server took a living one's work for a leftover"
    (half / "file.csv").write_text("mine")
    theirs = put(other, mini_atlas.build_id, "k", 5)
    assert one.keep(half, mini_atlas.build_id, "k") == theirs and theirs.read_bytes() == b"x" * 5


def test_a_full_disk_is_said(
    mini_atlas: Atlas, kept: KeptFiles, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_files, "LEAST_FREE_BYTES", 1 << 60)
    job = shop.ask(wanted(mini_atlas, "x"), kept, "a")
    with pytest.raises(Refused) as refused:
        job.made.result(20)
    assert refused.value.status == 503 and refused.value.retry_s


# --- memory ---------------------------------------------------------------------------------------------


@pytest.mark.national
def test_a_national_table_takes_little_memory(national_atlas: Atlas, tmp_path: Path) -> None:
    """Beyond what the process holds before: 200 MB, whatever the number of villages."""
    view = facts.settings(national_atlas)["default_view"]
    nation = facts.settings(national_atlas)["nation"]["place_id"]
    script = f"""
import resource, sys
from datetime import date
from pathlib import Path
from atlas.files import downloads
from indicators.database import Atlas
from indicators.chosen.selection import Selection
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
atlas = Atlas(Path({str(national_atlas.path)!r}))
before = peak()
chosen = Selection({nation!r}, {view["standard"]!r}, date.fromisoformat({str(view["as_of"])!r}))
downloads.write(atlas, chosen, "csv", "zh", "", Path({str(tmp_path / "out.csv")!r}))
print(peak() - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | workshop.FRUGAL,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert int(done.stdout) <= 200
    assert (tmp_path / "out.csv").stat().st_size > 10_000_000
