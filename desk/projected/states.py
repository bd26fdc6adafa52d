"""The way of a challenge: claimed → answered (conceded or disputed) → decided; and what it is claimed by.

filed ──┬─> conceded ──┬─> upheld | rejected
        ├─> disputed ──┤
        └─(no answer)──┘        dismissed (by the office), withdrawn (by who filed): from any state before the end
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from ground.declared import Text, one_of, read

FILED, CONCEDED, DISPUTED = "filed", "conceded", "disputed"
UPHELD, REJECTED, DISMISSED, WITHDRAWN = "upheld", "rejected", "dismissed", "withdrawn"
OPEN = (FILED, CONCEDED, DISPUTED)
ENDED = (UPHELD, REJECTED, DISMISSED, WITHDRAWN)
STATES = (*OPEN, *ENDED)
CLAIMS = ("unconnected", "connected")
ANSWERS = (CONCEDED, DISPUTED)
DECISIONS = (UPHELD, REJECTED, DISMISSED)
#: How well an upheld claim is known: seen or measured on the spot, or said by who answers for it.
GRADES = ("measured", "declared")


@dataclass(frozen=True)
class Reason:
    claim: Annotated[str, one_of(CLAIMS)]
    zh: Text
    en: Text


@cache
def reasons() -> Mapping[str, Reason]:
    """Reason → what it claims, and its words; in the order of the list."""
    written = tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))
    return {name: read(table, Reason, name) for name, table in written.items()}
