"""Places by the key of their name: the same answers as looking at every place, at the price of what is asked."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.place.identity import Register
from importer.place.name_index import NameIndex

#: villages v0 … v11 in counties c0 … c3, in provinces p0 and p1; v11 lies nowhere
PARENT = {f"v{n}": f"c{n % 4}" for n in range(11)} | {f"c{n}": f"p{n // 2}" for n in range(4)}
LEVEL = {name: {"v": "village", "c": "county", "p": "province"}[name[0]] for name in [*PARENT, "p0", "p1", "v11"]}
KEYS = st.sampled_from(["a", "b", "c", "d", None])
WITHIN = st.sampled_from(["c0", "c1", "c2", "c3", "p0", "p1", None])


def ancestors(places: np.ndarray, level: str) -> list[str | None]:
    up: list[str | None] = places.tolist()
    for _ in range(1 if level == "county" else 2):
        up = [PARENT.get(place) if place is not None else None for place in up]
    return up


@settings(max_examples=150, deadline=None)
@given(
    names=st.lists(KEYS, min_size=12, max_size=12),
    asked=st.lists(st.tuples(st.sampled_from(["a", "b", "c", "x", None]), WITHIN), max_size=30),
)
def test_as_by_looking_at_every_place(names: list[str | None], asked: list[tuple[str | None, str | None]]) -> None:
    villages = [f"v{n}" for n in range(12)]
    index = NameIndex(pd.Series(names, dtype=object), pd.Series(villages, dtype=object), LEVEL, ancestors)
    hits = index.hits(
        np.array([key for key, _ in asked], dtype=object),
        np.array([place for _, place in asked], dtype=object),
    )
    for n, (key, place) in enumerate(asked):
        expected = [
            village
            for village, name in zip(villages, names, strict=True)
            if key is not None
            and name == key
            and (place is None or place in (county := PARENT.get(village), PARENT.get(county or "")))
        ]
        assert sorted(hits.places(n)) == sorted(expected)
        assert hits.count[n] == len(expected)
        assert (hits.first[n] in expected) if expected else hits.first[n] is None
    for place in ("c0", "c3", "p1"):
        keys, inside = index.inside(place)
        assert sorted(zip(keys, inside, strict=True)) == sorted(
            (name, village)
            for village, name in zip(villages, names, strict=True)
            if name is not None and place in (PARENT.get(village), PARENT.get(PARENT.get(village, ""), ""))
        )


def test_rows_of_the_commonest_name_are_one_question() -> None:
    """20,000 rows and 4,000 places of one name would be 80 million pairs, gigabytes of them."""
    villages = pd.DataFrame(
        {
            "place_id": ["N", "1", *(f"1{n:05}" for n in range(4_000))],
            "level": ["nation", "county", *["village"] * 4_000],
            "parent_id": [None, "N", *["1"] * 4_000],
            "name": ["N", "County", *["Springfield"] * 4_000],
        }
    )
    register = Register(villages, ["nation", "county", "village"])
    asked = pd.DataFrame({"county_name": ["County"] * 10_000 + [None] * 10_000, "name": "Springfield"}, dtype=object)
    register.match(asked.head(1))
    tracemalloc.start()
    found = register.match(asked)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert set(found.rule) == {"name_ambiguous"}
    assert str(found.candidates[0]).startswith("100000 Springfield (County)")
    assert peak_bytes < 50e6
