"""What a screen says first: what is published, with its date; then what is simulated, which says so in the same
sentence.

A headline is quoted alone, so it holds place, standard, date and "simulated" whenever a state behind it is. It never
ranks places by simulated states.
"""

from __future__ import annotations

from atlas.look import badges, blocks, cards, figures, html
from atlas.look.html import Html
from atlas.look.language import nt, pick, set_in, t
from atlas.look.words import rates as rate_words
from atlas.published import figure_links
from atlas.view import controls
from atlas.view.state import View
from indicators.database import Atlas
from indicators.figure import Figure
from indicators.published import rates
from indicators.published.rates import PublishedRate


def of_gap(atlas: Atlas, view: View, gap: Figure) -> str:
    """The published rate of the place, else of the one above it, and the villages unconnected; a day that both share
    is said once."""
    rate = rate_of(atlas, view)
    is_of_one_day = rate is not None and rate.day == view.as_of
    return figures.sentence([published(atlas, view, with_date=not is_of_one_day), unconnected(atlas, view, gap)])


def rate_of(atlas: Atlas, view: View) -> PublishedRate | None:
    """The published rate that answers a view."""
    return rates.answering(atlas, view.place_id, view.standard, view.as_of)


def published(atlas: Atlas, view: View, *, with_date: bool = True) -> str:
    """The published rate in a sentence of its own; a place without one says so and names the place that has one."""
    rate = rate_of(atlas, view)
    words = {
        "place": rate_words.name(atlas, view.place_id),
        "standard": set_in(pick(controls.standard_of(atlas, view).name)),
    }
    if rate is None:
        day = figures.day(view.as_of)
        return t("{place}: no rate of villages with {standard} published up to {date}", **words, date=day)
    words["value"] = figures.bracketed(rate_words.value(rate), figures.day(rate.day) if with_date else "")
    if rate.place_id == view.place_id:
        return t("{place}: published rate of villages with {standard} {value}", **words)
    above = rate_words.name(atlas, rate.place_id)
    return t("{place}: no rate of villages with {standard} published; {above} {value}", **words, above=above)


def unconnected(atlas: Atlas, view: View, gap: Figure) -> str:
    """How many villages are unconnected at the view's date, and whether that is simulated."""
    words = {
        "date": figures.day(view.as_of),
        "unconnected": pick(controls.standard_of(atlas, view).unconnected),
    }
    if gap.value is None:
        return t("{date}: no state known under this standard", **words)
    is_simulated = gap.evidence == "simulated"
    if gap.value == 0:
        if is_simulated:
            return t("simulated for {date}: no village {unconnected}", **words)
        return t("{date}: no village known to be {unconnected}", **words)
    n = set_in(figures.about(gap.value))
    if is_simulated:
        return nt(
            "simulated for {date}: {n} village {unconnected}",
            "simulated for {date}: {n} villages {unconnected}",
            gap.value,
            n=n,
            **words,
        )
    return nt("{date}: {n} village {unconnected}", "{date}: {n} villages {unconnected}", gap.value, n=n, **words)


def beneath(atlas: Atlas, view: View, gap: Figure) -> list[str]:
    """The line under a headline: who published its rate, and what the simulated states were made to meet."""
    rate = rate_of(atlas, view)
    lines: list[str] = []
    if rate is not None:
        source = figure_links.figure_link(rate.figure_id, rate_words.origin(atlas, rate))
        lines.append(Html(f"{badges.badge('declared')} {source}"))
    if gap.evidence == "simulated":
        basis = rates.basis_of(atlas, view.place_id, view.standard, view.as_of)
        words = rate_words.simulated_from(atlas, view.place_id, basis)
        said = html.escaped(figures.sentence([words, cards.simulated_words(gap)]))
        lines.append(Html(f"{badges.badge('simulated')} {said}"))
    elif gap.value is not None:
        lines.append(badges.badge(gap.evidence))
    return lines


def finding(atlas: Atlas, view: View, gap: Figure, more: list[str] | None = None) -> Html:
    """A page's title about the gap of a place, with what it rests on beneath."""
    return titled(of_gap(atlas, view, gap), [*beneath(atlas, view, gap), *(more or [])])


def titled(words: str, lines: list[str]) -> Html:
    """A title and the one line beneath it, which quotes documents in their own language."""
    return Html(f'<div class="atlas-head">{blocks.finding(words)}{blocks.subtitle(lines)}</div>')


def published_card(atlas: Atlas, view: View) -> Html:
    """The published rate as the first key figure: whose it is, its date and where it stands."""
    rate = rate_of(atlas, view)
    title = t("Connection rate as published")
    if rate is None:
        return cards.card_text(
            title, figures.DASH, "", None, t("none published up to {date}", date=figures.day(view.as_of))
        )
    place = rate_words.name(atlas, rate.place_id)
    said = figures.sentence([place, figures.day(rate.day)])
    source = Html(f"{html.escaped(said)} {figure_links.figure_link(rate.figure_id)}")
    return cards.card_text(title, rate_words.value(rate).removesuffix("%"), "%", "declared", source)
