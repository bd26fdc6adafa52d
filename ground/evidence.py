"""What a number rests on. A number is as good as the weakest thing it rests on."""

from __future__ import annotations

from collections.abc import Iterable

#: From strongest to weakest; built tables hold the position in this list.
EVIDENCE = ("measured", "declared", "modelled", "assumed", "simulated")


def weakest(kinds: Iterable[str]) -> str:
    """The weakest of several kinds of evidence. Raises ValueError for none at all: then nothing was used."""
    return max(kinds, key=EVIDENCE.index)
