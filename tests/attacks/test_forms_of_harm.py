"""Pages, XML, JSON, KML and packed tables do no harm: rows or words, within bounds, and no link is followed."""

from __future__ import annotations

import json
import resource
import zipfile
from pathlib import Path

import pytest
from form_bombs import FORM_BOMBS, cell, kml, old_workbook
from test_foreign_files import SECRET, inside, listener, secret, told

from importer.errors import FileTooLarge, FileUnreadable, Problem
from importer.files import look, read
from importer.read import limits
from importer.read.chunk import FileOptions
from importer.sandbox.template import ROOT_PREFIX

__all__ = ["listener", "secret"]


@pytest.mark.parametrize("name", FORM_BOMBS)
def test_a_bomb_of_any_form_is_read_or_refused_within_bounds(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READER_CPU_SECONDS", 3)
    monkeypatch.setattr(limits, "SHEET_CELLS", 2_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = FORM_BOMBS[name](tmp_path)
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        assert len(str(look(path))) < 4_000_000
        for chunk in read(path):
            assert len(chunk.frame.columns) <= limits.COLUMNS + 1
    except Problem as problem:
        assert problem.found and problem.next_step
        assert str(tmp_path) not in str(problem) and ROOT_PREFIX not in str(problem)
        assert not any(word in problem.found for word in ("Error:", "Exception", "Traceback")), problem.found
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, made)) / 1024
    assert grown_mb < 700, f"{grown_mb:,.0f} MiB"


# --- links and entities -----------------------------------------------------------------------------------

LINKS = {
    "network link": "<NetworkLink><Link><href>{0}</href></Link></NetworkLink>",
    "style": "<Placemark><styleUrl>{0}#a</styleUrl></Placemark>",
    "schema": '<Placemark><ExtendedData><SchemaData schemaUrl="{0}#a"/></ExtendedData></Placemark>',
    "overlay": "<GroundOverlay><Icon><href>{0}</href></Icon></GroundOverlay>",
    "model": "<Placemark><Model><Link><href>{0}</href></Link></Model></Placemark>",
    "update": "<NetworkLinkControl><Update><targetHref>{0}</targetHref></Update></NetworkLinkControl>",
    "inclusion": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{0}" parse="text"/>',
}


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("packed", [False, True])
def test_what_kml_links_to_is_not_opened(
    name: str, packed: bool, tmp_path: Path, secret: Path, listener: tuple[str, list[str]]
) -> None:
    address, asked = listener
    for n, target in enumerate((address, secret.as_uri(), str(secret), f"/vsicurl/{address}")):
        body = kml("<Placemark><name>own</name></Placemark>" + LINKS[name].format(target))
        path = inside(tmp_path) / f"{n}.{'kmz' if packed else 'kml'}"
        if packed:
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("doc.kml", body)
        else:
            path.write_bytes(body)
        said = told(path)
        assert "own" in said and SECRET not in said
    assert not asked


@pytest.mark.parametrize("form", ["kml", "spreadsheetml", "xhtml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_is_no_way_to_another_file(
    form: str, encoding: str, tmp_path: Path, secret: Path, listener: tuple[str, list[str]]
) -> None:
    address, asked = listener
    for n, target in enumerate((address, secret.as_uri())):
        for m, kind in enumerate(("<!ENTITY e SYSTEM '{0}'>", "<!ENTITY % e SYSTEM '{0}'> %e;")):
            before = f"<!DOCTYPE x [{kind.format(target)}]>"
            bodies = {
                "kml": kml("<Placemark><name>&e;</name></Placemark>", before),
                "spreadsheetml": old_workbook(f"<Row>{cell('&e;')}</Row>", before),
                "xhtml": f"<?xml version='1.0'?>{before}<html><table><tr><td>&e;</td></tr></table></html>".encode(),
            }
            path = inside(tmp_path) / f"{n}{m}.xls"
            path.write_bytes(bodies[form].decode().encode(encoding))
            assert SECRET not in told(path)
            if form != "xhtml":
                with pytest.raises(FileUnreadable, match="document type"):
                    look(path)
    assert not asked


def test_a_document_type_of_an_address_is_refused(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    path = inside(tmp_path) / "a.kml"
    path.write_bytes(kml("", f"<!DOCTYPE kml SYSTEM '{address}'>"))
    with pytest.raises(FileUnreadable, match="document type"):
        look(path)
    assert not asked


def test_a_frame_of_esri_json_is_no_address(tmp_path: Path, secret: Path, listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    for n, frame in enumerate(({"wkt": address}, {"wkt": str(secret)}, {"wkid": address}, {"wkid": 10**400}, address)):
        body = {
            "geometryType": "esriGeometryPoint",
            "spatialReference": frame,
            "exceededTransferLimit": True,
            "features": [{"attributes": {"a": 1}, "geometry": {"x": 1, "y": 1}}],
        }
        path = inside(tmp_path) / f"{n}.json"
        path.write_text(json.dumps(body).replace(str(10**400), "1e400"), encoding="utf-8")
        assert SECRET not in told(path)
    assert not asked


@pytest.mark.parametrize(
    "name",
    ["../a.csv", "/etc/a.csv", "..\\a.csv", "C:\\a.csv", "a\x00.csv", "\u202evsc.a.csv", "a/../../b.csv", "-o.csv"],
)
def test_whatever_a_member_is_called_it_is_written_where_we_write(name: str, tmp_path: Path) -> None:
    own = inside(tmp_path)
    with zipfile.ZipFile(own / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "a,b\n1,2\n")
    before = sorted(tmp_path.rglob("*"))
    said = told(own / "a.zip")
    assert "2" in said or "names inside the archive" in said
    assert sorted(tmp_path.rglob("*")) == before


def test_a_member_that_is_a_link_is_a_text(tmp_path: Path, secret: Path) -> None:
    path = inside(tmp_path) / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("a.geojson")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, str(secret))
    assert SECRET not in told(path)


def test_a_declared_form_does_not_open_another_door(tmp_path: Path, secret: Path) -> None:
    """What is declared only chooses among readers; each of them still sees nothing but the file."""
    path = inside(tmp_path) / "a.csv"
    path.write_text(f"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>")
    for form in ("kml", "html", "spreadsheetml", "json", "esrijson", "geojsonseq", "xlsx", "shapefile"):
        assert SECRET not in told(path, FileOptions(format=form))


def test_bounds_are_said_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileTooLarge, match="when unfolded"):
        look(FORM_BOMBS["gz_of_zeros"](tmp_path))
    with pytest.raises(FileTooLarge, match="2,000 columns"):
        look(FORM_BOMBS["records_of_many_columns"](tmp_path))
    with pytest.raises(FileTooLarge, match="within each other"):
        look(FORM_BOMBS["kml_nested_without_end"](tmp_path))
    with pytest.raises(FileTooLarge, match="cells"):
        look(FORM_BOMBS["old_workbook_with_a_far_row"](tmp_path))
