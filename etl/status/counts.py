"""How many villages of each state every place holds, by standard and date, and on what that rests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.status.columns import STATE_NAMES, Column
from etl.status.pilot_villages import SIMULATED, codes_of
from etl.status.registered import NO_EVIDENCE, NO_SOURCE
from etl.store import Store
from ground.evidence import EVIDENCE
from ground.states import CONNECTED, UNCONNECTED

Codes = NDArray[np.int32]
PEOPLE = ("population_persons", "population_unconnected_persons")


@dataclass(frozen=True)
class Counts:
    """Of one column, an entry per place."""

    villages: NDArray[np.int64]  # places × STATE_NAMES
    simulated: NDArray[np.int64]
    evidence: NDArray[np.int8]  # the weakest among villages of known state; -1: there are none
    speaks: NDArray[np.bool_]  # places × sources: which speak of its villages
    people: NDArray[np.float64]  # places × PEOPLE
    counted: NDArray[np.int64]  # villages with known state and people

    def summed(self, above: Above) -> Counts:
        """The same of the places above."""
        return Counts(
            above.of(np.add, self.villages, 0),
            above.of(np.add, self.simulated, 0),
            above.of(np.maximum, self.evidence, NO_EVIDENCE),
            above.of(np.logical_or, self.speaks, False),
            above.of(np.add, self.people, 0),
            above.of(np.add, self.counted, 0),
        )


class Above:
    """Which place of a level each of the finest lies in, sorted once for everything that is put together by it."""

    def __init__(self, number: Codes, places: int) -> None:
        self._places, self._order = places, np.argsort(number, kind="stable")
        self._held, self._starts = np.unique(number[self._order], return_index=True)

    def of(self, put_together: np.ufunc, values: NDArray[Any], nothing: Any) -> NDArray[Any]:
        """Values of the finest places, put together; `nothing` for a place that holds none of them."""
        made = np.full((self._places, *values.shape[1:]), nothing, dtype=values.dtype)
        made[self._held] = put_together.reduceat(values[self._order], self._starts, axis=0)
        return made


def write_counts(store: Store, villages: pd.DataFrame, columns: Sequence[Column], source_ids: list[str]) -> None:
    """One row per place above the village, standard and date; places without villages count 0."""
    inside = villages["in_programme"].to_numpy()
    people = villages["population_persons"].to_numpy(dtype=float)[inside]
    finest = store.profile.upper_levels[-1]
    places, codes = codes_of(store, villages, finest)
    # Villages are counted once, into the finest places; what lies above is the sum of those.
    made = [_counted(column, codes[inside], len(places), inside, people, len(source_ids)) for column in columns]
    for level in store.profile.upper_levels:
        upper, of_village = codes_of(store, villages, level)
        number = np.zeros(len(places), dtype=np.int32)  # a place without villages adds nothing to the one it is put to
        number[codes] = of_village
        above = Above(number, len(upper))
        of_level = made if level == finest else [one.summed(above) for one in made]
        store.insert("status_count", _frame(upper, level, columns, of_level, source_ids))


def _counted(
    column: Column,
    codes: Codes,
    places: int,
    inside: NDArray[np.bool_],
    people: NDArray[np.float64],
    sources: int,
) -> Counts:
    """Of the villages of the programme, `inside`, in places 0 … `places` - 1."""
    state, evidence, origin = (
        one[inside] for one in (column.states.state, column.states.evidence, column.states.source)
    )
    packed = np.bincount(codes * len(STATE_NAMES) + state, minlength=places * len(STATE_NAMES))
    known = (state == CONNECTED) | (state == UNCONNECTED)
    speaks = np.zeros((places, sources + 1), dtype=bool)
    speaks[codes[known], origin[known]] = True
    counted = known & np.isfinite(people)
    sums = [
        np.bincount(codes[rows], weights=people[rows], minlength=places)
        for rows in (counted, counted & (state == UNCONNECTED))
    ]
    return Counts(
        packed.reshape(-1, len(STATE_NAMES)),
        np.bincount(codes[known & (evidence == SIMULATED)], minlength=places),
        _weakest(codes[known], evidence[known], places),
        np.delete(speaks, NO_SOURCE, axis=1),  # the last column: where nobody is named
        np.stack(sums, axis=1).astype(np.float64),  # of no villages at all they are whole numbers
        np.bincount(codes[counted], minlength=places),
    )


def _weakest(codes: Codes, evidence: NDArray[np.int8], places: int) -> NDArray[np.int8]:
    worst = np.full(places, NO_EVIDENCE, dtype=np.int8)
    for kind in range(len(EVIDENCE)):  # the weakest last
        worst[codes[evidence == kind]] = kind
    return worst


def _frame(
    places: NDArray[np.object_], level: str, columns: Sequence[Column], counts: Sequence[Counts], source_ids: list[str]
) -> pd.DataFrame:
    """All columns of a level in one frame, with its texts as categories: at the finest level a million rows."""
    standards = list(dict.fromkeys(str(column.facts["standard"]) for column in columns))
    of_column = [standards.index(column.facts["standard"]) for column in columns]
    days = np.array([column.facts["as_of"] for column in columns], dtype="datetime64[s]")
    together, spoken = _together(np.concatenate([one.speaks for one in counts]), source_ids)
    made = pd.DataFrame(np.concatenate([one.villages for one in counts]), columns=list(STATE_NAMES))
    people = np.concatenate([one.people for one in counts])
    people[np.concatenate([one.counted for one in counts]) == 0] = np.nan
    for n, name in enumerate(PEOPLE):
        made[name] = pd.array(people[:, n]).astype("Int64")
    texts = {
        "place_id": (np.tile(np.arange(len(places)), len(columns)), list(places)),
        "level": (np.zeros(len(made), dtype=np.int8), [level]),
        "standard": (np.repeat(of_column, len(places)), standards),
        "evidence": (np.concatenate([one.evidence for one in counts]), list(EVIDENCE)),
        "source_id": (spoken, together),
    }
    named = {name: pd.Categorical.from_codes(*coded) for name, coded in texts.items()}
    simulated = np.concatenate([one.simulated for one in counts])
    return made.assign(simulated=simulated, as_of=np.repeat(days, len(places)), **named)


def _together(speaks: NDArray[np.bool_], source_ids: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    """The sources that speak of one place, joined by ";": all such texts, and each row's number; -1: nobody does."""
    packed = np.ascontiguousarray(np.packbits(speaks, axis=1))
    if not packed.shape[1]:
        return [], np.full(len(speaks), -1)
    found, of_row = np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_inverse=True)
    bits = np.unpackbits(found.view(np.uint8).reshape(len(found), -1), axis=1)
    names = [";".join(compress(source_ids, one)) for one in bits]
    told = [name for name in names if name]
    return told, np.array([told.index(name) if name else -1 for name in names])[of_row]
