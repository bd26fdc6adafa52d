"""A broken atlas is not the end: the newest good build is served, and where there is none, words are.

Every state of the folder is tried at the start and while serving. Two copies of the mini atlas lie there, `1` and the
newer `2`, and `CURRENT` names the newer.

More than 400 lines: ways to break one file, all by the same few tools.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import duckdb
import httpx
import pytest
from loops import finished
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from atlas.kept import single_flight
from atlas.maps.tiles import villages as tiles
from atlas.serve import startup, warm, watch
from atlas.serve.routes import routes
from etl.publish import switch as publish
from ground import builds, handles
from indicators import database
from indicators.database import Atlas, AtlasClosed, AtlasMissing, Shelf

APP = Path(__file__).parents[2] / "atlas" / "main.py"
OLD, NEW = "atlas-1.duckdb", "atlas-2.duckdb"
Break = Callable[[Path], Any]


def copied(mini: Path, directory: Path, build_id: str) -> Path:
    target = directory / f"atlas-{build_id}.duckdb"
    shutil.copyfile(mini, target)
    builds.offer(target)
    return target


@pytest.fixture
def mini_file(mini_atlas: Atlas) -> Path:
    return mini_atlas.path


@pytest.fixture
def folder(mini_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(tmp_path))
    copied(mini_file, tmp_path, "1")
    copied(mini_file, tmp_path, "2")
    return tmp_path


# --- what can be wrong -----------------------------------------------------------------------------------


def written(name: str, content: bytes) -> Break:
    return lambda folder: (folder / name).write_bytes(content)


def instead(name: str, make: Callable[[Path], Any]) -> Break:
    """Something else stands where the file was."""

    def put(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return put


def patched(name: str, offset: int | None, content: bytes) -> Break:
    """Some bytes of a file are others, from an offset on (None: in the middle); its length is the same."""

    def patch(folder: Path) -> None:
        with (folder / name).open("r+b") as stream:
            stream.seek((folder / name).stat().st_size // 2 if offset is None else offset)
            stream.write(content)

    return patch


def of_another_duckdb(folder: Path) -> None:
    """Its checksum is right, and this DuckDB cannot read it: the storage version is none it knows."""
    patched(NEW, 12, (2**40).to_bytes(8, "little"))(folder)
    builds.seal(folder / NEW)


def link_ring(path: Path) -> None:
    path.symlink_to(path.with_name("round"))
    path.with_name("round").symlink_to(path)


POINTERS: dict[str, Break] = {
    "random bytes": written("CURRENT", bytes(range(256))),
    "empty": written("CURRENT", b""),
    "not UTF-8": written("CURRENT", "atlas-湖南.duckdb".encode("gb18030")),
    "out of the folder": written("CURRENT", b"../../etc/x\n"),
    "an absolute path": written("CURRENT", b"/etc/passwd\n"),
    "a build out of the folder": written("CURRENT", b"../atlas-2.duckdb\n"),
    "a missing file": written("CURRENT", b"atlas-9.duckdb\n"),
    "two names": written("CURRENT", b"atlas-1.duckdb\natlas-2.duckdb\n"),
    "a NUL in the name": written("CURRENT", b"atlas-1\x00.duckdb\n"),
    "a megabyte": written("CURRENT", b"atlas-1.duckdb" * 75_000),
    "gone": lambda folder: (folder / "CURRENT").unlink(),
    "a folder": instead("CURRENT", Path.mkdir),
    "a ring of links": instead("CURRENT", link_ring),
    "a pipe": instead("CURRENT", os.mkfifo),
}
FILES: dict[str, Break] = {
    "cut off": lambda folder: os.truncate(folder / NEW, 300_000),
    "cut by a byte": lambda folder: os.truncate(folder / NEW, (folder / NEW).stat().st_size - 1),
    "longer by a byte": lambda folder: (folder / NEW).write_bytes((folder / NEW).read_bytes() + b"\n"),
    "empty": written(NEW, b""),
    "one bit in the middle": patched(NEW, None, b"\x01"),
    "a torn block": patched(NEW, 262_144 * 2, b"\xa5" * 4096),
    "all zeros": lambda folder: (folder / NEW).write_bytes(b"\0" * (folder / NEW).stat().st_size),
    "another magic number": patched(NEW, 8, b"KCUD"),
    "text": written(NEW, b"version https://git-lfs.github.com/spec/v1\n"),
    "of another DuckDB": of_another_duckdb,
    "gone": lambda folder: (folder / NEW).unlink(),
    "a folder": instead(NEW, Path.mkdir),
    "a ring of links": instead(NEW, link_ring),
    "a link to nowhere": instead(NEW, lambda path: path.symlink_to("nowhere")),
    "a pipe": instead(NEW, os.mkfifo),
    "without a checksum": lambda folder: (folder / f"{NEW}.sha256").unlink(),
    "with the checksum of another": lambda folder: shutil.copy(f"{folder / OLD}.sha256", f"{folder / NEW}.sha256"),
    "with random bytes for a checksum": written(f"{NEW}.sha256", os.urandom(80)),
    "with a folder for a checksum": instead(f"{NEW}.sha256", Path.mkdir),
    "with changes beside it": written(f"{NEW}.wal", b"x" * 100),
}
ALL = [
    *(pytest.param(broken, "2", id=f"pointer: {name}") for name, broken in POINTERS.items()),
    *(pytest.param(broken, "1", id=f"file: {name}") for name, broken in FILES.items()),
]


def answers(atlas: Atlas) -> bool:
    [(villages,)] = atlas.cursor().execute("SELECT count(*) FROM village").fetchall()
    return bool(villages > 0)


# --- at the start ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("broken", "expected"), ALL)
def test_the_newest_good_build_is_served(broken: Break, expected: str, folder: Path) -> None:
    broken(folder)
    atlas = database.current(folder)
    assert atlas.build_id == expected and answers(atlas)
    trouble = database.shelf_of(folder).trouble
    assert trouble.startswith(("CURRENT ", "atlas-")) and str(folder) not in trouble


@pytest.mark.parametrize("broken", [one.values[0] for one in ALL], ids=[str(one.id) for one in ALL])
def test_a_new_build_mends_it(broken: Break, folder: Path, mini_file: Path) -> None:
    broken(folder)
    with publish.build_lock(folder):
        shutil.copyfile(mini_file, publish.partial_path(folder, "3"))
        publish.publish(folder, "3")
    assert builds.named(folder) == builds.good(folder) == folder / "atlas-3.duckdb"
    assert database.current(folder).build_id == "3"
    assert database.shelf_of(folder).trouble == ""


def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the system says it to a user without the right; tests may run as one who has all rights."""
    opened = Path.open

    def refuse(path: Path, *args: Any, **named: Any) -> Any:
        if path.name == NEW:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **named)

    monkeypatch.setattr(Path, "open", refuse)
    assert database.current(folder).build_id == "1"
    assert database.shelf_of(folder).trouble == f"{NEW} cannot be read (Permission denied)"


def test_none_is_good(folder: Path) -> None:
    os.truncate(folder / OLD, 100)
    os.truncate(folder / NEW, 100)
    with pytest.raises(AtlasMissing, match=r"atlas-2.duckdb is damaged.*atlas-1.*run: python -m etl build") as said:
        database.current(folder)
    assert str(folder) not in str(said.value)


def test_the_page_says_it_in_both_languages_and_names_no_path(folder: Path) -> None:
    for name in (OLD, NEW):
        os.truncate(folder / name, 100)
    page = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not page.exception
    [said] = page.error
    assert "没有可以读取的数据" in said.value and "There is no atlas to read" in said.value
    assert "python -m etl build" in said.value and str(folder) not in said.value


# --- while serving ---------------------------------------------------------------------------------------


@pytest.fixture
def client(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The server's own routes with what it does at its start."""
    del folder
    monkeypatch.setattr(watch, "EVERY_S", 0.02)
    monkeypatch.setattr(startup, "load_the_rest", lambda: None)
    monkeypatch.setattr(startup.collecting, "set_aside", lambda: None)
    with TestClient(Starlette(routes=routes, lifespan=startup.lifespan), raise_server_exceptions=False) as client:
        yield client


def until(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def ready(client: TestClient) -> tuple[int, Any]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


TILE = "/tiles/villages/2/0/0.mvt?standard=wire&as_of=2012-12-31"


def test_damage_while_serving_falls_back_and_is_said_once(
    client: TestClient, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert ready(client)[1]["build_id"] == "2"
    patched(NEW, None, b"damage")(folder)
    assert until(lambda: ready(client)[1].get("build_id") == "1")
    status, told = ready(client)
    assert (status, told["status"]) == (200, "fallen back")
    assert told["trouble"] == f"{NEW} is damaged: its checksum is another one"
    assert client.get(TILE).status_code in (200, 204)
    time.sleep(0.2)
    assert caplog.text.count("is damaged") == 1 and str(folder) not in caplog.text


def test_damage_without_a_good_build_is_503_with_words_and_a_build_ends_it(
    client: TestClient, folder: Path, mini_file: Path
) -> None:
    (folder / OLD).unlink()
    patched(NEW, None, b"damage")(folder)
    assert until(lambda: ready(client)[0] == 503)
    assert client.get("/healthz").status_code == 200
    for address in ("/readyz", TILE):
        answer = client.get(address)
        assert answer.status_code == 503 and answer.json()["expected"] == "run: python -m etl build"
        assert str(folder) not in answer.text
    copied(mini_file, folder, "3")
    assert until(lambda: ready(client)[0] == 200)
    assert client.get(TILE).status_code in (200, 204)


def test_a_folder_that_vanishes_leaves_what_is_open(client: TestClient, folder: Path) -> None:
    """The disk is gone, the file's content is not until it is closed."""
    shutil.rmtree(folder)
    assert until(lambda: ready(client)[1].get("trouble") is not None)
    assert ready(client)[0] == 200 and client.get(TILE).status_code in (200, 204)
    assert answers(database.current(folder))


def test_a_file_replaced_under_an_open_handle_is_read_to_the_end(client: TestClient, folder: Path) -> None:
    (folder / "other").write_bytes(b"not the file that was published")
    (folder / "other").replace(folder / NEW)
    assert until(lambda: ready(client)[1]["build_id"] == "1")
    assert client.get(TILE).status_code in (200, 204)


def test_rot_that_leaves_size_and_time_is_found_by_the_first_reader_who_meets_it(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / NEW).stat()
    real_state = builds.state
    patched(NEW, None, b"damage")(folder)
    as_before = (before.st_ino, before.st_size, before.st_mtime_ns, before.st_ctime_ns)
    monkeypatch.setattr(builds, "state", lambda directory: "unchanged")
    monkeypatch.setattr(builds, "identity", lambda path: as_before)
    time.sleep(0.1)
    assert ready(client)[1]["build_id"] == "2"  # nothing tells that it is another file
    database.doubt()
    assert until(lambda: ready(client)[1].get("build_id") == "1")
    del real_state


def test_an_unreadable_atlas_raises_doubt(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    doubted: list[str] = []

    def torn(atlas: Atlas) -> tiles.TileIndex:
        raise duckdb.IOException(f"Could not read from file {atlas.path}: checksum")

    monkeypatch.setattr(tiles, "of_atlas", torn)
    monkeypatch.setattr(database, "doubt", lambda: doubted.append("doubt"))
    answer = client.get("/tiles/villages/2/1/1.mvt?standard=wire&as_of=2012-12-31")
    assert answer.status_code == 503 and "atlas-2" not in answer.text
    assert doubted == ["doubt"]


# --- the switch ------------------------------------------------------------------------------------------


def test_the_old_build_serves_until_the_new_one_is_warm(folder: Path, mini_file: Path) -> None:
    shelf = Shelf(folder)
    shelf.look()
    is_warming, may_end = threading.Event(), threading.Event()

    def slowly(atlas: Atlas) -> None:
        is_warming.set()
        assert may_end.wait(10) and answers(atlas)

    copied(mini_file, folder, "3")
    looking = threading.Thread(target=shelf.look, args=(slowly,))
    looking.start()
    assert is_warming.wait(10)
    assert shelf.served is not None and shelf.served.build_id == "2"
    found = shelf.of_build("3")
    assert found is not None  # what is warmed is asked by its id
    may_end.set()
    looking.join(10)
    assert shelf.served is found


def test_a_build_that_does_not_answer_is_never_switched_to(folder: Path) -> None:
    """A table of it is missing: an older or newer form of the tables, under a checksum that is right."""
    shelf = Shelf(folder)
    watch.look(shelf)
    target = folder / "atlas-3.duckdb"
    shutil.copyfile(folder / NEW, target)
    with duckdb.connect(str(target)) as connection:
        connection.execute("DROP TABLE status_column")
    builds.offer(target)
    watch.look(shelf)
    assert shelf.served is not None and shelf.served.build_id == "2"
    assert shelf.trouble == "atlas-3.duckdb does not answer (CatalogException)"
    assert shelf.of_build("3") is None


def test_warming_answers_what_the_first_pages_ask(folder: Path) -> None:
    atlas = database.current(folder)
    warm.whole(atlas)
    assert tiles.loaded(atlas) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files as Linux shows them")
def test_six_publishes_leave_two_files_open_and_the_memory_of_the_others_free(folder: Path, mini_file: Path) -> None:
    """Threads of a pool live for ever, and each keeps a cursor of every build it ever read."""
    shelf = database.shelf_of(folder)
    shelf.is_watched = True
    try:
        watch.look(shelf)
        indexes: list[weakref.ref[tiles.TileIndex]] = []
        with ThreadPoolExecutor(6) as pool:
            for number in range(3, 9):
                copied(mini_file, folder, str(number))
                watch.look(shelf)
                atlas = database.current(folder)
                assert atlas.build_id == str(number)
                indexes.append(weakref.ref(tiles.of_atlas(atlas)))
                assert all(pool.map(lambda _, atlas=atlas: answers(atlas), range(24)))
            opened = [os.readlink(f"/proc/self/fd/{number}") for number in _descriptors()]
            assert {Path(one.removesuffix(" (deleted)")).name for one in opened if one.startswith(str(folder))} == {
                "atlas-7.duckdb",
                "atlas-8.duckdb",
            }
        del atlas
        gc.collect()
        assert [index() is not None for index in indexes] == [False] * 4 + [True] * 2
    finally:
        shelf.is_watched = False
        single_flight.forget(str(folder / "atlas-7.duckdb"), str(folder / "atlas-8.duckdb"))


def _descriptors() -> list[str]:
    return [number for number in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{number}")]


def test_a_reader_keeps_its_build_to_the_end(folder: Path, mini_file: Path) -> None:
    with database.reading(folder) as atlas:
        for build_id in ("3", "4", "5"):
            copied(mini_file, folder, build_id)
            assert database.current(folder).build_id == build_id
        assert answers(atlas)
        assert database.of_build("2", folder) is atlas
    with pytest.raises(AtlasClosed, match="reload"):
        atlas.cursor()
    assert database.of_build("2", folder) is None


def test_a_query_at_work_is_not_cut_off(folder: Path) -> None:
    atlas = database.current(folder)
    begun = threading.Event()

    def ask() -> int:
        cursor = atlas.cursor()
        begun.set()
        [(n,)] = cursor.execute("SELECT sum(range % 7)::BIGINT FROM range(200_000_000)").fetchall()
        return int(n)

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        assert begun.wait(5)
        time.sleep(0.05)
        atlas.leave()
        assert not asked.done()
        assert asked.result(60) == 599_999_994


def test_a_page_run_in_mid_publish_keeps_its_build(
    folder: Path, mini_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three builds are published while the page is drawn; what it asks after that is of the build it began with."""
    from pages import overview

    real, seen = overview.show, []

    def show(atlas: Atlas, view: Any) -> None:
        for build_id in ("3", "4", "5"):
            copied(mini_file, folder, build_id)
            assert database.current(folder).build_id == build_id
        real(atlas, view)
        seen.append(atlas)

    monkeypatch.setattr(overview, "show", show)
    page = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not page.exception and not page.error
    assert [atlas.build_id for atlas in seen] == ["2"]
    assert not seen[0].is_open


# --- nobody waits ----------------------------------------------------------------------------------------


def test_health_needs_no_thread(folder: Path) -> None:
    """Every thread of the pool is taken, as 45 downloads take them."""
    watch.look(database.shelf_of(folder))

    async def ask() -> list[int]:
        limiter = anyio.to_thread.current_default_thread_limiter()
        for _ in range(int(limiter.total_tokens)):
            limiter.acquire_on_behalf_of_nowait(object())
        transport = httpx.ASGITransport(app=Starlette(routes=routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            with anyio.fail_after(2):
                return [(await client.get(address)).status_code for address in ("/healthz", "/readyz")]

    assert finished(ask) == [200, 200]


# --- handles ---------------------------------------------------------------------------------------------

REFUSED = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd.csv'",
    "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "ATTACH '{out}/other.duckdb' AS other",
    "COPY (SELECT 1) TO '{out}/out.csv'",
    "EXPORT DATABASE '{out}/exported'",
    "IMPORT DATABASE '{out}'",
    "INSTALL httpfs",
    "FORCE INSTALL httpfs FROM 'http://127.0.0.1:9'",
    "LOAD httpfs",
    "LOAD '{out}/own.duckdb_extension'",
    "SET enable_external_access = true",
    "SET autoinstall_known_extensions = true",
    "SET allowed_directories = ['/']",
    "SET temp_directory = '{out}'",
    "SET memory_limit = '100GB'",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET python_enable_replacements = true",
    "SELECT * FROM frame",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
]
OPENED: dict[str, Callable[[Path], duckdb.DuckDBPyConnection]] = {
    "a published atlas": lambda folder: handles.read_only(folder / NEW),
    "its cursors": lambda folder: database.current(folder).cursor(),
    "a build under construction": lambda folder: handles.writing(folder / ".atlas-3.partial"),
    "in memory": lambda folder: handles.in_memory(),
}


@pytest.mark.parametrize("opened", OPENED)
def test_a_handle_reaches_nothing_but_its_file(opened: str, folder: Path, tmp_path_factory: Any) -> None:
    handle, out = OPENED[opened](folder), tmp_path_factory.mktemp("out")
    frame = {"a": [1]}
    assert frame
    done = []
    for statement in REFUSED:
        try:
            handle.execute(statement.format(out=out))
            done.append(statement)
        except duckdb.Error:
            pass
    assert done == []
    assert list(out.iterdir()) == []
    assert handle.execute("SELECT 6 * 7").fetchall() == [(42,)]


def test_a_handle_of_readers_is_bounded(folder: Path) -> None:
    settings = "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory')"
    assert handles.read_only(folder / NEW).execute(settings).fetchall() == [("1.0 GiB", 2, "")]
