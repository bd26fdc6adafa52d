"""A file is data: whatever it holds, no program runs, no other file is read, no address is asked, and memory has an
end.

More than 400 lines: one sandbox, tried from all sides with the same confined reader.
"""

from __future__ import annotations

import http.server
import json
import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from bombs import BOMBS, geopackage

from importer.errors import DeclarationProblem, FileTooLarge, FileUnreadable, Problem
from importer.files import files_of, look, read, text_table
from importer.read import limits
from importer.read.chunk import FileOptions
from importer.sandbox import room
from importer.sandbox.template import ROOT_PREFIX

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "a-line-of-another-file"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of the server that nobody handed in, in a form that every reader understands."""
    folder = tmp_path / "server"
    folder.mkdir()
    path = folder / "secret.geojson"
    frame = gpd.GeoDataFrame({"word": [SECRET]}, geometry=[shapely.Point(1, 1)], crs=4326)
    frame.to_file(path, driver="GeoJSON")
    return path


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """(address, what was asked for there)."""
    asked: list[str] = []

    class Canary(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/a.geojson", asked
    server.shutdown()
    server.server_close()


def told(path: Path, options: FileOptions | None = None) -> str:
    """Everything that a file brings out: its rows, or the words of its refusal."""
    try:
        looked = look(path, options)
        chunks = list(read(path, options))
    except Problem as problem:
        return str(problem)
    return str(looked) + "".join(chunk.frame.to_csv() + chunk.unreadable.to_csv() for chunk in chunks)


def inside(folder: Path) -> Path:
    """A folder for the visitor's files, beside the server's."""
    own = folder / "visitor"
    own.mkdir(exist_ok=True)
    return own


# --- a file is never a program, another file or an address ------------------------------------------------


def programs(secret: Path, address: str, empty: Path) -> dict[str, str]:
    """Texts that a library takes for instructions."""
    vrt = (
        "<OGRVRTDataSource><OGRVRTLayer "
        'name="secret"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    )
    pipeline = {
        "read": f"gdal vector pipeline ! read {secret}",
        "fetch": f"gdal vector pipeline ! read {address}",
        "write": f"gdal vector pipeline ! read {secret} ! partition --field word --format CSV {empty}",
    }
    return {
        **{name: json.dumps({"type": "gdal_streamed_alg", "command_line": line}) for name, line in pipeline.items()},
        "vrt": vrt.format(secret),
        "vrt of an address": vrt.format(f"/vsicurl/{address}"),
        "vrt of an archive": vrt.format(f"/vsizip/{secret}"),
        "wfs": f"<OGRWFSDataSource><URL>{address}</URL></OGRWFSDataSource>",
        "oapif": json.dumps({"type": "x", "links": [{"rel": "data", "href": address}], "conformsTo": []}),
        "tile index": json.dumps({"tilejson": "2.2.0", "tiles": [address], "type": "overlay", "vector_layers": []}),
        "esri service": json.dumps({"type": "x", "exceededTransferLimit": True, "features": [], "url": address}),
        "topology": json.dumps({"type": "Topology", "objects": {}, "arcs": []}),
    }


NAMES = tuple(programs(Path(), "", Path()))


@pytest.mark.parametrize("ending", [".json", ".csv", ".gpkg"])
@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_is_a_program_is_none(
    name: str, ending: str, tmp_path: Path, secret: Path, listener: tuple[str, list[str]]
) -> None:
    address, asked = listener
    empty = tmp_path / "empty"
    empty.mkdir()
    path = inside(tmp_path) / f"a{ending}"
    path.write_text(programs(secret, address, empty)[name], encoding="utf-8")
    for options in (None, FileOptions(format="geojson")):
        assert SECRET not in told(path, options)
    assert not asked and not list(empty.iterdir())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ending", [".shp", ".prj"])
def test_nor_is_it_one_inside_an_archive(
    name: str, ending: str, tmp_path: Path, secret: Path, listener: tuple[str, list[str]]
) -> None:
    address, asked = listener
    own, empty = inside(tmp_path), tmp_path / "empty"
    empty.mkdir()
    frame = gpd.GeoDataFrame({"code": ["1"]}, geometry=[shapely.Point(1, 1)], crs=4326)
    frame.to_file(own / "a.shp")
    (own / f"a{ending}").write_text(programs(secret, address, empty)[name], encoding="utf-8")
    with zipfile.ZipFile(own / "a.zip", "w") as archive:
        for part in own.glob("a.*"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    assert SECRET not in told(own / "a.zip")
    assert SECRET not in told(own / "a.shp")
    assert not asked and not list(empty.iterdir())


def framed(path: Path, crs: object, key: str = "crs") -> Path:
    body = {"type": "FeatureCollection", key: crs, "features": [point_feature()]}
    path.write_text(json.dumps(body).replace("\\\\u", "\\u"), encoding="utf-8")
    return path


def point_feature() -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"code": "1"},
        "geometry": {"type": "Point", "coordinates": [1, 1]},
    }


@pytest.mark.parametrize("key", ["crs", "CRS", "\\u0063rs", "c\\u0052s"])
def test_a_frame_that_is_a_link_is_not_fetched(key: str, tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    for n, crs in enumerate(
        (
            {"type": "link", "properties": {"href": address, "type": "ogcwkt"}},
            {"type": "url", "properties": {"url": address}},
            {"type": "name", "properties": {"name": address}},
            {"type": "name", "properties": {"name": "/etc/hostname"}},
            {"type": "name", "properties": {"name": "+init=/etc/hostname:1"}},
        )
    ):
        assert "a name, such as" in told(framed(tmp_path / f"{n}.geojson", crs, key))
    assert not asked


@pytest.mark.parametrize("name", ["EPSG:4490", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::3857"])
def test_a_frame_that_is_a_name_is_read(name: str, tmp_path: Path) -> None:
    found = look(framed(tmp_path / "a.geojson", {"type": "name", "properties": {"name": name}}))
    assert found.epsg in (4490, 4326, 3857)


def test_an_attribute_called_crs_is_an_attribute(tmp_path: Path) -> None:
    feature = point_feature() | {"properties": {"crs": "http://anything", "code": "1"}}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert "http://anything" in told(path)


def rewrite(path: Path, statement: str, more: str = "") -> None:
    """How the layer is defined, written straight into the schema: as somebody would who has functions that we have
    not.
    """
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA writable_schema = 1")
        base.execute(f"UPDATE sqlite_master SET sql = ? {more} WHERE name = 'villages'", [statement])
        base.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW villages AS SELECT 1 AS fid, NULL AS geom, load_extension('/tmp/x.so') AS code, 1 AS population",
        "CREATE VIEW villages AS SELECT 1 AS fid, NULL AS geom, readfile('/etc/passwd') AS code, 1 AS population",
        "CREATE VIEW villages AS SELECT 1 AS fid, NULL AS geom, ogr_geocode('x') AS code, 1 AS population",
        "CREATE VIEW villages AS SELECT 1 AS fid, NULL AS geom, ogr_datasource_load_layers('{secret}') AS code",
        "CREATE VIRTUAL TABLE villages USING rtree (fid, a, b)",
        "CREATE TABLE villages (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT AS (writefile('{secret}.x', 'a')))",
    ],
)
def test_a_database_holds_tables_and_no_programs(statement: str, tmp_path: Path, secret: Path) -> None:
    path = inside(tmp_path) / "a.gpkg"
    told_to = statement.format(secret=secret)
    geopackage(path, told_to.replace("writefile", "instr"))
    rewrite(path, told_to)
    assert SECRET not in told(path)
    assert [one.name for one in secret.parent.iterdir()] == ["secret.geojson"]


@pytest.mark.parametrize(
    "module", ["VirtualOGR('{}')", "virtualogr('{}', 0, 'secret')", "csv(filename='{}')", "zipfile('{}')"]
)
def test_a_table_that_a_module_makes_up_is_refused(module: str, tmp_path: Path, secret: Path) -> None:
    path = inside(tmp_path) / "a.gpkg"
    geopackage(path, "CREATE TABLE villages (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT, population INTEGER)")
    rewrite(path, f"CREATE VIRTUAL TABLE villages USING {module.format(secret)}", ", rootpage = 0")
    answer = told(path)
    assert SECRET not in answer and "expected" in answer


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "/vsicurl/http://127.0.0.1/a",
            "/vsizip/a.zip/b.shp",
            "vsicurl/http://127.0.0.1/a",
            "http://127.0.0.1/a",
        ),
        *(
            "s3://bucket/a",
            "PG:dbname=x",
            "file:///etc/passwd",
            "\\\\server\\share\\a",
            "//server/share/a",
            "C:\\a",
        ),
        *("../server/secret.geojson", "/etc/passwd", "a\x00.csv", "WFS:a", "GDALG:a"),
    ],
)
def test_a_path_in_a_declaration_is_a_path(pattern: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        files_of(inside(tmp_path), pattern)
    assert isinstance(caught.value, DeclarationProblem)


def test_a_neighbour_that_is_a_link_elsewhere_does_not_belong(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"word": [SECRET]}, geometry=[shapely.Point(1, 1)], crs=4326)
    (tmp_path / "server").mkdir()
    frame.to_file(tmp_path / "server" / "a.shp")
    own = inside(tmp_path)
    frame.assign(word="mine").to_file(own / "a.shp")
    (own / "a.dbf").unlink()
    (own / "a.dbf").symlink_to(tmp_path / "server" / "a.dbf")
    assert SECRET not in told(own / "a.shp")


def test_a_link_inside_an_archive_is_a_text(tmp_path: Path) -> None:
    assert "root:" not in told(BOMBS["zip_with_a_link"](tmp_path))


def test_a_declared_table_cannot_name_an_address(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    _, asked = listener
    path = tmp_path / "a.parquet"
    path.write_text("code\n1\n", encoding="utf-8")
    with pytest.raises(FileUnreadable):
        text_table(path, ",")
    assert not asked


# --- confinement itself -----------------------------------------------------------------------------------

TRIES = {
    "another file": "print(open('/etc/passwd').read())",
    "the list of a folder": "print(os.listdir('/'))",
    "the environment": "print(open('/proc/self/environ').read())",
    "an address": "socket.create_connection(('127.0.0.1', {port}))",
    "a socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "a socket of the machine": "socket.socket(socket.AF_UNIX)",
    "a program": "subprocess.run(['/bin/true'], check=True)",
    "a program in its place": "os.execv('/bin/true', ['true'])",
    "another process": "os.fork()",
    "a signal": "os.kill(os.getppid(), 0)",
    "a file outside": "open('{folder}/outside', 'w')",
    "a file removed": "os.remove('{folder}/there')",
    "more memory": "bytearray(3 << 30)",
    "a higher limit": "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))",
    "a name space": "ctypes.CDLL(None).unshare(0x10000000) and (_ for _ in ()).throw(OSError())",
}
CONFINED = """
import ctypes, os, resource, socket, subprocess, sys
from pathlib import Path
from importer.sandbox.confine import confine
forced = confine([Path("{folder}/given")], [Path("{folder}/scratch")])
assert open("{folder}/given").read() == "given"
open("{folder}/scratch/own", "w").write("a")
if not any("Landlock" in one for one in forced) or not any("seccomp" in one for one in forced):
    sys.exit(7)
try:
    {attempt}
except (OSError, MemoryError, ValueError, subprocess.SubprocessError):
    sys.exit(42)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's walls are Linux's")
@pytest.mark.parametrize("name", TRIES)
def test_a_confined_process_gets_no_further(name: str, tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    (tmp_path / "given").write_text("given")
    (tmp_path / "there").write_text("there")
    (tmp_path / "scratch").mkdir()
    told = {"folder": tmp_path, "port": address.split(":")[2].split("/")[0]}
    code = CONFINED.format(attempt=TRIES[name].format(**told), folder=tmp_path)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 7:
        pytest.skip("this kernel has no Landlock or no seccomp")
    assert done.returncode == 42, done.stdout + done.stderr
    assert not asked and not (tmp_path / "outside").exists() and (tmp_path / "there").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's walls are Linux's")
def test_of_a_folder_that_is_listed_names_can_be_read_and_files_cannot(tmp_path: Path) -> None:
    """A Shapefile is several files, found by their names: what else lies there is none of its reader's business."""
    (tmp_path / "other").write_text("secret")
    code = (
        "import os, sys; from pathlib import Path; from importer.sandbox.confine import confine\n"
        "folder = Path(sys.argv[1]); forced = confine([], [], listed=[folder])\n"
        "if not any('Landlock' in one for one in forced): sys.exit(7)\n"
        "assert os.listdir(folder) == ['other']\n"
        "try: open(folder / 'other')\n"
        "except PermissionError: sys.exit(42)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 7:
        pytest.skip("this kernel has no Landlock")
    assert done.returncode == 42, done.stderr


def test_what_is_in_force_is_said() -> None:
    said = room.in_force()
    assert any("address space 1,024 MiB" in one for one in said), said


# --- limits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_refused_within_bounds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows or words; never an unknown fault, and never for long."""
    monkeypatch.setattr(limits, "READER_CPU_SECONDS", 2)
    monkeypatch.setattr(limits, "SHEET_CELLS", 2_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = BOMBS[name](tmp_path)
    try:
        rows = 0
        for chunk in read(path):
            rows += len(chunk.frame)
    except Problem as problem:
        assert problem.found and problem.next_step
        assert str(tmp_path) not in str(problem) and ROOT_PREFIX not in str(problem)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mb < 700, f"{grown_mb:,.0f} MiB"


def test_a_long_text_in_every_row_of_parquet_is_refused_with_words(tmp_path: Path) -> None:
    path = BOMBS["parquet_of_one_long_text"](tmp_path)
    assert path.stat().st_size < 1000
    with pytest.raises(FileTooLarge, match="1,024 MiB"):
        list(read(path))


def test_a_file_that_never_ends_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READER_CPU_SECONDS", 1)
    with pytest.raises(FileTooLarge, match="takes longer"):
        list(read(BOMBS["geopackage_of_everything_with_everything"](tmp_path)))


def test_only_the_row_with_the_open_quote_is_rejected(tmp_path: Path) -> None:
    chunks = list(read(BOMBS["csv_quote_opened_in_the_first_row"](tmp_path)))
    assert sum(len(chunk.frame) for chunk in chunks) == 50_000
    assert [text for chunk in chunks for text in chunk.unreadable["value"]] == ['1,"open,4g']


# --- the process that reads -------------------------------------------------------------------------------


def table(folder: Path, rows: int = 10) -> Path:
    path = folder / "t.csv"
    path.write_text("code,name\n" + "".join(f"{n},村{n}\n" for n in range(rows)), encoding="utf-8")
    return path


def readers() -> list[int]:
    """Processes that read a file for us at this moment."""
    template = room._template._process
    if template is None:
        return []
    children = Path(f"/proc/{template.pid}/task/{template.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def gone_within(seconds: float) -> bool:
    end = time.monotonic() + seconds
    while readers() and time.monotonic() < end:
        time.sleep(0.02)
    return not readers()


linux = pytest.mark.skipif(not room.CAN_FORK, reason="no template here")


@linux
def test_a_reader_nobody_listens_to_ends(tmp_path: Path) -> None:
    open_before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        rows = read(table(tmp_path, 100_000), chunk_rows=1000)
        next(rows)
        rows.close()
    assert gone_within(10)
    assert len(os.listdir("/proc/self/fd")) <= open_before + 2


@linux
def test_a_reader_that_is_killed_is_a_problem_with_words(tmp_path: Path) -> None:
    rows = read(table(tmp_path, 400_000), chunk_rows=1000)
    next(rows)
    for pid in readers():
        os.kill(pid, 9)
    with pytest.raises(Problem):
        list(rows)


@linux
def test_the_template_may_be_killed(tmp_path: Path) -> None:
    path = table(tmp_path)
    look(path)
    assert room._template._process is not None
    room._template._process.kill()
    room._template._process.wait()
    assert len(next(read(path)).frame) == 10


@linux
def test_readers_end_with_the_one_that_asked(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom importer.files import read\nfrom importer.sandbox import "
        "room\n"
        "rows = read(Path(sys.argv[1]), chunk_rows=1000)\nnext(rows)\n"
        "print(room._template._process.pid, flush=True)\nsys.stdin.read()\n"
    )
    asking = subprocess.Popen(
        [sys.executable, "-c", code, str(table(tmp_path, 100_000))],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert asking.stdout is not None and asking.stdin is not None
    template = int(asking.stdout.readline())
    asking.kill()
    asking.wait()
    asking.stdout.close()
    asking.stdin.close()
    end = time.monotonic() + 10
    while Path(f"/proc/{template}/stat").exists() and time.monotonic() < end:
        if Path(f"/proc/{template}/stat").read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    else:
        assert not Path(f"/proc/{template}").exists()


def test_several_threads_read_at_once(tmp_path: Path) -> None:
    path, found = table(tmp_path, 5000), []
    threads = [threading.Thread(target=lambda: found.append(sum(len(c.frame) for c in read(path)))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [5000] * 6


def test_without_a_template_the_same_rows_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(tmp_path)
    forked = told(path)
    monkeypatch.setattr(room, "CAN_FORK", False)
    assert told(path) == forked
    monkeypatch.setattr(limits, "READER_CPU_SECONDS", 1)
    with pytest.raises(FileTooLarge, match="takes longer"):
        list(read(BOMBS["geopackage_of_everything_with_everything"](tmp_path)))


@linux
def test_in_a_process_that_is_confined_already_files_are_read_on_the_spot(tmp_path: Path) -> None:
    code = (
        "import sys, tempfile\nfrom pathlib import Path\nfrom importer.files import look, read\n"
        "from importer.sandbox import tasks\nfrom importer.sandbox.confine import confine\n"
        "tempfile.tempdir = sys.argv[2]\nconfine([Path(sys.argv[1])], [Path(sys.argv[2])])\n"
        "print(len(next(read(Path(sys.argv[1]))).frame))\n"
    )
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-c", code, str(table(tmp_path)), str(tmp_path / "scratch")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "10", done.stderr


def test_readers_do_not_share_what_a_library_holds_open(tmp_path: Path) -> None:
    """A Shapefile of many shapes, and its frame, whose database every reader inherits open: all shapes come whole."""
    frame = gpd.GeoDataFrame(
        {"code": range(500)}, geometry=[shapely.Point(n, 1).buffer(1) for n in range(500)], crs=3857
    )
    frame.to_file(tmp_path / "s.shp")
    found: list[tuple[int, int | None]] = []

    def ask() -> None:
        shapes = [shape for chunk in read(tmp_path / "s.shp") for shape in chunk.geometry]
        found.append((sum(shape is not None for shape in shapes), look(tmp_path / "s.shp").epsg))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [(500, 3857)] * 4
