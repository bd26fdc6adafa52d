"""The words of corrections: states, claims, reasons, terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from atlas.look import badges, figures, html
from atlas.look.html import Html
from atlas.look.language import mark, nt, pick, place_name, set_in, t
from desk.projected.states import reasons
from indicators import facts, places
from indicators.database import Atlas

STATES = {
    "filed": mark("Waits for an answer"),
    "conceded": mark("Conceded, to be decided"),
    "disputed": mark("Disputed, to be decided"),
    "upheld": mark("Upheld"),
    "rejected": mark("Not upheld"),
    "dismissed": mark("Dismissed"),
    "withdrawn": mark("Withdrawn"),
    "overdue": mark("Overdue"),
}
CLAIMS = {"unconnected": mark("is not connected"), "connected": mark("is connected")}
ROLES = {
    "contributor": mark("Contributor"),
    "operator": mark("Carrier"),
    "reviewer": mark("Reviewer"),
    "publisher": mark("Publisher"),
    "auditor": mark("Auditor"),
}
GRADES = {
    "measured": mark("Seen or measured on the spot"),
    "declared": mark("Confirmed by who answers for the village"),
}


def state(name: str) -> str:
    return t(STATES[name])


def state_of(case: Mapping[str, Any], today: str) -> Html:
    """Its state in words; what is overdue says so."""
    if is_overdue(case, today):
        return Html(f"{html.escape(state(case['state']))} · <strong>{html.escape(state('overdue'))}</strong>")
    return html.escaped(state(case["state"]))


def is_overdue(case: Mapping[str, Any], today: str) -> bool:
    return bool(case["due_on"]) and case["due_on"] < today


def claim(case: Mapping[str, Any], standard: str) -> str:
    """What is claimed: `5G: is not connected`."""
    claimed = case["claim"]
    return t("{standard}: {claim}", standard=set_in(standard).lstrip(), claim=t(CLAIMS[claimed]))


def reason(name: str) -> str:
    found = reasons().get(name)
    return pick({"zh": found.zh, "en": found.en}) if found else name


def operator(atlas: Atlas, operator_id: str) -> str:
    """An operator's name, "" of none."""
    return pick(facts.operators(atlas).get(operator_id, {"zh": operator_id, "en": operator_id})) if operator_id else ""


def standard(atlas: Atlas, standard_id: str) -> str:
    return next((pick(one.name) for one in facts.standards(atlas) if one.standard_id == standard_id), standard_id)


def village(atlas: Atlas, village_id: str) -> str:
    """Its name; the code of one that this atlas does not hold any more."""
    found = places.village(atlas, village_id)
    return village_id if found is None else place_name(found.name, found.name_en)


def where(atlas: Atlas, path: str) -> str:
    """The places of a path below the nation, those that the atlas still holds."""
    found = [places.place(atlas, place_id) for place_id in path.split("/")[1:]]
    return " ".join(place_name(one.name, one.name_en) for one in found if one is not None)


def saw(state_seen: str) -> str:
    """What the atlas said of the village when somebody disagreed."""
    return badges.state_word(state_seen) if state_seen in ("connected", "unconnected", "unknown") else figures.DASH


def day(instant: str) -> str:
    """The day of an instant of the log, where the server stands."""
    return figures.day(datetime.fromisoformat(instant).astimezone().date()) if instant else figures.DASH


def today() -> str:
    """ISO, by UTC as the log counts."""
    return datetime.now(UTC).date().isoformat()


def left(due_on: str) -> str:
    """How long is left: `3 days left`, `2 days overdue`."""
    if not due_on:
        return figures.DASH
    days = (date.fromisoformat(due_on) - date.fromisoformat(today())) // timedelta(days=1)
    if days < 0:
        return nt("{n} day overdue", "{n} days overdue", -days)
    return nt("{n} day left", "{n} days left", days)


def number(challenge_no: int) -> str:
    """As people write it: No. 000012."""
    return t("No. {n}", n=f"{challenge_no:06}")


def link(view_link: str, challenge_no: int) -> str:
    return f"correction{view_link}&correction.no={challenge_no}"
