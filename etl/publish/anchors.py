"""Writes the anchors into the method's page: `python -m etl.publish.anchors` takes them from the current build.

docs/methods/simulated-status.md holds them between two marks; a test compares them with a build, so that they cannot
rot.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from ground import builds, handles

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "methods" / "simulated-status.md"
BEGIN, END = "<!-- anchors: begin -->\n", "<!-- anchors: end -->\n"
KINDS = {
    "published": "公布 published",
    "derived": "推算 derived",
    "interpolated": "内插 interpolated",
    "assumed": "假定 assumed",
    "not_applicable": "不适用 not applicable",
}
NAME = "CASE WHEN s.name_zh = s.name_en THEN s.name_zh ELSE s.name_zh || ' ' || s.name_en END"
BOUNDS = """
    CASE WHEN low_percent = high_percent THEN '= ' || round(low_percent, 1)
         WHEN high_percent >= 100 THEN '≥ ' || round(low_percent, 1)
         WHEN low_percent <= 0 THEN '≤ ' || round(high_percent, 1)
         ELSE round(low_percent, 1) || ' – ' || round(high_percent, 1) END
"""


def anchors(atlas: duckdb.DuckDBPyConnection) -> str:
    """The rates of standard and date, those of places, and the figures that both rest on, as Markdown."""
    return "\n".join([_rates(atlas), _places(atlas), _figures(atlas)])


def _rates(atlas: duckdb.DuckDBPyConnection) -> str:
    rows = atlas.execute(
        f"""
        SELECT {NAME}, c.as_of, c.rate_kind, coalesce(c.operator, ''),
               c.target_rate_percent, coalesce(c.denominator, ''), coalesce(c.figure_ids, '')
        FROM status_column AS c JOIN standard AS s ON s.standard_id = c.standard ORDER BY s.position, c.as_of
        """
    ).fetchall()
    cells = [
        [standard, f"{day}", KINDS.get(kind, kind), _rate(operator, rate), denominator, ids]
        for standard, day, kind, operator, rate, denominator, ids in rows
    ]
    heads = ["标准 standard", "日期 date", "依据 basis", "%", "分母 denominator", "公布数 figures"]
    return _table(heads, cells)


def _rate(operator: str, rate: float | None) -> str:
    return "–" if rate is None else f"{operator.removeprefix('=')} {rate:.1f}".strip()


def _places(atlas: duckdb.DuckDBPyConnection) -> str:
    rows = atlas.execute(
        f"""
        SELECT p.name, {NAME}, {BOUNDS} AS kept_to,
               min(r.as_of) || ' – ' || max(r.as_of), r.figure_ids
        FROM place_rate AS r JOIN place AS p USING (place_id) JOIN standard AS s ON s.standard_id = r.standard
        JOIN status_column AS c ON c.standard = r.standard AND c.as_of = r.as_of
        WHERE c.rate_kind <> 'not_applicable'
        GROUP BY r.place_id, p.name, s.position, s.name_zh, s.name_en, kept_to, r.figure_ids
        ORDER BY r.place_id, s.position, min(r.as_of)
        """
    ).fetchall()
    return _table(["地区 place", "标准 standard", "%", "日期 dates", "公布数 figures"], rows)


def _figures(atlas: duckdb.DuckDBPyConnection) -> str:
    rows = atlas.execute(
        """
        WITH used AS (
            SELECT DISTINCT unnest(string_split(figure_ids, ' ')) AS figure_id
            FROM (SELECT figure_ids FROM status_column UNION ALL SELECT figure_ids FROM place_rate)
        )
        SELECT f.figure_id, coalesce(f.place_name, ''), f.date_text, f.value_text, f.unit,
               concat_ws('，', f.publisher, '《' || f.document || '》', f.published_on), coalesce(f.seen, '')
        FROM used JOIN published_figure AS f USING (figure_id) ORDER BY f.figure_id
        """
    ).fetchall()
    heads = ["编号 figure", "地区 place", "日期 date", "值 value", "单位 unit", "出处 source", "所见 seen"]
    return _table(heads, rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(_cell(one) for one in line) + " |\n" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("<", "&lt;").replace("~", "\\~")


def page(text: str, made: str) -> str:
    """The page with its anchors replaced. Raises ValueError where it has no place for them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{TARGET.name}: expected the marks {BEGIN.strip()} and {END.strip()}")
    return before + BEGIN + made + END + after


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the anchors of the current build into the method's page")
    parser.add_argument("--build-dir", type=Path, default=ROOT / "data" / "build")
    found = builds.good(parser.parse_args().build_dir)
    if found is None:
        raise SystemExit("there is no build; run: python -m etl build")
    with handles.read_only(found) as atlas:
        TARGET.write_text(page(TARGET.read_text(encoding="utf-8"), anchors(atlas)), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
