"""One run of a page without a browser: what it shows, in its order, but for what paper leaves out.

Streamlit's own way to run a script by itself is used for it, in a worker; the page is the one that visitors see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from streamlit.testing.v1 import AppTest

from atlas.handout import shown
from atlas.look import figures
from atlas.view.state import View
from atlas.work.refused import UnknownValue
from indicators.database import Atlas

LIMIT_S = 110.0  # a worker is given two minutes (atlas/work/workshop.py)
#: Parts of a page that are opened by a click, or that paper leaves out.
CLOSED = {"expander", "expandable", "popover", "tab", "dialog", "status"}
LEFT_OUT = ("-noprint", "-qr_code")
ASKED = ("number_input", "slider", "selectbox", "multiselect", "text_input", "date_input")


@dataclass
class Recorded:
    """markup: the page's pieces of HTML. asked: its inputs with what they are set to."""

    markup: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)


class PageFailed(RuntimeError):
    """The page itself ended in an error."""


def record(atlas: Atlas, name: str, view: View) -> Recorded:
    """Run the page whose address ends in `name`. Raises UnknownValue, PageFailed."""
    if not shown.page_of(name).is_there(atlas):
        raise UnknownValue("page", "a page that this atlas has something for")
    page = AppTest.from_function(
        _one_page, kwargs={"atlas": atlas, "name": name, "view": view}, default_timeout=LIMIT_S
    )
    page.run()
    if page.exception:
        raise PageFailed(page.exception[0].value)
    found = Recorded()
    _walk(page.main, found)
    return found


def _one_page(atlas: object, name: str, view: object) -> None:
    """Streamlit runs it by its text, without this file's names."""
    from atlas.handout import shown

    shown.show(atlas, name, view)  # type: ignore[arg-type]


def _walk(block: Any, found: Recorded) -> None:
    for one in block.children.values():
        if hasattr(one, "children"):
            name = str(getattr(one.proto, "id", "") or "")
            if one.type not in CLOSED and not any(part in name for part in LEFT_OUT):
                _walk(one, found)
        elif one.type == "html":
            found.markup.append(str(one.proto.body))
        elif one.type in ASKED and (value := _value(one)):
            found.asked.append((str(one.label), value))


def _value(widget: Any) -> str:
    """As the page shows it."""
    if widget.type == "selectbox":
        index = widget.index
        return str(widget.options[index]) if index is not None else ""
    if widget.type == "multiselect":
        return figures.listed([widget.options[index] for index in widget.indices])
    value = widget.value
    if isinstance(value, list | tuple):
        return " – ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return "" if value is None else str(value)
