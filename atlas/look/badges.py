"""What a number rests on and how a village stands, as shape and word: never by colour alone."""

from __future__ import annotations

from atlas.look.figures import (
    DASH,
)
from atlas.look.html import Html, escape, hidden
from atlas.look.language import mark, t
from indicators.catalogue import catalogue
from indicators.figure import Figure

_EVIDENCE_MARKS = {
    "measured": "●",
    "declared": "◆",
    "counted": "■",
    "derived": "◇",
    "modelled": "◐",
    "assumed": "△",
    "simulated": "○",
}

_EVIDENCE_WORDS = {
    "measured": mark("Measured"),
    "declared": mark("Published"),
    "counted": mark("Counted by this atlas"),
    "derived": mark("From published figures"),
    "modelled": mark("Estimated"),
    "assumed": mark("Assumed"),
    "simulated": mark("Simulated"),
}

_STATE_WORDS = {
    "unconnected": mark("Unconnected"),
    "unknown": mark("Unknown"),
    "connected": mark("Connected"),
    "not_applicable": mark("Not applicable"),
}

_STATE_CODES = ("unknown", "unconnected", "connected", "not_applicable")  # as numbered in the database


def evidence_word(evidence: str) -> str:
    """What kind of number it is: 实测, 公布, 估算, 假定, 模拟."""
    return t(_EVIDENCE_WORDS[evidence])


def state_word(state: str | int) -> str:
    """A state by name or database code: 未通, 未知, 已通, 不适用."""
    return t(_STATE_WORDS[_STATE_CODES[state] if isinstance(state, int) else state])


def state_name(code: int) -> str:
    """A state as the style sheet calls it, of its number in the database."""
    return _STATE_CODES[code]


def evidence_told(evidence: str) -> tuple[str, str, str]:
    """What a number rests on for a script that shows it: name, shape, word."""
    return evidence, _EVIDENCE_MARKS[evidence], evidence_word(evidence)


def badge(evidence: str) -> Html:
    """Shape, word and border that say what a number rests on; always beside the number."""
    word = escape(evidence_word(evidence))
    return Html(
        f'<span class="atlas-badge atlas-badge-{evidence}">'
        f'<span aria-hidden="true">{_EVIDENCE_MARKS[evidence]}</span> {word}</span>'
    )


def rests_on(figure: Figure) -> str:
    """A figure's evidence. What this atlas counts in published lists, or divides, was not published itself."""
    if figure.evidence != "declared":
        return figure.evidence
    indicator = catalogue().get(figure.indicator)
    return "counted" if indicator is not None and indicator.is_counted else "derived"


def badge_of(figure: Figure) -> Html:
    """A figure's badge, by what it rests on."""
    return badge(rests_on(figure))


def with_badge(words: str, evidence: str) -> Html:
    """A heading or column title with its badge."""
    return Html(f"{escape(words)} {badge(evidence)}")


def state_mark(state: str | int, *, with_word: bool = True) -> Html:
    """A state's shape, with its word beside it or for screen readers only. Not applicable is a dash."""
    name = _STATE_CODES[state] if isinstance(state, int) else state
    word = state_word(name)
    shape = DASH if name == "not_applicable" else ""
    symbol = f'<span class="atlas-mark atlas-mark-{name}" aria-hidden="true">{shape}</span>'
    return Html(f'<span class="atlas-state">{symbol}{escape(word) if with_word else hidden(word)}</span>')


def state_with_badge(state: int, evidence: str | None) -> Html:
    """A state and what it rests on: for tables in which not all rest on the same."""
    mark_html = state_mark(state)
    return Html(f"{mark_html} {badge(evidence)}") if evidence else mark_html
