"""The publisher's part: a release is begun, built, looked at, published; and one of before is served again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from atlas.desk import acting, at_hand
from atlas.desk.released import changes, releases
from atlas.look import blocks, figures, html
from atlas.look.language import mark, t
from atlas.view.state import View
from atlas.work.paths import without_paths
from desk.people.rights import Person, role_for
from desk.releases import candidate, publish
from desk.releases.candidate import BUILDING, BUILT, Candidate
from ground import builds
from indicators import database, facts
from indicators.database import Atlas

LOOK_AGAIN_S = 1.0
#: What the build calls its steps (etl/build.py), in words.
STEPS = {
    "verify sources": mark("checking the sources"),
    "places": mark("places"),
    "boundaries": mark("boundaries"),
    "village registers": mark("registers of villages"),
    "positions": mark("positions"),
    "letters to search by": mark("names to search by"),
    "pilots, projects, figures": mark("pilots, projects, figures"),
    "simulation": mark("the simulation"),
    "what stays as it is": mark("what stays as it is"),
    "coverage": mark("coverage"),
    "what was handed in": mark("what was handed in"),
    "status": mark("states and counts"),
    "check": mark("checking the whole"),
    "publish": mark("writing the file"),
}


def show(atlas: Atlas, view: View) -> None:
    """Nothing for whoever may not publish."""
    person, root = at_hand.seated(), facts.settings(atlas)["nation"]["place_id"]
    if role_for(person, "release", root) is None:
        return
    acting.say_done()
    found = candidate.look(at_hand.desk())
    if found is None:
        _begin(atlas, view, person, root)
    elif found.state == BUILDING:
        _building(view, person, root)
    elif found.state == BUILT:
        _built(view, person, root, found)
    else:
        _failed(view, person, root, found)
    _serve_again(view, person, root)


def _begin(atlas: Atlas, view: View, person: Person, root: str) -> None:
    with at_hand.desk().reading() as connection:
        number = candidate.next_number(publish.numbers(connection), date.today())
    fold = st.expander(t("Make a release"), key="make_release", icon=":material/new_releases:", on_change="rerun")
    if not fold.open:
        return
    with fold, st.form("release", border=False):
        wanted = st.text_input(t("Number"), value=number, max_chars=12)
        title = st.text_input(t("Title"), max_chars=candidate.TITLE_CHARACTERS)
        notes = st.text_area(t("Notes: what is new, and why"), max_chars=candidate.NOTES_CHARACTERS)
        st.html(blocks.credit(t("It is built from the declared sources, approved registers and decided corrections.")))
        if st.form_submit_button(t("Build it"), type="primary"):
            profile = at_hand.profile_folder(atlas)
            _act(
                view,
                lambda: candidate.start(at_hand.desk(), person, root, profile, wanted.strip(), title, notes),
                t("The build has begun. You may leave this page; it goes on."),
            )


@st.fragment(run_every=LOOK_AGAIN_S)
def _building(view: View, person: Person, root: str) -> None:
    """How far it is, looked at each second; the whole page is drawn anew when it is done."""
    found = candidate.look(at_hand.desk())
    if found is None or found.state != BUILDING:
        st.rerun()
        return
    told = found.told
    done, total = int(told.get("done", 0)), max(1, int(told.get("total", 1)))
    rows = figures.count(told["rows"]) if told.get("rows") else ""
    name = str(told.get("step", ""))
    step = figures.sentence(
        filter(None, [t(STEPS[name]) if name in STEPS else name, str(told.get("source_id", "")), rows])
    )
    st.progress(
        min(1.0, done / total),
        text=html.plain(t("Release {number} is being built: {step}", number=found.about.number, step=step)),
    )
    if st.button(t("Stop it"), icon=":material/stop_circle:"):
        _act(view, lambda: candidate.stop(at_hand.desk(), person, root), t("The build was stopped; nothing changed."))


def _built(view: View, person: Person, root: str, found: Candidate) -> None:
    """What it would change, and the button."""
    assert found.file is not None
    st.html(
        blocks.heading(t("Release {number} is built and checked", number=found.about.number), None, found.about.title)
    )
    with st.container(horizontal=True):
        if st.button(t("Publish it"), type="primary", icon=":material/publish:"):
            name = found.file.name
            _act(
                view,
                lambda: publish.publish(at_hand.desk(), person, root, database.build_dir(), name),
                t("Release {number} is published and served.", number=found.about.number),
            )
        if st.button(t("Give it up"), icon=":material/delete:"):
            _act(view, lambda: candidate.stop(at_hand.desk(), person, root), t("It is given up; nothing changed."))
    st.html(blocks.heading(t("What it changes against what is served now")))
    built = _open(found.file)
    if built is not None:
        releases.show_difference(built, view, changes.between(database.current(), built), [])


@st.cache_resource(max_entries=2, on_release=lambda atlas: atlas.leave() if atlas else None)
def _open(file: Path) -> Atlas | None:
    """The candidate's build, for as long as it is looked at."""
    try:
        return Atlas(file)
    except builds.NotGood:
        return None


def _failed(view: View, person: Person, root: str, found: Candidate) -> None:
    told = t("Release {number} could not be built. Nothing changed.", number=found.about.number)
    st.html(blocks.notice("warning", told))
    st.code(without_paths(found.said) or t("The build was interrupted."), language=None, wrap_lines=True)
    if st.button(t("Give it up"), icon=":material/delete:"):
        _act(view, lambda: candidate.stop(at_hand.desk(), person, root), t("It is given up; nothing changed."))


def _serve_again(view: View, person: Person, root: str) -> None:
    """Roll back: what was published stays, another is served."""
    found = releases.listed()
    served = next((row["number"] for row in found if row["is_served"]), "")
    others = [row["number"] for row in found if row["number"] != served]
    if not others:
        return
    with st.popover(t("Serve another release"), icon=":material/settings_backup_restore:"):
        st.write(t("Now served: {number}. All releases stay as they are.", number=served))
        chosen = st.selectbox(t("Release"), others)
        if st.button(t("Serve it"), type="primary"):
            _act(
                view,
                lambda: publish.serve_again(at_hand.desk(), person, root, database.build_dir(), chosen or "", served),
                t("Release {number} is served.", number=chosen),
            )


def _act(view: View, do: Callable[[], Any], done: str) -> None:
    """Do it, and have what is served looked at again before the page is drawn anew."""

    def do_and_look() -> None:
        do()
        database.shelf_of().look()

    acting.act(view, do_and_look, done)
