"""The words of notices and objections, and their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from atlas.desk import at_hand, words
from atlas.look import figures
from atlas.look.language import mark, nt, t
from atlas.view import inputs
from atlas.view.state import View
from desk import log
from desk.notices.read import OVER, RUNNING
from desk.notices.terms import day
from desk.projected.notices import ACCEPTED, APPROVED, FILED, LAPSED, REJECTED, RETURNED, TAKEN_BACK, WITHDRAWN
from indicators.database import Atlas

NUMBER, KEY, BEFORE, OBJECTIONS_BEFORE = "notice.no", "objection.key", "notice.before", "objection.before"
STATES = {
    RUNNING: mark("On notice"),
    OVER: mark("Notice over, being decided"),
    APPROVED: mark("Approved after the notice"),
    RETURNED: mark("Returned to who handed it in"),
    WITHDRAWN: mark("Taken back by who handed it in"),
}
OBJECTIONS = {
    FILED: mark("Waits for an answer"),
    ACCEPTED: mark("Objection accepted"),
    REJECTED: mark("Objection not accepted"),
    TAKEN_BACK: mark("Taken back"),
    LAPSED: mark("The notice ended before an answer"),
}


def now(connection: Connection) -> str:
    """The desk's instant."""
    return log.standing(connection, at_hand.desk().clock())


def number_of(view: View, name: str) -> int | None:
    """A number of the address; None where there is none, 0 where it is no number."""
    asked = inputs.given(view, name)
    if asked is None:
        return None
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0


def link(view: View, number: int) -> str:
    """The page of one."""
    given = {NUMBER: str(number), BEFORE: None, KEY: None, OBJECTIONS_BEFORE: None}
    return "register-notice" + inputs.with_inputs(view, **given).link()


def state(notice: Mapping[str, Any]) -> str:
    """Its state; that it ended before its last day is said."""
    name = notice["state"]
    said = t(STATES[name])
    if notice["ended_at"] and day(notice["ended_at"], notice["zone"]) <= notice["until_on"]:
        return figures.bracketed(t("Ended early"), said)
    return said


def fate(objection: Mapping[str, Any]) -> str:
    """What became of an objection."""
    name = objection["state"]
    return t(OBJECTIONS[name])


def left(notice: Mapping[str, Any]) -> str:
    """How long somebody may still object; "" once it is over."""
    if notice["state"] != RUNNING:
        return ""
    days = (date.fromisoformat(notice["until_on"]) - date.fromisoformat(notice["today"])) // timedelta(days=1)
    return nt("{n} day left", "{n} days left", days) if days else t("today is the last day")


def objections(notice: Mapping[str, Any]) -> str:
    """How many objected, and how many of them wait."""
    said = figures.count(notice["objections"])
    if not notice["unanswered"]:
        return said
    return figures.bracketed(said, t("{n} without an answer", n=figures.count(notice["unanswered"])))


def where(atlas: Atlas, path: str) -> str:
    return words.where(atlas, path) or words.where(atlas, f"/{path}")
