"""A place's number beside those of its siblings, of the place above and of the nation."""

from __future__ import annotations

import streamlit as st

from atlas.charts import points
from atlas.look import badges, blocks, cards, figures, html
from atlas.look.language import pick, t
from atlas.look.words import rates as rate_words
from atlas.pieces.compared import standing, strips
from atlas.pieces.compared.standing import SHARE, Standing
from atlas.pieces.compared.strips import Mark
from atlas.view import questions
from atlas.view.state import View
from indicators import facts, places
from indicators.database import Atlas
from indicators.figure import Figure

MONEY = "investment_per_village"
PILOTS = "pilot_village_share"


def show(atlas: Atlas, view: View) -> None:
    """The strips of a place; nothing for the nation, which stands beside nobody."""
    for indicator_id in (SHARE, MONEY) if facts.has_money(atlas) else (SHARE,):
        if made := strip(atlas, view, indicator_id):
            own = questions.figure(atlas, view, indicator_id)
            with st.container(key=f"noprint_beside_{indicator_id}"):  # on paper the table beside has the same numbers
                st.html(blocks.heading(cards.titled(questions.title(indicator_id), own), badges.rests_on(own)))
                st.html(made)


def strip(atlas: Atlas, view: View, indicator_id: str) -> html.Html | None:
    """One number on a scale, None where it is not known or nothing stands beside it."""
    own = questions.figure(atlas, view, indicator_id)
    above = above_of(atlas, view, indicator_id)
    if not is_point(own) or not above:
        return None
    assert own.value is not None
    found = standing.of(atlas, view, indicator_id)
    ticks = _siblings(found) if found is not None else []
    kinds = ["parent", "nation"] if len(above) > 1 else ["nation" if above[0].place_id == _nation(atlas) else "parent"]
    marks = [Mark("own", own.value, _named(atlas, own))]
    marks += [Mark(kind, one.value or 0.0, _named(atlas, one)) for kind, one in zip(kinds, above, strict=True)]
    end = strips.top([*ticks, *(mark.value for mark in marks)])
    words = _sentence(atlas, own, above, found, ticks)
    return strips.strip(marks, ticks, end, figures.value_text(end, own.unit), words)


def above_of(atlas: Atlas, view: View, indicator_id: str) -> list[Figure]:
    """The same number of the place above and of the nation, where they are known; a range stands beside nothing."""
    path = places.path(atlas, view.place_id)
    wanted = dict.fromkeys([path[-2].place_id, path[0].place_id] if len(path) > 1 else [])
    found = [questions.figure(atlas, view, indicator_id, place_id=place_id) for place_id in wanted]
    return [one for one in found if is_point(one)]


def is_point(one: Figure) -> bool:
    """A value of its own, not derived with a range from totals of others."""
    return one.value is not None and one.low is None and one.high is None


def reference(atlas: Atlas, view: View, indicator_id: str) -> str | None:
    """`Hunan 4.2%, China 5.0%`: what a card says beside its own number; None where nothing is known."""
    return figures.listed(_named(atlas, one) for one in above_of(atlas, view, indicator_id)) or None


def share_words(atlas: Atlas, view: View, indicator_id: str) -> str | None:
    """Beneath a count: the share that it is, beside that of the places above."""
    own, others = questions.figure(atlas, view, indicator_id), reference(atlas, view, indicator_id)
    if own.value is None or others is None:
        return None
    return t("share {share}; {others}", share=figures.text(own), others=others)


def _siblings(found: Standing) -> list[float]:
    """The values of the other places of the same level; ranges are left out."""
    rows = found.ranked
    known = rows[rows["value"].notna() & rows["low"].isna() & (rows["place_id"] != found.here.place_id)]
    return [float(value) for value in known["value"]]


def _sentence(atlas: Atlas, own: Figure, above: list[Figure], found: Standing | None, ticks: list[float]) -> str:
    """All that the scale shows. A rank only where no state is simulated and every value is a count."""
    listed = figures.listed(_named(atlas, one) for one in (own, *above))
    values = t("{topic}: {words}", topic=questions.title(own.indicator), words=listed)
    if found is None or not ticks:
        return t("{values}.", values=values)
    assert own.value is not None
    words = {
        "values": values,
        "n": figures.count(len(ticks) + 1),
        "parent": rate_words.name(atlas, found.parent.place_id),
        "level": pick(places.level_names(atlas)[found.here.level]),
        "low": figures.value_text(min([*ticks, own.value]), own.unit),
        "high": figures.value_text(max([*ticks, own.value]), own.unit),
    }
    if points.is_simulated(found.ranked) and own.unit == "percent":
        return t(
            "{values}. The {n} places of the level {level} in {parent} lie between {low} and {high}; simulated "
            "values are not ranked.",
            **words,
        )
    if own.unit != "percent" or found.rank is None:
        return t("{values}. The {n} places of {parent} of which it is known lie between {low} and {high}.", **words)
    rank = figures.count(found.rank)
    return t("{values}. {rank} of {n} places of the level {level} in {parent}, the largest first.", rank=rank, **words)


def _named(atlas: Atlas, one: Figure) -> str:
    return f"{rate_words.name(atlas, one.place_id)} {figures.text(one)}"


def _nation(atlas: Atlas) -> str:
    return str(facts.settings(atlas)["nation"]["place_id"])
