"""Streamlit sends its list of pages twice with every rerun; once is enough.

The list in the message that opens a run is what older versions made their menu of. Since `st.navigation` the browser
reads it from the message of that name alone, and two kilobytes per change of a filter go nowhere. Nothing else is
touched; where a later Streamlit has no such method, it sends what it likes.
"""

from __future__ import annotations

from typing import Any

from streamlit.runtime.app_session import AppSession

METHOD = "_populate_app_pages"


def apply() -> None:
    """Leave the list out of the opening message; for the whole process."""
    if hasattr(AppSession, METHOD):
        setattr(AppSession, METHOD, _none)


def _none(session: AppSession, message: Any, pages: Any) -> None:
    """In place of the method that lists the pages."""
    del session, message, pages
