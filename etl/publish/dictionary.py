"""Writes the data dictionary: `python -m etl.publish.dictionary` makes docs/data-dictionary.md from schema.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from etl.store import LEVEL_COLUMN

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "data-dictionary.md"
SCHEMA = ROOT / "etl" / "schema.toml"
HEAD = """# 数据字典 · Data dictionary

由 `etl/schema.toml` 生成，请勿手改：`python -m etl.publish.dictionary`。
Generated from `etl/schema.toml`, not written by hand: `python -m etl.publish.dictionary`.

`<level>_id` 代表配置中村以上的每个层级各一列。`<level>_id` stands for one column per level above the village.
`evidence` 依据等级，由强到弱 from strongest to weakest: measured, declared, modelled, assumed, simulated.
状态 states: 0 未知 unknown, 1 未通 unconnected, 2 已通 connected, 3 不适用 not applicable.
"""
# Their columns depend on the profile: one per standard and date, named in `status_column`.
WIDE = """
## `village_status`

各村各标准各日期的状态，列见 `status_column.column_name`，行序同 `village`。
State of every village, one column per standard and date (`status_column.column_name`), rows as in `village`.

## `village_evidence`

各村各状态的依据，列同 `village_status`：依据等级的序号，0 为最强；状态未知或不适用时为空。
What each village's state rests on, columns as in `village_status`: its place in the order of evidence, 0 the strongest
(`enum_range(NULL::evidence)[1 + code]`); empty where the state is unknown or not applicable.

## `village_distance_km`

未通村到最近已通村的球面距离（千米），列同 `village_status`；其余为空。
Kilometres from an unconnected village to the nearest connected one, columns as in `village_status`; else empty.
"""


def dictionary() -> str:
    """The whole page, both languages, table by table in the order of the schema."""
    tables = tomllib.loads(SCHEMA.read_text(encoding="utf-8"))
    return HEAD + "".join(_table(name, body) for name, body in tables.items()) + WIDE


def _table(name: str, body: dict[str, Any]) -> str:
    about = body["about"]
    rows = "".join(_row(column, entry) for column, entry in body["columns"].items())
    return (
        f"\n## `{name}`\n\n{about['zh']}。\n{about['en']}.\n\n"
        f"| 列 column | 类型 type | 单位 unit | 中文 | English |\n|---|---|---|---|---|\n{rows}"
    )


def _row(column: str, entry: dict[str, Any]) -> str:
    name = f"`{column}`" if column != LEVEL_COLUMN else f"`{column}` …"
    kind = entry["type"] + (f", {entry['check']}" if "check" in entry else "")
    cells = (name, f"`{kind}`", entry.get("unit", ""), entry["zh"], entry["en"])
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def main() -> None:
    TARGET.write_text(dictionary(), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
