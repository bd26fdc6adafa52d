"""Where an office drops a file: for whoever may hand in at the place, kept as it came."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from atlas.desk import at_hand
from atlas.intake import allowed
from atlas.look import blocks, figures
from atlas.look.language import place_name
from atlas.pieces import dropped_file
from atlas.view import uploads
from atlas.view.state import View
from desk.people.rights import Person, role_for
from indicators import places
from indicators.database import Atlas


def is_open(atlas: Atlas, view: View, person: Person, elsewhere: Callable[[str], str]) -> bool:
    """Whether files are taken here from somebody; if not, why: `elsewhere` says where they hand in."""
    if role_for(person, "submit", at_hand.path(atlas, view.place_id)) is None:
        names = [named(atlas, code) for code in person.places("submit") or ()]
        st.html(blocks.notice("info", elsewhere(figures.listed(names))))
        return False
    if not allowed.is_open():
        dropped_file.show_closed(atlas)
        return False
    allowed.offer()
    allowed.prepare(atlas)
    return True


def box(label: str, key: str) -> tuple[str, str] | None:
    """Where a file is dropped. When one was: its name and the hash under which it is kept; then it is empty again."""
    count = st.session_state.setdefault(key, 0)
    dropped = st.file_uploader(
        label, type=list(allowed.SUFFIXES), max_upload_size=allowed.MOST_MB, key=f"{key}_{count}"
    )
    if dropped is None:
        return None
    st.session_state[key] = count + 1
    with uploads.taken(dropped) as data:
        return dropped.name, at_hand.desk().files.keep(data)


def named(atlas: Atlas, place_id: str) -> str:
    """A place's name in the reader's language; its code where the atlas has none."""
    one = places.place(atlas, place_id)
    return place_name(one.name, one.name_en) if one else place_id
