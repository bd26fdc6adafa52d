"""A slice of China by hand, as an atlas holds it: what the search reads of one, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from etl.places.search_letters import plain, readings
from ground import builds
from indicators.database import Atlas

LEVELS = ("nation", "province", "prefecture", "county", "township", "village")
ENDINGS = {
    "province": ["省", "自治区"],
    "prefecture": ["市", "自治州", "州", "土家族", "苗族"],
    "county": ["市", "县", "区", "自治县"],
    "township": ["街道", "镇", "乡"],
    "village": ["村民委员会", "村委会", "社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区", "村"],
}
PLACES = (
    ("100000", "nation", None, "全国", "China"),
    ("430000", "province", "100000", "湖南省", "Hunan"),
    ("431100", "prefecture", "430000", "永州市", "Yongzhou"),
    ("431124", "county", "431100", "道县", "Daoxian County"),
    ("431124102", "township", "431124", "寿雁镇", None),
    ("431129", "county", "431100", "江华瑶族自治县", "Jianghua"),
    ("431129100", "township", "431129", "沱江镇", None),
    ("610000", "province", "100000", "陕西省", "Shaanxi"),
    ("610100", "prefecture", "610000", "西安市", "Xi'an"),
    ("610115", "county", "610100", "临潼区", "Lintong"),
    ("610115001", "township", "610115", "骊山街道", None),
    ("141100", "prefecture", "100000", "吕梁市", "Lüliang"),
    ("141102", "county", "141100", "离石区", None),
    ("141102100", "township", "141102", "吴城镇", None),
)
VILLAGES = (
    ("431124102201", "寿佛村", "431124102", "committee"),
    ("431124102202", "寿雁村委会", "431124102", "committee"),
    ("431124102203", "新村村委会", "431124102", "committee"),
    ("431124102004", "寿清社区居委会", "431124102", "community"),
    ("431129100201", "沱江村村民委员会", "431129100", "committee"),
    ("431129100202", "县里村委会", "431129100", "committee"),
    ("431129100203", "红旗新村居委会", "431129100", "community"),
    ("610115001201", "团结村委会", "610115001", "committee"),
    ("610115001202", "长行村委会", "610115001", "committee"),
    ("610115001203", "重阳村委会", "610115001", "committee"),
    ("141102100201", "团结村民委员会", "141102100", "committee"),
    ("141102100202", "首府社区", "141102100", "community"),
)


def write(folder: Path, endings: dict[str, list[str]] | None = None, *, has_letters: bool = True) -> Atlas:
    """An atlas of these places. has_letters: with the table of readings, which builds of before had not."""
    path = folder / "atlas-20200101T000000Z-name.duckdb"
    with duckdb.connect(str(path)) as file:
        file.execute("CREATE TABLE level (level_id TEXT, position INT, name_zh TEXT, name_en TEXT)")
        rows = [(level, number, level, level) for number, level in enumerate(LEVELS)]
        file.executemany("INSERT INTO level VALUES (?, ?, ?, ?)", rows)
        file.execute("CREATE TABLE meta_profile (key TEXT, value TEXT)")
        told = {"name_endings": ENDINGS if endings is None else endings, "romanised": "pinyin"}
        file.executemany("INSERT INTO meta_profile VALUES (?, ?)", [(k, json.dumps(v)) for k, v in told.items()])
        file.execute(
            "CREATE TABLE place (place_id TEXT, level TEXT, parent_id TEXT, name TEXT, name_en TEXT, "
            "is_grouping BOOL DEFAULT false, has_boundary BOOL DEFAULT false, "
            "xmin DOUBLE, ymin DOUBLE, xmax DOUBLE, ymax DOUBLE)"
        )
        file.executemany("INSERT INTO place (place_id, level, parent_id, name, name_en) VALUES (?, ?, ?, ?, ?)", PLACES)
        file.execute(
            "CREATE TABLE village (place_no INT, place_id TEXT, name TEXT, township_id TEXT, kind TEXT, "
            "in_programme BOOL, name_en TEXT)"
        )
        villages = [(number, *row, row[-1] == "committee", _latin(row)) for number, row in enumerate(VILLAGES)]
        file.executemany("INSERT INTO village VALUES (?, ?, ?, ?, ?, ?, ?)", villages)
        if has_letters:
            _letters(file)
    builds.seal(path)
    return Atlas(path)


def _latin(row: tuple[str, ...]) -> str:
    """As names are written where English is read; here always by the last reading, which nobody uses."""
    bare = next(row[1].removesuffix(one) for one in [*ENDINGS["village"], ""] if row[1].endswith(one))
    kind = {"committee": "Village", "community": "Residents' Committee"}[row[-1]]
    return f"{''.join(readings(letter)[-1] for letter in bare).capitalize()} {kind}"


def _letters(file: duckdb.DuckDBPyConnection) -> None:
    named = {letter for *_, name, _ in PLACES for letter in name} | {letter for row in VILLAGES for letter in row[1]}
    typed = named | set("壽縣團結弗授受永洲")
    rows = [(letter, True, n, said) for letter in typed for n, said in enumerate(readings(letter))]
    rows += [(letter, False, 0, plain(letter)) for letter in typed if plain(letter) != letter]
    file.execute("CREATE TABLE search_letter (letter TEXT, is_sound BOOL, position TINYINT, said TEXT)")
    file.executemany("INSERT INTO search_letter VALUES (?, ?, ?, ?)", rows)
