"""Some parts of a long run, named on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TypedDict


class Choice(TypedDict):
    """What argparse wants to know of an option."""

    type: Callable[[str], tuple[str, ...]]
    default: tuple[str, ...]
    help: str


def choice(parts: Sequence[str]) -> Choice:
    """Names with commas between, taken in the order of `parts`; all of them where none is named."""

    def chosen(text: str) -> tuple[str, ...]:
        wanted = text.split(",")
        if unknown := sorted(set(wanted) - set(parts)):
            raise argparse.ArgumentTypeError(f"no part {', '.join(unknown)}; there are {', '.join(parts)}")
        return tuple(part for part in parts if part in wanted)

    return {"type": chosen, "default": tuple(parts), "help": f"parts, by comma: {','.join(parts)}"}
