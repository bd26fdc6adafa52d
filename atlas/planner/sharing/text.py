"""Villages shared among operators, in words: operators as people type them, loads, counties, next year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from atlas.look import figures
from atlas.look.language import place_name, place_names, t
from atlas.planner.sharing.answers import Shared
from indicators import places
from indicators.database import Atlas
from planning.sharing import allocate, targets
from planning.sharing.allocate import Sharing

CELLS = re.compile(r"[,，;；\t]")
MEASURES = ("revenue", "profit", "market")
MOST_OPERATORS = 12
MOST_OWED = 1e9  # in 10,000 yuan


@dataclass(frozen=True)
class Operators:
    """frame: operator_id and the measures that were given. refused: line number and why."""

    frame: pd.DataFrame
    refused: list[tuple[int, str]]


def read_operators(text: str) -> Operators:
    """Lines of name, revenue, profit, market share; the unit does not matter, each column is made shares of its sum."""
    rows: list[list[object]] = []
    refused: list[tuple[int, str]] = []
    for n, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, *cells = [cell.strip() for cell in CELLS.split(line)]
        try:
            numbers = [float(cell) if cell else float("nan") for cell in (cells + [""] * 3)[:3]]
        except ValueError:
            refused.append((n, t("revenue, profit and market share are numbers")))
            continue
        if not name or any(name == row[0] for row in rows) or len(rows) >= MOST_OPERATORS:
            refused.append((n, t("each line needs a name of its own; at most {n} lines", n=MOST_OPERATORS)))
        elif any(abs(number) == float("inf") for number in numbers):
            refused.append((n, t("revenue, profit and market share are numbers")))
        else:
            rows.append([name[:60], *numbers])
    frame = pd.DataFrame(rows, columns=["operator_id", *MEASURES])
    return Operators(frame.dropna(axis=1, how="all"), refused)


def _pairs(text: str) -> Iterator[tuple[int, str, str]]:
    """Number of the line, first and second cell of each line that holds anything."""
    for n, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            name, number = ([cell.strip() for cell in CELLS.split(line)] + [""])[:2]
            yield n, name, number


def read_shares(text: str) -> tuple[dict[str, float], list[tuple[int, str]]]:
    """Lines of name and percent: what each operator has finished."""
    found: dict[str, float] = {}
    refused: list[tuple[int, str]] = []
    for n, name, number in _pairs(text):
        try:
            value = float(number.rstrip("%％"))
        except ValueError:
            value = -1.0
        if not name or not 0 <= value <= 1000:
            refused.append((n, t("“{word}” is no percentage", word=number[:20])))
        else:
            found[name] = value
    return found, refused


def strangers(text: str, operators: Sequence[str]) -> list[tuple[int, str]]:
    """Lines that name nobody who shares here: else all of his would silently count as finished."""
    named = [(n, CELLS.split(line)[0].strip()) for n, line in enumerate(text.splitlines(), start=1)]
    return [
        (n, t("“{word}” is none of the operators", word=name[:20]))
        for n, name in named
        if name and name not in operators
    ]


def read_owed(text: str, operators: Sequence[str]) -> tuple[dict[str, float], list[tuple[int, str]]]:
    """Lines of operator and amount: what each still owes, below 0 for who did more than his part."""
    found: dict[str, float] = {}
    refused: list[tuple[int, str]] = []
    for n, name, number in _pairs(text):
        try:
            value = float(number.replace("−", "-"))
        except ValueError:
            value = float("nan")
        if not abs(value) <= MOST_OWED:
            refused.append((n, t("“{word}” is no amount", word=number[:20])))
        elif name not in operators or name in found:
            refused.append((n, t("“{word}” is none of the operators, or is there twice", word=name[:20])))
        else:
            found[name] = value
    return found, refused


def next_year(later: pd.Series, market: pd.Series | None, ended: pd.DataFrame, per_unit: float) -> tuple[str, str]:
    """Lines of operators and of what is owed, for the boxes of next year's sharing. per_unit: yuan in the box's
    unit.
    """
    given = {} if market is None else market.to_dict()
    lines = [
        f"{name}, {share:.6g}" + (f", , {given[name]:.6g}" if name in given else "") for name, share in later.items()
    ]
    carried = ended.set_index("operator_id")["carry_over"] / per_unit
    return "\n".join(lines), "\n".join(f"{name}, {value:.6g}" for name, value in carried.items() if value)


def load_rows(by_count: Sharing, by_cost: Sharing) -> list[list[object]]:
    """Per operator: target, then villages, cost and deviation when counted, and the same when weighted by cost."""
    counted = by_count.fairness.set_index("operator_id")
    return [
        [
            row["operator_id"],
            figures.count(row["target_yuan"]),
            figures.count(counted.loc[row["operator_id"], "villages"]),
            figures.count(counted.loc[row["operator_id"], "cost_yuan"]),
            over(counted.loc[row["operator_id"], "over_share"]),
            figures.count(row["villages"]),
            figures.count(row["cost_yuan"]),
            over(row["over_share"]),
        ]
        for row in by_cost.fairness.to_dict("records")
    ]


def load_headers() -> list[str]:
    money = figures.unit_word("yuan")
    return [
        t("Operator"),
        figures.bracketed(t("Target"), money),
        t("Counted: villages"),
        figures.bracketed(t("Counted: cost"), money),
        t("Counted: off the target"),
        t("By cost: villages"),
        figures.bracketed(t("By cost: cost"), money),
        t("By cost: off the target"),
    ]


def over(share: object) -> str:
    """A deviation from the target with its sign: +20%."""
    if figures.is_missing(share):
        return figures.unknown()
    value = 100 * float(share)  # type: ignore[arg-type]
    if 0 < abs(value) < 0.05:
        return f"<{figures.decimal(0.1)}%"
    return f"{figures.signed_decimal(value)}%"


def proof_words(found: Sharing) -> str:
    """What is proven of the greatest deviation, and of which allocations."""
    run, least = found.run, found.least_possible_share
    solver = t(
        "{solver} {version}, {seconds} s",
        solver=run.solver,
        version=run.solver_version,
        seconds=figures.decimal(run.seconds, 1),
    )
    if run.gap_absolute == 0:
        proven = {
            "villages": t("proved optimal: no split of these villages has a smaller greatest deviation"),
            "counties": t(
                "proved optimal among whole ⟨outlined_plural⟩: none of their allocations has a smaller greatest "
                "deviation"
            ),
            "connected_counties": t(
                "proved optimal among whole ⟨outlined_plural⟩ in one piece: none of these allocations has a smaller "
                "greatest deviation"
            ),
        }
        return figures.sentence([proven[found.units], solver])
    how = {
        "time_limit": t("the time was up: the best found so far; another machine may find another one"),
        "stopped": t("stopped: the best found so far"),
    }.get(run.status)
    if least is None:
        return figures.sentence([how, t("not proved optimal; how far from the most even one is not known"), solver])
    bound = t(
        "not proved optimal: the greatest deviation is {found}, and no allocation can go below {least}",
        found=deviation_text(found.greatest_deviation_share),
        least=deviation_text(least),
    )
    return figures.sentence([how, bound, solver])


def deviation_text(share: float) -> str:
    """A deviation with as many digits as it takes: 0.014 %."""
    percent = 100 * share
    if 0 < percent < 0.1:
        return f"{figures.decimal(percent, 4)}%" if percent >= 0.0001 else "<0.0001%"
    return figures.percent(percent)


def largest(found: Sharing) -> float | None:
    """The greatest deviation from a target in yuan's terms, as a share."""
    values = found.fairness["over_share"].dropna().abs()
    return None if values.empty else float(values.max())


def counties(atlas: Atlas, found: Sharing) -> pd.DataFrame:
    """A row per county and operator: county_id, county, operator_id, villages, cost_yuan, operators (in the county)."""
    held = found.villages.assign(operator_id=found.villages["operator_id"].fillna(t("nobody: cost unknown")))
    grouped = held.groupby(["county_id", "operator_id"], sort=True)["cost_yuan"]
    table = grouped.agg(["size", "sum"]).reset_index()
    table = table.rename(columns={"size": "villages", "sum": "cost_yuan"})
    table["operators"] = table.groupby("county_id")["operator_id"].transform("size")
    table.insert(1, "county", [county_name(atlas, str(one)) for one in table["county_id"]])
    return table


def cost_by_county(found: Sharing, known: Sequence[str]) -> dict[str, float]:
    """Cost per county; 0 for a county of `known` states in which no village is unconnected."""
    costs = found.villages.groupby("county_id")["cost_yuan"].sum(min_count=1)
    return {str(place): float(costs.get(place, 0.0)) for place in sorted({*known, *costs.index})}


def county_name(atlas: Atlas, place_id: str) -> str:
    one = places.place(atlas, place_id)
    return place_name(one.name, one.name_en) if one else place_id


def county_headers() -> list[str]:
    cost = figures.bracketed(t("Cost of construction"), figures.unit_word("yuan"))
    return [t("⟨Outlined⟩"), t("Code"), t("Operator"), t("Villages"), cost, t("Remark")]


def county_rows(table: pd.DataFrame) -> list[list[object]]:
    return [
        [
            row["county"],
            row["county_id"],
            row["operator_id"],
            figures.count(row["villages"]),
            figures.count(row["cost_yuan"]),
            t("shared by {n} operators", n=row["operators"]) if row["operators"] > 1 else "",
        ]
        for row in table.to_dict("records")
    ]


def village_file(found: Sharing, villages: pd.DataFrame, atlas: Atlas) -> pd.DataFrame:
    """Every village with its operator; unrounded nothing, empty where nobody has it."""
    names = {one: county_name(atlas, str(one)) for one in villages["county_id"].unique()}
    return pd.DataFrame(
        {
            t("Code"): villages["place_id"],
            t("Village"): place_names(villages["name"], villages["name_en"]),
            t("⟨Outlined⟩"): villages["county_id"].map(names),
            t("Operator"): found.villages["operator_id"],
            figures.bracketed(t("Cost of construction"), figures.unit_word("yuan")): villages["cost_yuan"].round(),
        }
    )


def mapped_villages(found: Shared) -> pd.DataFrame:
    """Every village with its operator, to be mapped."""
    held = found.villages[["place_id", "name", "lon", "lat", "county_id", "cost_yuan"]]
    names = place_names(held["name"], found.villages["name_en"])
    return held.assign(name=names, operator=found.chosen.villages["operator_id"].to_numpy())


def county_file(table: pd.DataFrame) -> pd.DataFrame:
    shown = table.assign(cost_yuan=table["cost_yuan"].round())[
        ["county", "county_id", "operator_id", "villages", "cost_yuan"]
    ]
    return shown.set_axis(county_headers()[:5], axis=1)


def example() -> str:
    """Fifty villages of 120,000 against a target of 5,000,000."""
    villages, each, target = 50, 120_000.0, 5_000_000.0
    found = allocate.deviation(pd.Series([villages * each]).to_numpy(), pd.Series([target]).to_numpy())
    return t(
        "Why not count: {n} villages of {each} are {sum}; against a target of {target} that is {over} over, though "
        "the number of villages is right.",
        n=villages,
        each=figures.money(each),
        sum=figures.money(villages * each),
        target=figures.money(target),
        over=figures.percent(100 * found),
    )


def next_rows(now: pd.Series, later: pd.Series | None, ended: pd.DataFrame | None) -> list[list[object]]:
    """Per operator: share now, next year's, finished, carried over, penalty."""
    held = None if ended is None else ended.set_index("operator_id")
    rows: list[list[object]] = []
    for operator, share in now.items():
        row: list[object] = [operator, figures.percent(100 * share)]
        row.append(figures.percent(100 * later[operator]) if later is not None else figures.DASH)
        for column in ("done", "carry_over", "penalty"):
            row.append(figures.DASH if held is None else figures.count(held.loc[operator, column]))
        rows.append(row)
    return rows


def next_headers() -> list[str]:
    money = figures.unit_word("yuan")
    return [
        t("Operator"),
        t("Share this year"),
        t("Share next year"),
        figures.bracketed(t("Finished"), money),
        figures.bracketed(t("Carried over"), money),
        figures.bracketed(t("Penalty"), money),
    ]


def year_end(found: Sharing, done_percent: dict[str, float], penalty_rate: float) -> pd.DataFrame:
    """sharing.year_end of the loads given out; operators that are not named have finished all of theirs."""
    target = found.fairness.set_index("operator_id")["cost_yuan"]
    done = target * pd.Series({one: done_percent.get(str(one), 100.0) / 100 for one in target.index})
    return targets.year_end(target, done, penalty_rate=penalty_rate)
