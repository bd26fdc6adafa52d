"""Titles, publishers, quotations and remarks as they were published, and what they mean in the reader's language."""

from __future__ import annotations

from atlas.look import figures, html
from atlas.look.html import Html
from atlas.look.language import CHINESE, SOURCE_LANGUAGE, current, pick, t
from indicators.database import Atlas
from indicators.published import figures as published_figures
from indicators.published.translations import translations


def plain(atlas: Atlas, text: object) -> str:
    """In the reader's language where a translation is declared, else as published; nothing for what is not known."""
    written = figures.text_or_none(text) or ""
    return _translated(atlas, written) or written


def shown(atlas: Atlas, text: object) -> Html:
    """As `plain`, with the original beside the translation."""
    written = figures.text_or_none(text) or ""
    translated = _translated(atlas, written)
    return beside(translated, written) if translated else as_written(written)


def beside(words: str, original: str) -> Html:
    """Words of the reader's language with the original behind them."""
    if not original or words == original:
        return html.escaped(words)
    said = html.escape(t("original"))
    return Html(f'{html.escape(words)} <span class="atlas-original">({said}: {html.foreign(original)})</span>')


def in_file(atlas: Atlas, text: object) -> str | None:
    """As `shown`, in letters alone: a cell of a file."""
    written = figures.text_or_none(text)
    translated = _translated(atlas, written or "")
    return t("{words} (original: {original})", words=translated, original=written) if translated else written


def _translated(atlas: Atlas, written: str) -> str | None:
    if not written:
        return None
    declared = published_figures.words(atlas).get(written)
    languages = (current(),) if current() == CHINESE else (current(), SOURCE_LANGUAGE)
    told = (translations(atlas, one).get(written) for one in languages)
    return next(filter(None, told), None) or (pick(declared) if declared else None)


def as_written(written: str) -> Html:
    """Chinese on a page of another language says so; on a Chinese page it is the page's own."""
    if not written:
        return Html()
    is_foreign = current() != CHINESE and html.IDEOGRAPHS.search(written)
    return html.foreign(written) if is_foreign else html.escaped(written)
