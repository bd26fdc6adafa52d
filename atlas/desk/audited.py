"""The auditor's page: the log searched, taken along, and verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st
from sqlalchemy import Select, select

from atlas.desk import at_hand
from atlas.desk.asked import LogFile
from atlas.look import blocks, figures, html, tables
from atlas.look.language import t
from atlas.view import inputs, state
from atlas.view.state import View
from desk import backup
from desk.log import ENTRY
from indicators.database import Atlas

PART, BODY_CHARACTERS = 50, 300
KIND, WHO, SUBJECT, BEFORE = "log.kind", "log.who", "log.subject", "log.before"


def show(atlas: Atlas, view: View) -> None:
    """For auditors; what is asked for stands in the address."""
    del atlas
    with at_hand.desk().reading() as connection:
        kinds = list(connection.execute(select(ENTRY.c.kind).distinct().order_by(ENTRY.c.kind)).scalars())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="noprint_log_filters"):
        offered = {"": t("All")} | {one: one for one in kinds}
        kind = inputs.choice(view, KIND, t("What happened"), offered, "", as_box=True)
        who = inputs.text(view, WHO, t("Who"), most=200)
        subject = inputs.text(view, SUBJECT, t("About"), most=200, help=t("for example challenge/17"))
    before = inputs.given(view, BEFORE)
    query = _asked(kind, who, subject, int(before) if before and before.isdecimal() and len(before) < 16 else None)
    with at_hand.desk().reading() as connection:
        rows = [dict(row) for row in connection.execute(query.limit(PART + 1)).mappings()]
    _table(rows[:PART])
    if len(rows) > PART and st.button(t("Older ones"), icon=":material/chevron_right:"):
        last = str(rows[PART - 1]["entry_no"])
        state.go_to(view, inputs=inputs.with_inputs(view, **{BEFORE: last}).inputs)
    st.html(blocks.file_links(t("The whole log, for a check elsewhere"), [("JSON", LogFile().url())]))
    _verify()


def _asked(kind: str, who: str, subject: str, before: int | None) -> Select[Any]:
    query = select(ENTRY).order_by(ENTRY.c.entry_no.desc())
    query = query.where(ENTRY.c.kind == kind) if kind else query
    query = query.where(ENTRY.c.who == who) if who else query
    query = query.where(ENTRY.c.subject == subject) if subject else query
    return query.where(ENTRY.c.entry_no < before) if before is not None else query


def _table(rows: list[dict[str, Any]]) -> None:
    if not rows:
        st.html(blocks.notice("empty", t("No entry fits.")))
        return
    shown = [
        [
            figures.count(row["entry_no"]),
            row["at"].replace("T", " ").removesuffix("Z") + " UTC",
            html.stacked([row["who"], row["role"]]),
            html.stacked([row["kind"], row["subject"]]),
            html.as_written(_body(row)),
            row["hash"][:12],
        ]
        for row in rows
    ]
    title = t("The log, the newest first")
    header = [t("Entry"), t("When"), t("Who"), t("What happened"), t("Particulars"), t("Seal")]
    st.html(tables.data_table(header, shown, "rlwwwl", title))


def _body(row: Mapping[str, Any]) -> str:
    text = json.dumps(json.loads(row["body"]), ensure_ascii=False)
    return text if len(text) <= BODY_CHARACTERS else f"{text[:BODY_CHARACTERS]}…"


def _verify() -> None:
    """Chain, tables and files against the log: seconds for thousands of entries."""
    if not st.button(t("Verify now"), icon=":material/verified:"):
        return
    with st.spinner(t("Checking every entry, table and file…"), show_time=True):
        found = backup.verify(at_hand.desk())
    if found:
        st.html(blocks.notice("warning", t("Not all is as the log says:")))
        st.html(blocks.plain_list(found))
    else:
        st.html(blocks.notice("info", t("The log is whole; tables and files are what it says.")))
