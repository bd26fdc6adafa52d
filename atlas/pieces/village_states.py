"""A village's states in words: the newest of every standard in one sentence, and all of them in a table."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from atlas.look import badges, blocks, figures, tables
from atlas.look.html import Html
from atlas.look.language import pick, set_in, t
from atlas.maps import base
from atlas.pieces import basis_table
from ground.evidence import weakest
from indicators import facts
from indicators.database import Atlas
from indicators.places import Village

#: A standard that has no data of a day is not "not applicable" on it.
NO_DATA = figures.DASH
NO_STATE = 3  # "not applicable": the atlas has no such column


def newest(atlas: Atlas, states: pd.DataFrame) -> str:
    """`broadband connected, 5G unconnected (2025-12-31, simulated)`: standards of one date and evidence together."""
    together: dict[tuple[date, str | None], list[str]] = {}
    for one in facts.standards(atlas):
        own = states[(states["standard"] == one.standard_id) & (states["state"] != NO_STATE)]
        if own.empty:
            continue
        last = own.sort_values("as_of").iloc[-1]
        evidence = figures.text_or_none(last["evidence"])
        state = badges.state_word(int(last["state"])).lower()
        words = t("{standard} {state}", standard=set_in(pick(one.name)).lstrip(), state=state)
        together.setdefault((last["as_of"], evidence), []).append(words)
    return figures.sentence(
        figures.bracketed(figures.listed(words), _when(day, kind)) for (day, kind), words in together.items()
    )


def _when(day: date, evidence: str | None) -> str:
    """The date, and what the states of it rest on."""
    if evidence is None:
        return figures.day(day)
    return t("{date}, {evidence}", date=figures.day(day), evidence=badges.evidence_word(evidence).lower())


def has_published(states: pd.DataFrame) -> bool:
    """Whether any state is more than simulated."""
    return bool((states["evidence"].notna() & (states["evidence"] != "simulated")).any())


def table(atlas: Atlas, village: Village, states: pd.DataFrame) -> None:
    """One row per date, the newest first; one column per standard: the state, and what it rests on."""
    heading, rows = made(atlas, village, states)
    st.html(heading)
    with st.container(key="map_frame_states"):  # on paper the badge in the heading may be cut off
        st.html(rows)
        if states["evidence"].notna().any() and not has_published(states):
            base.watermark("simulated")


def made(atlas: Atlas, village: Village, states: pd.DataFrame) -> tuple[Html, Html]:
    """The table's heading and its rows."""
    held = [one for one in facts.standards(atlas) if one.dates]
    known = [kind for kind in states["evidence"] if isinstance(kind, str)]
    is_mixed = len(set(known)) > 1
    cells = {(row["standard"], row["as_of"]): _cell(atlas, village, row, is_mixed) for row in states.to_dict("records")}
    rows = [
        [
            figures.day(day),
            *(cells.get((one.standard_id, day), NO_DATA) for one in held),
        ]
        for day in sorted(states["as_of"].unique(), reverse=True)
    ]
    badge = weakest(known) if known and not is_mixed else None  # a mixed table says it cell by cell
    title = t("State by standard and date")
    heading = blocks.heading(title, badge, t("beneath each simulated state: the rate it was made to meet"))
    headers = [t("Date"), *(pick(one.name) for one in held)]
    return heading, tables.data_table(headers, rows, "l" + "w" * len(held), title)


def _cell(atlas: Atlas, village: Village, row: dict[object, object], is_mixed: bool) -> Html:
    """A state; of a simulated one also what rate it comes from."""
    state, evidence = int(row["state"]), figures.text_or_none(row["evidence"])  # type: ignore[call-overload]
    shown = badges.state_with_badge(state, evidence if is_mixed else None)
    if evidence != "simulated":
        return shown
    day = pd.Timestamp(row["as_of"]).date()
    return Html(f"{shown}<br>{basis_table.basis(atlas, village.parent_id, str(row['standard']), day)}")
