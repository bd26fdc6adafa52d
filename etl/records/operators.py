"""One spelling for each operator, so that three ways of writing a name are counted as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from etl.declaration import Profile
from etl.profile_form import Operator
from importer.values import folded

TOGETHER = (";", "；", "、")  # between the names of several firms


def one_spelling(profile: Profile, names: pd.Series) -> pd.Series:
    """Each name → the declared operator whose spelling it holds, else its most frequent spelling.

    A profile's [[operator]] tables list `operator_id`, `name` and `spellings`; the longest spelling that a name
    holds decides, so that a branch (中国电信湖南公司) belongs to its company. A name of two firms stays as it is.
    """
    declared = _declared(profile.form.operator)
    keys = names.map(lambda name: _key(name) if isinstance(name, str) else None)
    usual = names.groupby(keys).agg(lambda group: group.mode().iloc[0]).to_dict()
    return keys.map(lambda key: None if not isinstance(key, str) else _held(declared, key) or usual[key]).astype(object)


def _declared(operators: Iterable[Operator]) -> dict[str, str]:
    """Spelling without case and blanks → operator id, the longest first."""
    pairs: dict[str, str] = {}
    for one in operators:
        pairs |= {_key(word): one.operator_id for word in _spellings(one)}
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


def _key(name: str) -> str:
    return folded(name).replace(" ", "")


def _spellings(one: Operator) -> list[str]:
    return [*one.spellings, one.name["zh"], one.name["en"], one.operator_id]


def _held(declared: Mapping[str, str], key: str) -> str | None:
    """The one operator that a name holds; several firms together are none of them, also where one is not declared."""
    if any(mark in key for mark in TOGETHER):
        return None
    held = set()
    for spelling, operator in declared.items():  # the longest first: what it holds is not looked at again
        if spelling in key:
            held.add(operator)
            key = key.replace(spelling, " ")
    return held.pop() if len(held) == 1 else None
