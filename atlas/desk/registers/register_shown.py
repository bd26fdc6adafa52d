"""What a register would change, on the page: in numbers, what is odd about it, village by village."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.desk import maps
from atlas.desk.registers import facts_shown, register_read
from atlas.desk.registers.register_changes import MOST_FALL, RegisterChanges
from atlas.desk.registers.register_read import RegisterRead
from atlas.intake.report import Report
from atlas.look import badges, blocks, cards, figures, html, tables
from atlas.look.language import nt, pick, place_name, t
from atlas.pieces import panels
from atlas.view.state import View
from ground.evidence import EVIDENCE
from ground.states import CONNECTED, UNCONNECTED
from indicators import facts
from indicators.database import Atlas

UNKNOWN_VILLAGE = ("code_unknown", "name_unknown")  # rules of importer/report/rules.toml
ROWS = 50
MISSING = 20


def compared(atlas: Atlas, rows_sha256: str, kind: str, place_id: str) -> RegisterRead:
    """What a register would change; who waits for it the first time is told so."""
    with st.spinner(t("Comparing with the atlas…"), show_time=True):
        return register_read.read(atlas, rows_sha256, kind, place_id)


def summary(
    atlas: Atlas,
    view: View,
    found: RegisterChanges,
    kind: str,
    *,
    not_held: int = 0,
    for_reviewers: bool = True,
) -> None:
    """Counts, then what the reviewer should look at, then the villages. `not_held`: rows of villages that the atlas
    does not hold.
    """
    unit = t("villages")
    numbers = [
        (t("In the register"), figures.count(found.villages)),
        (t("Not in it"), figures.count(len(found.missing))),
    ]
    if kind == "coverage":
        after = found.turned["after"]
        numbers += [
            (t("Would turn connected"), figures.count(found.turned.loc[after == CONNECTED, "place_id"].nunique())),
            (t("Would turn unconnected"), figures.count(found.turned.loc[after == UNCONNECTED, "place_id"].nunique())),
        ]
    if found.facts is not None:
        numbers += [
            (t("Position would change"), figures.count(len(found.facts.moved))),
            (t("Other facts would change"), figures.count(found.facts.changed["place_id"].nunique())),
        ]
    if not_held:
        numbers.append((t("Not in the atlas"), figures.count(not_held)))
    st.html(cards.cards([cards.card_text(title, number, unit, None) for title, number in numbers]))
    if not_held:
        where = t("Villages that the atlas does not hold come in with the register of places: here they are rejected.")
        st.html(blocks.credit(where))
    for said in odd(found) if for_reviewers else ():
        st.html(blocks.notice("warning", said))
    if len(found.missing):
        names = [place_name(one.name, one.name_en) for one in found.missing.head(MISSING).itertuples()]
        more = t("and {n} more", n=figures.count(len(found.missing) - MISSING)) if len(found.missing) > MISSING else ""
        st.html(blocks.credit(t("Not in the register: {names}", names=figures.clause([figures.listed(names), more]))))
    if len(found.turned):
        maps.turned(atlas, view, found.turned)
    if kind == "coverage":
        _turned(atlas, found)
    if found.facts is not None:
        facts_shown.show(atlas, view, found.facts)


def odd(found: RegisterChanges) -> list[str]:
    """What may be right, and is to be looked at."""
    said = []
    if len(found.outside):
        said.append(
            nt(
                "{n} village lies outside this place.",
                "{n} villages lie outside this place.",
                len(found.outside),
                n=figures.count(len(found.outside)),
            )
        )
    if found.fall > MOST_FALL:
        fall = figures.percent(100 * found.fall)
        said.append(t("{fall} of the villages that are connected now would turn unconnected: look twice.", fall=fall))
    if found.of_programme and len(found.missing) > found.of_programme / 2:
        said.append(t("Less than half of the place's villages are in it."))
    if found.odd_speeds:
        n = figures.count(found.odd_speeds)
        said.append(nt("{n} speed beyond 10 Gbit/s.", "{n} speeds beyond 10 Gbit/s.", found.odd_speeds, n=n))
    if found.facts is not None:
        said += facts_shown.odd(found.facts)
    return said


def not_held(report: Report, kind: str) -> int:
    """Rows of a checked file that name villages which the atlas does not hold."""
    return sum(
        one.count for part in report.contents if part.kind == kind for one in part.broken if one.rule in UNKNOWN_VILLAGE
    )


def _turned(atlas: Atlas, found: RegisterChanges) -> None:
    """The villages that it says otherwise, as many as a page can hold."""
    turned = found.turned
    if turned.empty and not found.same:
        st.html(
            blocks.notice(
                "warning", t("It says nothing of what the atlas shows: neither its standards nor its villages.")
            )
        )
        return
    if turned.empty:
        st.html(blocks.notice("info", t("It says of every village what is published already.")))
        return
    names = {one.standard_id: pick(one.name) for one in facts.standards(atlas)}
    rows = [
        [
            html.stacked([place_name(row["name"], row["name_en"]), row["place_id"]]),
            names.get(row["standard"], row["standard"]),
            badges.state_with_badge(int(row["before"]), _evidence(row["evidence"])),
            badges.state_mark(int(row["after"])),
        ]
        for row in turned.head(ROWS).to_dict("records")
    ]
    title = t("Villages that it says otherwise")
    st.html(blocks.heading(title, None, panels.first_of(ROWS, len(turned))))
    st.html(
        tables.data_table([t("Village"), t("Standard"), t("Published now"), t("In the register")], rows, "wlll", title)
    )


def _evidence(number: object) -> str | None:
    return None if number is None or pd.isna(number) else EVIDENCE[int(number)]  # type: ignore[call-overload]
