"""docs/data-dictionary.md is what etl/schema.toml says, and says all of it."""

from __future__ import annotations

from etl.publish.dictionary import TARGET, dictionary
from etl.store import schema


def test_the_page_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == dictionary(), "run: python -m etl.publish.dictionary"


def test_every_table_and_column_is_described_in_both_languages() -> None:
    page = dictionary()
    for table, columns in schema(["<level>"]).items():
        section = page.split(f"\n## `{table}`\n")[1].split("\n## ")[0]
        for column in columns:
            [line] = [one for one in section.splitlines() if one.startswith(f"| `{column.name}`")]
            assert column.zh in line and column.en in line
            assert column.type in line and (column.unit or "") in line


def test_every_row_of_a_table_has_its_five_cells() -> None:
    for line in dictionary().splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") == 6, line


def test_names_carry_their_unit() -> None:
    """A number of people, money or kilometres says so in its name as well as in its unit."""
    endings = {
        "person": "persons",
        "yuan": "yuan",
        "km2": "km2",
        "percent": "percent",
        "household": "households",
    }
    for table, columns in schema(["level"]).items():
        for column in columns:
            if column.unit in endings:
                assert column.name.endswith(endings[column.unit]), (table, column.name)
