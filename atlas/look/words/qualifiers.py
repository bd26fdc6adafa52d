"""How a published number is bounded, in words: >98%, about 89, just under 110,000. Nobody else writes a qualifier."""

from __future__ import annotations

from atlas.look.language import mark, t

#: Qualifier as published figures carry it → how the number is written. "=" and none are the number itself.
WORDS = {
    "~": mark("about {value}"),
    ">": ">{value}",
    ">=": "≥{value}",
    "<": "<{value}",
    "<=": "≤{value}",
    "~<": mark("just under {value}"),
    "target": mark("target {value}"),
}
MEANS = {
    "~": mark("about: the source rounds"),
    ">": mark("more than: a lower bound"),
    ">=": mark("at least: a lower bound"),
    "<": mark("less than: an upper bound"),
    "<=": mark("at most: an upper bound"),
    "~<": mark("just under: the source says nearly"),
}


def bounded(value: str, qualifier: object) -> str:
    """A number in words with its qualifier; None, NaN and "=" leave it as it is."""
    words = WORDS.get(qualifier) if isinstance(qualifier, str) else None
    return t(words, value=value) if words else value


def meaning(qualifier: object) -> str | None:
    """What a qualifier says of its number, or None where there is none."""
    words = MEANS.get(qualifier) if isinstance(qualifier, str) else None
    return t(words) if words else None
