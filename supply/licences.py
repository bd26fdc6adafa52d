"""May a part be delivered? Its licence must be known, and on the list of `licences.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing

from supply.parts import Part

LIST = Path(__file__).with_name("licences.toml")


class UnknownLicence(ValueError):
    """A part says nothing of its licence, or in words that nobody has explained."""


def expression(part: Part) -> str:
    """The part's licence as an SPDX expression. Raises UnknownLicence."""
    if not part.said:
        raise UnknownLicence(f"{part.key} names no licence")
    meant = [_listed()["means"].get(words, words) for words in part.said]
    try:
        return str(_spdx().parse(" AND ".join(f"({one})" for one in meant), validate=True).render())
    except ExpressionError as error:
        raise UnknownLicence(f"{part.key} says {' / '.join(part.said)}: explain it in {LIST.name}") from error


def refused(parts: Iterable[Part]) -> list[str]:
    """One sentence for each part that may not be delivered; empty where all may."""
    found = []
    for part in parts:
        try:
            licence = expression(part)
        except UnknownLicence as unknown:
            found.append(str(unknown))
            continue
        if not _is_allowed(_spdx().parse(licence)):
            found.append(f"{part.key} comes under {licence}, which is not allowed in {LIST.name}")
    return found


def _is_allowed(parsed: Any) -> bool:
    """All of what is joined by AND, one of what is joined by OR. An exception makes a licence another one."""
    if isinstance(parsed, _spdx().AND):
        return all(map(_is_allowed, parsed.args))
    if isinstance(parsed, _spdx().OR):
        return any(map(_is_allowed, parsed.args))
    return parsed.render() in _listed()["allowed"]


@cache
def _listed() -> dict[str, dict[str, str]]:
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


@cache
def _spdx() -> Any:
    return get_spdx_licensing()
