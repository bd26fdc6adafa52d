"""Real coverage in a browser: Peru, which has no boundaries, and Xiangxi, which has; and the clerk at the Data page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from clerk import table
from people import Visitor
from real_data import PROFILES, REAL, ROOT, needs_real_data
from serving import serve, stop
from test_screens import colours_of_map

from etl.build import build
from etl.incoming import INCOMING
from importer.files import read
from indicators.database import Atlas

pytestmark = [pytest.mark.browser, needs_real_data]

HEADERS = [
    "Ubigeo",
    "Departamento",
    "Provincia",
    "Distrito",
    "CentroPoblado",
    "Clasificacion",
    "Latitud",
    "Longitud",
]
COLUMNS = [
    "center_id",
    "department",
    "province",
    "district",
    "center_name",
    "classification",
    "latitude",
    "longitude",
]
OPERATORS = {"bitel": "Bitel", "claro": "Claro", "entel": "Entel", "movistar": "Telefonica"}
DEFINITIONS = {"cg": "CG", "total": "CG+CAR"}


def workbook(path: Path) -> None:
    """The published workbook's shape, filled with the province that is at hand."""
    [chunk] = list(read(REAL / "peru_osiptel_huarochiri" / "huarochiri_demo.csv"))
    wide = {
        f"{name}_{technology.upper()}_{words}": f"{operator}_{technology}_{kind}"
        for operator, name in OPERATORS.items()
        for technology in ("2g", "3g", "4g", "5g")
        for kind, words in DEFINITIONS.items()
    }
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Hoja1")
        sheet.write_row(0, 0, [*HEADERS, *wide])
        for n, row in enumerate(chunk.frame.to_dict("records"), start=1):
            sheet.write_row(n, 0, [row[name] for name in COLUMNS[:6]])
            sheet.write_row(n, 6, [float(row[name]) for name in (*COLUMNS[6:], *wide.values())])


@pytest.fixture(scope="module")
def peru(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The profile that ships, on a workbook of the published shape."""
    folder = tmp_path_factory.mktemp("peru")
    workbook(folder / "osiptel-mobile-coverage.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(INCOMING, str(folder))
        build(ROOT / "data" / "peru", folder / "build", quiet=True)
    process, address = serve(folder / "build")
    yield address
    stop(process)


@pytest.fixture(scope="module")
def xiangxi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("xiangxi")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(INCOMING, str(REAL))
        build(PROFILES / "xiangxi", folder, quiet=True)
    process, address = serve(folder)
    yield address
    stop(process)


def test_peru(visitor: Visitor, peru: str) -> None:
    """Two definitions give two answers; the map is painted; nothing is simulated."""
    visitor.open(f"{peru}/?lang=en")
    visitor.sees("1,20")
    visitor.painted()
    assert colours_of_map(visitor) > 5
    assert visitor.page.locator(".atlas-badge-simulated").count() == 0
    visitor.open(f"{peru}/?lang=en&standard=4g_total")
    visitor.sees("665")
    visitor.keep("peru-en")
    visitor.open(f"{peru}/gap-map?lang=en")
    visitor.painted()
    assert colours_of_map(visitor) > 5


def test_a_settlement_of_peru_says_by_whom(phone_reader: Visitor, peru: str) -> None:
    phone_reader.open(f"{peru}/place?lang=en&place=1507010001")
    text = phone_reader.page.inner_text("[data-testid=stMain]")
    for words in ("MATUCANA", "Bitel", "Telefonica", "guaranteed", "96.1%"):
        assert words in text
    assert phone_reader.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_pages_that_peru_has_nothing_for_say_so(reader: Visitor, peru: str) -> None:
    reader.open(f"{peru}/pilots?lang=en")
    assert "holds nothing for this page" in reader.page.inner_text("[data-testid=stMain]")
    assert "Pilot areas" not in reader.page.inner_text("header")


def test_xiangxi(visitor: Visitor, xiangxi: str) -> None:
    visitor.open(f"{xiangxi}/gap-map?lang=zh")
    visitor.sees("非城镇区域")
    visitor.painted()
    assert colours_of_map(visitor) > 5
    visitor.open(f"{xiangxi}/place?lang=zh&place=433122000000")
    assert "泸溪县" in visitor.page.inner_text("h1")
    visitor.keep("xiangxi-county-zh")


@pytest.mark.national
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_clerk_drops_her_file(reader: Visitor, china: str, national_atlas: Atlas, tmp_path: Path, lang: str) -> None:
    """A GBK table of 4,311 villages: which twelve rows are wrong, why, and how to mend them."""
    villages = national_atlas.cursor().execute(
        "SELECT place_id, name, round(lon, 5), round(lat, 5) FROM village "
        "WHERE province_id = '430000' AND in_programme ORDER BY 1 LIMIT 4311"
    )
    path = tmp_path / "台账.csv"
    path.write_bytes(table(villages.fetchall()))
    reader.open(f"{china}/data?lang={lang}")
    reader.page.set_input_files("input[type=file]", str(path))
    words = {"zh": "可导入 4,299 行，将拒收 12 行", "en": "4,299 would be loaded, 12 would be rejected"}[lang]
    reader.page.get_by_text(words).wait_for()
    reader.settled()
    text = reader.page.inner_text("[data-testid=stMain]")
    for reason in {
        "zh": ("颠倒", "应为数字", "在建"),
        "en": ("exchanged", "A number was expected", "在建"),
    }[lang]:
        assert reason in text
    reader.keep(f"data-{lang}")
    with reader.page.expect_download() as download:
        reader.page.get_by_text({"zh": "下载拒收行及原因", "en": "Rejected rows with reasons"}[lang]).click()
    assert "颠倒" in Path(str(download.value.path())).read_text(encoding="utf-8-sig")
