"""What the first HTML of a page says, before it is made a document."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.look.html import Html


@dataclass(frozen=True)
class Said:
    """headline: h1 and the line beneath. rests_on_states: whether the page shows how villages stand."""

    headline: Html
    parts: tuple[Html, ...] = ()
    status: int = 200
    rests_on_states: bool = False
