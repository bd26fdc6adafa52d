"""Scenarios side by side: what was asked differently, what came out otherwise, who gains and who loses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from planning.scenario import Scalar, Scenario, ScenarioError, text_of


@dataclass(frozen=True)
class Changes:
    """What differs between two sets of named things; each tuple in the order of names."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]

    @property
    def are_none(self) -> bool:
        return not (self.added or self.removed or self.changed)


def changes(then: Mapping[str, object], now: Mapping[str, object]) -> Changes:
    """What is new, gone, and different: of the digests of two builds, or of the inputs of two scenarios."""
    both = sorted(set(then) & set(now))
    return Changes(
        added=tuple(sorted(set(now) - set(then))),
        removed=tuple(sorted(set(then) - set(now))),
        changed=tuple(name for name in both if not _is_same(then[name], now[name])),
        same=tuple(name for name in both if _is_same(then[name], now[name])),
    )


def different_answers(
    first: Mapping[str, Scalar], second: Mapping[str, Scalar], *, tolerance: float = 1e-9
) -> tuple[str, ...]:
    """Names of results that are not the same: numbers to a relative tolerance, a missing one is different."""
    names = sorted(set(first) | set(second))
    return tuple(
        name
        for name in names
        if name not in first or name not in second or not _is_same(first[name], second[name], tolerance)
    )


def inputs_side_by_side(scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
    """One row per input in which the scenarios are not all the same: `input`, then a column per scenario.

    A table within the inputs is shown key by key, as in `least_villages.P1`. An input that a scenario
    does not have is missing there. Raises ScenarioError on scenarios of different questions.
    """
    if len(asked := {one.question for one in scenarios.values()}) > 1:
        raise ScenarioError("question", "scenarios of one question", ", ".join(sorted(asked)))
    flat = {label: _flat({**one.inputs, "seed": one.seed}) for label, one in scenarios.items()}
    names = sorted(set().union(*flat.values()))
    rows = [{"input": name, **{label: values.get(name) for label, values in flat.items()}} for name in names]
    differing = [row for row in rows if len({text_of(row[label]) for label in flat}) > 1]
    return pd.DataFrame(differing, columns=["input", *flat])


def compare_places(outcomes: Mapping[str, pd.DataFrame], value: str) -> pd.DataFrame:
    """Who gains and who loses, place by place, against the first of the scenarios.

    outcomes: by label a table with place_id and the column `value` (people connected, yuan, ...; more is
    better). Columns: place_id, one per label, and for each but the first `change: <label>` and
    `verdict: <label>`: gains, loses, same, or unknown where a value is missing on either side.
    """
    if len(outcomes) < 2:
        raise ScenarioError("scenarios", "two or more", len(outcomes))
    columns = []
    for label, frame in outcomes.items():
        if missing := {"place_id", value} - set(frame.columns):
            raise ScenarioError(label, f"the columns place_id and {value}", f"no {min(missing)}")
        if frame["place_id"].duplicated().any():
            raise ScenarioError(label, "each place once", frame["place_id"][frame["place_id"].duplicated()].iloc[0])
        columns.append(frame.set_index("place_id")[value].astype(float).rename(label))
    table = pd.concat(columns, axis=1).rename_axis("place_id").sort_index()
    labels: Sequence[str] = list(outcomes)
    for label in labels[1:]:
        change = table[label] - table[labels[0]]
        table[f"change: {label}"] = change
        table[f"verdict: {label}"] = change.map(_verdict)
    return table.reset_index()


def gains_and_losses(compared: pd.DataFrame) -> pd.DataFrame:
    """A row per scenario of `compare_places` but the first: places that gain, lose, are the same, are unknown,
    and the sums gained and lost. Columns: scenario, gains, loses, same, unknown, gained, lost.
    """
    rows = []
    for column in compared.columns[compared.columns.str.startswith("change: ")]:
        label = column.removeprefix("change: ")
        verdicts = compared[f"verdict: {label}"]
        counts = {word: int((verdicts == word).sum()) for word in ("gains", "loses", "same", "unknown")}
        change = compared[column]
        rows.append(
            {
                "scenario": label,
                **counts,
                "gained": float(change.clip(lower=0).sum()),
                "lost": float(-change.clip(upper=0).sum()),
            }
        )
    return pd.DataFrame(rows)


def _verdict(change: float) -> str:
    if math.isnan(change):
        return "unknown"
    return "same" if abs(change) < 1e-9 else ("gains" if change > 0 else "loses")


def _is_same(one: object, other: object, tolerance: float = 0.0) -> bool:
    are_numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other))
    if are_numbers:
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)  # type: ignore[arg-type]
    return type(one) is type(other) and one == other


def _flat(value: object, name: str = "") -> dict[str, object]:
    if not isinstance(value, dict):
        return {name: value}
    found: dict[str, object] = {}
    for key, part in value.items():
        found |= _flat(part, f"{name}.{key}" if name else key)
    return found
