"""Where rows are, as a draft sees it: columns, frame and order are tested on where the points would fall."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from drafting import ARGENTINA, CHINA, FRANCE, LEVELS, asked, columns, drafted, why, write

from importer.dry_run import dry_run
from importer.guess.draft import drafts, outlines_of


def villages(tmp_path: Path, header: str, *rows: str, name: str = "a.csv") -> Path:
    return write(
        tmp_path / name, f"代码,村名,{header}\n" + "".join(f"{n},村{n},{row}\n" for n, row in enumerate(rows, 10))
    )


@pytest.mark.parametrize(
    ("header", "rows", "lon", "lat"),
    [
        ("X坐标,Y坐标", ("37507551.34,2918981.65", "37509207.05,2917393.95"), "X坐标", "Y坐标"),
        ("X坐标,Y坐标", ("2918981.65,37507551.34", "2917393.95,37509207.05"), "Y坐标", "X坐标"),
        ("纵坐标X,横坐标Y", ("2918981.65,37507551.34", "2917393.95,37509207.05"), "横坐标Y", "纵坐标X"),
    ],
)
def test_metres_of_a_zone_propose_its_frame(
    tmp_path: Path, header: str, rows: tuple[str, ...], lon: str, lat: str
) -> None:
    path = villages(tmp_path, header, *rows)
    made = drafted(path, "villages", extent_degrees=CHINA)
    assert made.body["frame"]["epsg"] == 4525 and asked(made)["frame"].taken == "EPSG:4525"
    assert columns(made).items() >= {"lon": lon, "lat": lat}.items()
    assert dry_run(path, LEVELS, extent_degrees=CHINA).rejected == 0


def test_metres_without_a_zone_are_asked(tmp_path: Path) -> None:
    path = villages(tmp_path, "X坐标,Y坐标,户数", "507551.34,2918981.65,30", "509207.05,2917393.95,40")
    made = drafted(path, "villages", extent_degrees=CHINA)
    question = asked(made)["frame"]
    assert question.taken is None and "EPSG:4546" in {answer.key for answer in question.answers}
    assert why(made) == {"X坐标": "asked", "Y坐标": "asked"} and "frame" not in made.body
    answered = drafted(path, "villages", extent_degrees=CHINA, answers={"frame": "EPSG:4546"})
    assert answered.body["frame"]["epsg"] == 4546 and columns(answered)["lon"] == "X坐标"


def test_a_list_of_sites_in_metres(tmp_path: Path) -> None:
    text = "Operateur;x;y;2G;3G;4G\n20801;652000;6862000;1;1;0\n20815;653100;6861200;0;1;1\n20815;#N/A;#N/A;0;1;0\n"
    path = write(tmp_path / "sites.csv", text)
    [made] = drafts(path, LEVELS, extent_degrees=FRANCE)
    assert made.kind == "cell_sites" and made.body["frame"]["epsg"] == 2154
    assert made.lacks == ("technology",) and asked(made)["technology"].taken is None
    answered = drafted(path, "cell_sites", extent_degrees=FRANCE, answers={"technology": "4g"})
    assert answered.body["rows"]["only"] == {"4G": ["1"]} and not answered.lacks
    [elsewhere] = drafts(path, LEVELS, extent_degrees=CHINA)
    assert asked(elsewhere)["frame"].taken is None and why(elsewhere)["x"] == "asked"


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (("26.3804 111.07567 182.4 4.8", "26.38393 111.07587 182.4 4.8"), "lat lon"),
        (('"111.07567,26.3804"', '"111.07587,26.38393"'), "lon lat"),
        (("POINT (111.07567 26.3804)", "POINT (111.07587 26.38393)"), "wkt"),
    ],
)
def test_two_numbers_in_a_cell(tmp_path: Path, cells: tuple[str, ...], order: str) -> None:
    path = villages(tmp_path, "位置", *cells)
    made = drafted(path, "villages", extent_degrees=CHINA)
    assert made.body["columns"]["point"] == {"column": "位置", "order": order}
    run = dry_run(path, LEVELS, kind="villages", extent_degrees=CHINA)
    assert (run.read, run.rejected) == (2, 0)


def test_an_order_that_fits_both_ways_is_asked(tmp_path: Path) -> None:
    path = villages(tmp_path, "gps,户数", '"10.1,12.2",30', '"10.3,12.4",40')
    made = drafted(path, "villages", extent_degrees=(9.0, 9.0, 14.0, 14.0))
    assert asked(made)["order:gps"].taken is None and why(made) == {"gps": "asked"}
    answered = drafted(path, "villages", extent_degrees=(9.0, 9.0, 14.0, 14.0), answers={"order:gps": "lat lon"})
    assert answered.body["columns"]["point"] == {"column": "gps", "order": "lat lon"}


def test_exchanged_headers_are_seen_by_the_country(tmp_path: Path) -> None:
    path = villages(tmp_path, "经度,纬度", "26.38,111.07", "26.39,111.08")
    assert columns(drafted(path, "villages", extent_degrees=CHINA)).items() >= {"lon": "纬度", "lat": "经度"}.items()


def test_degrees_that_a_file_says_are_metres(tmp_path: Path) -> None:
    shape = shapely.to_geojson(shapely.box(-54, -27, -53, -26))
    crs = '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}'
    feature = f'{{"type": "Feature", "properties": {{"id": "54", "nm": "Alpha"}}, "geometry": {shape}}}'
    path = write(tmp_path / "a.geojson", f'{{"type": "FeatureCollection", {crs}, "features": [{feature}]}}')
    made = drafted(path, "villages", extent_degrees=ARGENTINA)
    assert made.body["frame"]["epsg"] == 4326 and "3857" in asked(made)["frame"].asks["zh"]
    assert dry_run(path, LEVELS, kind="villages", extent_degrees=ARGENTINA).rejected == 0
    outlines = outlines_of(path, LEVELS, None, ARGENTINA)
    assert outlines is not None and outlines.kind == "boundaries" and columns(outlines)["code"] == "id"


def test_whole_degrees_are_no_positions(tmp_path: Path) -> None:
    """Minutes and seconds stand in columns of their own: 111°4′ is no 111°."""
    rows = [f"111,{n},12,26,{n},30" for n in range(10, 16)]
    made = drafted(villages(tmp_path, "东经度,分,秒,北纬度,分,秒", *rows), "villages", extent_degrees=CHINA)
    assert {"lon", "lat"}.isdisjoint(columns(made)) and why(made)["东经度"] == "whole_degrees"
