"""What records are looked at for: one SQL file per rule, its header saying what is found and how to mend it.

A rule is a query for offenders: project_id, place_no, seen, source_id (any may be null but `seen`). It may bind
$currency, the profile's. Records that break a rule stay where they are; sums that leave them out say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd

from etl.errors import DeclarationError
from etl.store import Store
from ground.declared import Unfit, Words, one_of
from ground.headers import header

FOLDER = Path(__file__).resolve().parent
SEVERITIES = ("wrong", "doubtful", "remarkable")
TABLES = ("project", "project_village", "project_move", "payment", "inspection", "notice", "reconciliation")


@dataclass(frozen=True)
class Header:
    """[rule], as it is written."""

    position: int
    severity: Annotated[str, one_of(SEVERITIES)]
    title: Words
    mend: Words


@dataclass(frozen=True)
class RecordRule:
    """One thing that records are looked at for."""

    rule: str
    position: int
    severity: str
    title: Mapping[str, str]
    mend: Mapping[str, str]
    query: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("currency",) if "$currency" in self.query else ()


def record_rules(folder: Path = FOLDER) -> list[RecordRule]:
    """Every rule, in the order of their position. Raises DeclarationError naming file and key."""
    return sorted((_read(path) for path in folder.glob("*.sql")), key=lambda rule: (rule.position, rule.rule))


def _read(path: Path) -> RecordRule:
    try:
        head, query = header(path, "rule", Header)
    except Unfit as unfit:
        raise DeclarationError.of(unfit, str(path)) from unfit
    return RecordRule(path.stem, head.position, head.severity, head.title, head.mend, query)


def find(store: Store) -> None:
    """Fill `record_rule` and `record_finding`."""
    currency = store.profile.body.get("currency", {}).get("code")
    rules = record_rules()
    store.insert("record_rule", pd.DataFrame([_row(rule) for rule in rules]))
    for rule in rules:
        bound = {"currency": currency} if rule.parameters else None
        found = store.sql(rule.query, bound).df()
        store.insert("record_finding", found[["project_id", "place_no", "seen", "source_id"]].assign(rule=rule.rule))
    store.sql(
        "INSERT INTO meta_lineage SELECT DISTINCT 'record_finding', source_id FROM meta_lineage "
        "WHERE list_contains($tables, table_name) ORDER BY source_id",
        {"tables": list(TABLES)},
    )


def _row(rule: RecordRule) -> dict[str, object]:
    return {
        "rule": rule.rule,
        "position": rule.position,
        "severity": rule.severity,
        "title_zh": rule.title["zh"],
        "title_en": rule.title["en"],
        "mend_zh": rule.mend["zh"],
        "mend_en": rule.mend["en"],
    }
