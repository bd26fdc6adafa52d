"""What an earlier build measured is what would be measured now; what is damaged is measured again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from etl.status import kept_distances
from etl.status.distances import distances_km
from ground.states import CONNECTED, NOT_APPLICABLE, UNCONNECTED, UNKNOWN

VILLAGES = pd.DataFrame({"lon": [110.0, 110.1, 111.0, np.nan, 179.9], "lat": [26.0, 26.1, 27.0, 26.5, -16.0]})
States = dict[str, NDArray[np.int8]]
STATES = st.dictionaries(
    st.sampled_from(["fibre_2016", "fibre_2018", "mobile_4g_2018"]),
    st.lists(st.sampled_from([UNKNOWN, UNCONNECTED, CONNECTED, NOT_APPLICABLE]), min_size=5, max_size=5).map(
        lambda values: np.array(values, dtype=np.int8)
    ),
    min_size=1,
)
ONE: States = {
    "fibre_2016": np.array([1, 2, 1, 1, 2], dtype=np.int8),
    "fibre_2018": np.array([1, 2, 2, 1, 2], dtype=np.int8),
}


def same(found: kept_distances.Distances, expected: kept_distances.Distances) -> bool:
    return found.keys() == expected.keys() and all(np.array_equal(found[n], expected[n], equal_nan=True) for n in found)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(builds=st.lists(STATES, min_size=1, max_size=4))
def test_the_same_from_build_to_build(tmp_path_factory: pytest.TempPathFactory, builds: list[States]) -> None:
    kept = tmp_path_factory.mktemp("kept")
    for states in builds:
        assert same(kept_distances.measured(VILLAGES, states, kept), distances_km(VILLAGES, states))
        assert len([*kept.iterdir()]) == 1


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is measured from now on."""
    names: list[str] = []

    def measure(villages: pd.DataFrame, states: States) -> kept_distances.Distances:
        names.extend(states)
        return distances_km(villages, states)

    monkeypatch.setattr(kept_distances, "distances_km", measure)
    return names


def test_only_what_is_new_is_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept_distances.measured(VILLAGES, ONE, tmp_path)
    names = counted(monkeypatch)
    other = {"fibre_2020": ONE["fibre_2016"], "fibre_2018": ONE["fibre_2018"][::-1].copy()}  # states, not their names
    assert same(kept_distances.measured(VILLAGES, other, tmp_path), distances_km(VILLAGES, other))
    assert names == ["fibre_2018"]
    kept_distances.measured(VILLAGES, ONE, None)
    assert names == ["fibre_2018", *ONE]


@pytest.mark.parametrize("harm", ["cut", "altered", "renamed", "no table", "of other villages", "a folder"])
def test_a_damaged_file_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, harm: str) -> None:
    few = VILLAGES.head(2) if harm == "of other villages" else VILLAGES
    kept_distances.measured(few, {name: state[: len(few)] for name, state in ONE.items()}, tmp_path)
    [path] = tmp_path.iterdir()
    content = path.read_bytes()
    if harm == "cut":
        path.write_bytes(content[:-9])
    elif harm == "altered":
        path.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    elif harm == "renamed":
        path.rename(path.with_name(f"{'0' * 64}.feather"))
    elif harm == "no table":
        path.unlink()
        empty = b"x"
        name = hashlib.sha256(empty).hexdigest()
        (tmp_path / f"{name}.feather").write_bytes(empty)
    elif harm == "a folder":
        path.unlink()
        path.mkdir()
    names = counted(monkeypatch)
    assert same(kept_distances.measured(VILLAGES, ONE, tmp_path), distances_km(VILLAGES, ONE))
    assert names == [*ONE]
