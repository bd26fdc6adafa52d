"""The small invented country with a hostile text in every field that takes one.

What is not a text for people is listed here; every other field of every file, and every other text column of the
atlas, is made hostile by itself, so that a new one is tried without being named.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import duckdb
from mini_profile import MINI, Profile
from programme_records import by_hand, publish

from etl.store import schema
from ground import builds
from indicators.database import Atlas, current

MARK = "Ω"
#: What is seen of it; it begins as a spreadsheet's formula does.
SEEN = (
    MARK
    + "{{7*7}}{% raw %}{%- endraw -%}{#x#}${7*7}#{7*7}<img src=x onerror=alert(1)></script><script>alert(1)</script>"
    "[x](javascript:alert(1))![x](//x):red[x]:material/home:$x^2$*b*`c`\"'\\" + MARK
)
FORMULA = '=HYPERLINK("http://x")' + SEEN
#: With characters that nobody sees: one that turns what follows, no width, NUL, a line feed's cousins.
HOSTILE = FORMULA.replace("{% raw %}", "{% raw %}\u202e\u200b\u0000\u001f\u0085")

#: Lists that the importer reads: it takes a row with NUL for damaged (tests/importer/read), so theirs has none.
IMPORTED = ("pilots.csv", "projects.csv")

#: Keys of declarations and columns of files that hold codes, numbers, days or paths.
NOT_TEXT = frozenset(
    [
        "source_id",
        "profile_id",
        "level_id",
        "standard_id",
        "place_id",
        "kind",
        "evidence",
        "path",
        "sha256",
        "default_language",
        "code",
        "standard",
        "first",
        "last",
        "id",
        "family",
        "follows",
        "seed",
        "figure_id",
        "figure",
        "project",
        "show",
        "line_kind",
        "layer",
        "level",
        "strip_prefix",
        "published_indicator",
        "published_target",
        "email",
        "url",
        "technology",
        "topic",
        "where",
        "when",
        "what",
        "value",
        "unit",
        "parent_code",
        "parameter",
        "low",
        "high",
        "price_year",
        "currency",
        "strength",
        "project_id",
        "scope",
        "place_ids",
        "contract_date",
        "planned_villages",
        "opened_villages",
        "completed_date",
        "accepted_date",
        "capex_qualifier",
        "capex_yuan",
        "opex_years",
        "download_mbps",
        "low_yuan",
        "central_yuan",
        "high_yuan",
        "price_years",
        "crs",
        "operator_or_bound",
        "programme",
        "published_name",
        "place_name",
        "date_text",
        "indicator",
        "value_text",
        "quotation",
        "note_en",
        "name_column",
        "operator",
        "denominator",
    ]
)
#: Columns of the atlas that hold codes, or words that only the code itself writes.
CODES = re.compile(
    r".*_id|.*_ids|.*level|level|standard|kind|technology|.*_code|.*state|state|scope|selection|column_name|rate_kind|denominator|"
    r"location_quality|terrain|policy_category|resolution|line_kind|definition|tranche|currency|capex_qualifier|subsidy_qualifier|seen|confidence|payer|purpose|reached_by|"
    r"rule|severity|parameter|strength|unit|topic|indicator|qualifier|table_name|type|label_..|sha256|key|value|name_key|"
    r"published_indicator|published_target|price_years|url|field|file"
)


def profile(folder: Path) -> Profile:
    """A copy of the mini profile whose texts are hostile."""
    shutil.copytree(MINI, folder / "profile")
    made = Profile(folder / "profile", folder / "build")
    for declaration in folder.glob("profile/**/*.toml"):
        declaration.write_text(_declaration(declaration.read_text(encoding="utf-8")), encoding="utf-8")
    for table in folder.glob("profile/**/*.csv"):
        _table(table)
    return made.declare()


def _declaration(text: str) -> str:
    def hostile(found: re.Match[str]) -> str:
        key, value = found["key"], found["value"]
        return found[0] if key in NOT_TEXT else f"{key} = {json.dumps(HOSTILE + value, ensure_ascii=False)}"

    body, columns, rest = text.partition("\n[columns]")
    return re.sub(r'(?P<key>\w+) = "(?P<value>[^"\n]*)"', hostile, body) + columns + rest


def _table(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    is_text = [name not in NOT_TEXT for name in head]
    hostile = HOSTILE.replace("\0", "") if path.name in IMPORTED else HOSTILE
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        for row in rows:
            writer.writerow(
                [hostile + cell if text and cell else cell for cell, text in zip(row, is_text, strict=True)]
            )


def atlas(folder: Path) -> Atlas:
    """The profile built, with records worked out by hand, whose every text column is hostile, too."""
    made = profile(folder)
    made.build()
    built = current(made.build_dir)
    held = publish(built, folder / "records", by_hand(built))
    target = folder / "hostile" / held.path.name
    target.parent.mkdir()
    shutil.copyfile(held.path, target)
    with duckdb.connect(str(target)) as connection:
        for table, column in text_columns(connection):
            connection.execute(
                f"UPDATE {table} SET {column} = $1 || {column} WHERE {column} NOT LIKE '%' || $2 || '%'",
                [SEEN, MARK],
            )
    builds.offer(target)
    return current(target.parent)


def text_columns(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Table and column of every text for people that the atlas holds."""
    levels = [row[0] for row in connection.execute("SELECT level_id FROM level ORDER BY position").fetchall()]
    return [
        (table, column.name)
        for table, columns in schema(levels[:-1]).items()
        for column in columns
        if column.type.startswith("TEXT")
        and not CODES.fullmatch(column.name)
        and (table, column.name) != ("status_column", "operator")  # = or ≥
    ]
