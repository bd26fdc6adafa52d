"""Figures with all that must be said of them: cards, and numbers within a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas.look import blocks, html
from atlas.look.addressed import Addressed
from atlas.look.addresses import address, in_release
from atlas.look.badges import badge, rests_on
from atlas.look.figures import (
    count,
    day,
    figure_parts,
    is_missing,
    joined,
    listed,
    range_text,
    sentence,
    unknown,
)
from atlas.look.html import Html, escape, escaped, safe_href
from atlas.look.language import current, nt, pick, t
from atlas.look.parameters import Lang, MaybeDay, MaybeWord, Step, Word
from indicators.catalogue import catalogue
from indicators.figure import Figure


@dataclass(frozen=True)
class AboutNumber(Addressed):
    """What a number means: an indicator, and for which place, standard and day its number is shown."""

    PATH = "about/{indicator}.html"
    indicator: Step
    place: Word
    lang: Lang
    standard: MaybeWord = None
    as_of: MaybeDay = None


class Card(Html):
    """A card that knows whether it says a number: a row of nothing but unknowns is told in one sentence."""

    named: Html
    note: str | None
    is_known: bool


def show(figure: Figure, sources: Sequence[str] = ()) -> Html:
    """A figure in a line: value, unit, badge, date and source. `sources` are titles for its source_ids."""
    number, unit = figure_parts(figure)
    origin = [day(figure.as_of)] if figure.as_of else []
    origin += list(sources or figure.source_ids)
    value = f"<strong>{escape(joined(number, unit))}</strong> {badge(rests_on(figure))}"
    source = f'<span class="atlas-muted">{escape(" · ".join(origin))}</span>'
    return Html(f'<span class="atlas-figure">{value} {source}</span>')


def card(title: str, figure: Figure, note: str | None = None) -> Card:
    """One key figure with its badge. Its range, its unknowns and a share above 100 % are said beneath."""
    number, unit = figure_parts(figure)
    is_known = number != unknown()
    mark = badge(rests_on(figure)) if is_known else Html("")  # nothing is known: nothing to vouch for
    asked = Html(f"{escape(title)}{what_is_this(figure, title)}")
    shown = Html(f"<span{number_of(figure)}>{escape(number)}</span>")
    return _card(asked, shown, unit, mark, sentence([_what_must_be_said(figure), note]), is_known=is_known)


def what_is_this(figure: Figure, title: str) -> Html:
    """A link from a figure, called `title`, to what it means and what it rests on."""
    asked = {"about": figure.indicator, "place": figure.place_id, "lang": current()}
    if figure.standard and figure.as_of:
        asked |= {"standard": figure.standard, "as_of": figure.as_of.isoformat()}
    asked |= {f"in.{name}": str(one) for name, one in figure.projects.bound.items() if one is not None}
    words = escape(t("What is this number: {title}", title=title))
    link = safe_href(address("methods", in_release(asked)))
    return Html(
        f'<a class="atlas-what" href="{link}" target="_self"{_beside(figure)} '
        f'title="{words}" aria-label="{words}">ⓘ</a>'
    )


def _beside(figure: Figure) -> str:
    """Attributes by which the explanation opens beside the page; a number of chosen projects has its page alone."""
    if figure.projects:
        return ""
    day_of = figure.as_of if figure.standard else None
    asked = AboutNumber(figure.indicator, figure.place_id, current(), figure.standard, day_of)
    said = {"atlas-about": safe_href(asked.url()), "close": escape(t("Close")), "onward": escape(t("More in Methods"))}
    return "".join(f' data-{name}="{value}"' for name, value in said.items())


def number_of(figure: Figure) -> Html:
    """Attributes that say which number stands in an element: tests ask `measure` for the same one, and compare."""
    said: dict[str, object] = {
        "indicator": figure.indicator,
        "place": figure.place_id,
        "standard": figure.standard,
        "as-of": figure.as_of,
        "projects": figure.projects or None,
        "value": figure.value,
    }
    return Html("".join(f' data-{name}="{escape(str(one))}"' for name, one in said.items() if one is not None))


def number(figure: Figure) -> Html:
    """A figure's value and unit for a cell of a table."""
    return Html(f"<span{number_of(figure)}>{escape(joined(*figure_parts(figure)))}</span>")


def titled(text: str, figure: Figure) -> Html:
    """The title of a table or chart with the way to what its numbers mean."""
    return Html(f"{escape(text)}{what_is_this(figure, text)}")


def _what_must_be_said(figure: Figure) -> str:
    """The remarks that a figure brings along whatever the page adds."""
    remarks: list[str | None] = []
    if not is_missing(figure.value) and (interval := range_text(figure)):
        is_open = is_missing(figure.high)
        remarks.append(interval if is_open else t("range {range}", range=interval))
    if figure.unknown:
        remarks.append(
            nt(
                "{n} village of unknown state is left out",
                "{n} villages of unknown state are left out",
                figure.unknown,
                n=count(figure.unknown),
            )
        )
    remarks += [simulated_words(figure), left_out_words(figure)]
    if figure.as_of and not figure.standard:
        remarks.append(t("as of {date}", date=day(figure.as_of)))
    if figure.unit == "percent" and (figure.value or 0) > 100 and figure.denominator:
        remarks.append(f"{count(figure.numerator)}/{count(figure.denominator)}")
    return sentence(remarks)


def simulated_words(figure: Figure) -> str | None:
    """How many of the states behind a figure are simulated, where it is some and not all of them."""
    known = int(figure.denominator or 0)
    if not figure.simulated or figure.simulated >= known:
        return None
    return t("{n} of these {total} states are simulated", n=count(figure.simulated), total=count(known))


def left_out_words(figure: Figure) -> str | None:
    """How many records a sum leaves out and why, in the indicator's own words."""
    words = catalogue()[figure.indicator].left_out if figure.left_out else None
    return pick(words).format(n=count(figure.left_out)) if words else None


def card_text(title: str, number: str, unit: str, evidence: str | None, note: str | None = None) -> Card:
    """A card for text that is not one figure. Prefer `card`."""
    mark = badge(evidence) if evidence else Html("")
    return _card(title, number, unit, mark, note, is_known=number != unknown())


def _card(title: str, number: str, unit: str, mark_html: Html, note: str | None, *, is_known: bool) -> Card:
    unit_html = f'<span class="atlas-card-unit"> {escape(unit)}</span>' if unit else ""
    note_html = f'<div class="atlas-card-note">{escaped(note)}</div>' if note else ""
    made = Card(
        f'<div class="atlas-card"><div class="atlas-card-head"><span>{escaped(title)}</span>{mark_html}</div>'
        f'<div class="atlas-card-value">{escaped(number)}{unit_html}</div>{note_html}</div>'
    )
    made.named, made.note, made.is_known = escaped(title), note, is_known
    return made


def cards(items: Sequence[Html]) -> Html:
    """Cards side by side: four on a screen, two by two on a phone; one sentence where none has a number."""
    return _none_known(items) or Html(f'<div class="atlas-cards">{"".join(escaped(item) for item in items)}</div>')


def beside(items: Sequence[Html]) -> Html:
    """Cards beside a map, two by two; one sentence where none has a number."""
    return _none_known(items) or Html(
        f'<div class="atlas-cards atlas-cards-beside">{"".join(escaped(item) for item in items)}</div>'
    )


def _none_known(items: Sequence[Html]) -> Html:
    """What several cards would say one by one, with the remarks of all, each once; empty where one has a number."""
    told = [one for one in items if isinstance(one, Card) and not one.is_known]
    if len(items) < 2 or len(told) < len(items):
        return Html("")
    names = listed(one.named for one in told)
    said = [Html(escape(t("Not known here: {names}.", names="{names}")).replace("{names}", names))]
    if remarks := html.sentence(dict.fromkeys(one.note for one in told)):
        said.append(Html(f'<span class="atlas-card-note">{remarks}</span>'))
    return blocks.notice("unknown", html.in_line(said))
