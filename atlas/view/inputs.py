"""What a page asks of its reader beyond place, standard and date: amounts, choices, switches.

Each has a name that stands in the address (`in.budget=80000000`, or `fund.need=…` where it has a space of its own), so
that a link holds the whole question. What an address says and cannot be is answered with the default, and a word
about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from atlas.look import blocks, figures, html
from atlas.look.language import t
from atlas.view import state
from atlas.view.state import View

SEPARATOR = ","
MOST_TYPED = 200_000  # characters: a longer paste is refused by the box itself


def number(
    view: View,
    name: str,
    label: str,
    default: float,
    *,
    low: float,
    high: float,
    step: float,
    help: str | None = None,
    is_whole: bool = False,
    decimals: int | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> float:
    """A number box between `low` and `high`; two decimals, unless others are asked for."""
    said = given(view, name)
    value = default
    if said is not None:
        read = read_number(said, low, high, is_whole=is_whole)
        value = default if read is None else read
        if read is None:
            _refused(label, said)
    kind: Callable[[float], float] = int if is_whole else float
    key = _key(name)
    st.session_state[key] = kind(value)
    st.number_input(
        html.plain(label),
        min_value=kind(low),
        max_value=kind(high),
        step=kind(step),
        format=None if decimals is None or is_whole else f"%.{decimals}f",
        key=key,
        help=help,
        width=width,
        on_change=lambda: _write(view, name, written(st.session_state[key]), written(default)),
    )
    return value


def optional_number(
    view: View, name: str, label: str, *, low: float, high: float, step: float, decimals: int | None = None
) -> float | None:
    """A number box that may stay empty: there is no default that would be right."""
    said = given(view, name)
    value = None if said is None else read_number(said, low, high)
    if said is not None and value is None:
        _refused(label, said)
    key = _key(name)
    st.session_state[key] = value
    st.number_input(
        html.plain(label),
        min_value=float(low),
        max_value=float(high),
        step=float(step),
        format=None if decimals is None else f"%.{decimals}f",
        key=key,
        on_change=lambda: _write(
            view, name, "" if st.session_state[key] is None else written(st.session_state[key]), ""
        ),
    )
    return value


def text(view: View, name: str, label: str, *, most: int, help: str | None = None) -> str:
    """A line of text, empty by default; longer than `most` characters is refused."""
    value = (given(view, name) or "").strip()
    if len(value) > most:
        _refused(label, value)
        value = ""
    key = _key(name)
    st.session_state[key] = value
    st.text_input(
        html.plain(label),
        max_chars=most,
        key=key,
        help=help,
        on_change=lambda: _write(view, name, st.session_state[key].strip(), ""),
    )
    return value


def choice(view: View, name: str, label: str, options: Mapping[str, str], default: str, *, as_box: bool = False) -> str:
    """One of several; `options` maps the code in the address to the words on the screen."""
    said = given(view, name)
    value = default if said is None else said
    if value not in options:
        _refused(label, value)
        value = default
    key = _key(name)
    st.session_state[key] = value

    def write() -> None:
        _write(view, name, st.session_state[key] or value, default)

    def words(code: str) -> str:
        return options[code]

    if as_box:
        st.selectbox(html.plain(label), list(options), format_func=words, key=key, on_change=write)
    else:
        st.segmented_control(
            html.plain(label),
            list(options),
            format_func=lambda code: html.plain(words(code)),
            key=key,
            on_change=write,
        )  # unlike a list's, its options are Markdown
    return value


def several(
    view: View, name: str, label: str, options: Mapping[str, str], default: Sequence[str] = ()
) -> tuple[str, ...]:
    """Any number of several, in the order of `options`."""
    said = given(view, name)
    wanted = list(default) if said is None else [one for one in said.split(SEPARATOR) if one]
    if unknown := [one for one in wanted if one not in options]:
        _refused(label, unknown[0])
    value = [one for one in options if one in wanted]
    key = _key(name)
    st.session_state[key] = value
    st.multiselect(
        html.plain(label),
        list(options),
        format_func=lambda code: options[code],
        key=key,
        placeholder=t("All"),
        on_change=lambda: _write(
            view,
            name,
            SEPARATOR.join(st.session_state[key]),
            SEPARATOR.join(default),
            keep_empty=bool(default),
        ),
    )
    return tuple(value)


def lines(
    view: View, name: str, label: str, *, placeholder: str = "", default: str = "", help: str | None = None
) -> str:
    """A text of several lines, at most as long as an address can carry. An emptied box shows its default again.

    A longer one stays in its box, to be shortened, and is not used; that is said.
    """
    value = given(view, name) or default
    key = _key(name)
    refused = f"{key}_too_long"  # in the session: what was typed or pasted
    held = st.session_state.get(refused)
    st.session_state[key] = value if held is None else held

    def write() -> None:
        typed = st.session_state[key]
        if len(typed) > state.INPUT_CHARACTERS:
            st.session_state[refused] = typed
        else:
            st.session_state.pop(refused, None)
            _write(view, name, typed, default)

    st.text_area(
        html.plain(label),
        key=key,
        placeholder=placeholder,
        max_chars=MOST_TYPED,
        help=help,
        on_change=write,
    )
    if held is not None or name in view.too_long:
        words = t(
            "{label}: more than {most} characters cannot be taken in, so what was given before is used. Shorten the "
            "list, or give it in parts.",
            label=label,
            most=figures.count(state.INPUT_CHARACTERS),
        )
        st.html(blocks.notice("warning", words))
    return value


def switch(view: View, name: str, label: str, default: bool = False, *, help: str | None = None) -> bool:
    """Yes or no."""
    said = given(view, name)
    value = default if said not in ("0", "1") else said == "1"
    key = _key(name)
    st.session_state[key] = value
    st.toggle(
        html.plain(label),
        key=key,
        help=help,
        on_change=lambda: _write(view, name, "01"[st.session_state[key]], "01"[default]),
    )
    return value


def given(view: View, name: str) -> str | None:
    """What the address says under a name, as text."""
    return dict(view.inputs).get(name)


def with_inputs(view: View, **changes: str | None) -> View:
    """The view with some inputs changed; None takes one away."""
    held = dict(view.inputs) | changes
    kept = {name: value for name, value in held.items() if value is not None}
    return replace(view, inputs=tuple(sorted(kept.items())))


def _write(view: View, name: str, value: str, default: str, *, keep_empty: bool = False) -> None:
    """The default stands in no address."""
    is_default = value == default or (not value and not keep_empty)
    state.change(view, inputs=with_inputs(view, **{name: None if is_default else value}).inputs)


def _key(name: str) -> str:
    return f"in_{name}".replace(".", "_")


def read_number(text: str, low: float, high: float, *, is_whole: bool = False) -> float | None:
    """The number that an address says, None where it is none or not within the bounds."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if low <= value <= high and (value.is_integer() or not is_whole) else None


def written(value: float) -> str:
    """A number as the address has it: short, and read again as the same."""
    short = f"{value:.12g}"
    return short if float(short) == value else repr(float(value))


def _refused(label: str, said: str) -> None:
    words = t("{label}: {value} cannot be; the default is used.", label=label, value=said[:40])
    st.html(blocks.notice("warning", words))
