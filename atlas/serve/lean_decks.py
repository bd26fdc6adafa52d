"""pydeck looks for a notebook's widget each time a map is made; here is none, and the answer is known once.

The search fails by an import, which Python tries anew for every map: a few milliseconds of each run, with the import
lock held. Where a later pydeck has no such question, it asks what it likes.
"""

from __future__ import annotations

from pydeck.bindings import deck

QUESTION = "has_jupyter_extra"


def apply() -> None:
    """No notebook; for the whole process."""
    if hasattr(deck, QUESTION):
        setattr(deck, QUESTION, _none)


def _none() -> bool:
    """In place of the search."""
    return False
