"""The languages of the screen: English sentences in the code, one catalogue per other language.

A sentence is written in English where it is used, `t("Unconnected villages")`, and looked up in
`atlas/text/<language>.po`. A new language is one more file in that folder. The language is held in a
context variable because Streamlit runs every session in a thread of its own; a page sets it once per
rerun with `use()`.

`python -m atlas.look.language` adds the sentences that a catalogue does not have yet.
"""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.numbers import format_decimal

from atlas.look import country_words
from ground.phrases import Phrase

ROOT = Path(__file__).resolve().parents[2]
TEXT_DIR = ROOT / "atlas" / "text"
SOURCE_LANGUAGE = "en"  # the language the sentences are written in: it needs no catalogue
CHINESE = "zh"  # has places by their own names, and its own rules of blanks
DEFAULT_LANGUAGE = CHINESE  # until a profile or a visitor says otherwise
KEYWORDS = {"t": None, "nt": (1, 2), "mark": None}
LONGEST_HEADER_CHARS = 500  # an Accept-Language beyond this is nobody's browser

#: Regional tags for `<html lang>`, fonts and Babel's locale data, where the bare code says too little.
HTML_TAGS = {"zh": "zh-CN"}


def _known() -> tuple[str, ...]:
    catalogues = {path.stem for path in TEXT_DIR.glob("*.po")}
    return tuple(sorted(catalogues | {SOURCE_LANGUAGE}, key=lambda code: (code != DEFAULT_LANGUAGE, code)))


LANGUAGES = _known()
_LOOSE_UNITS = {"zh": re.compile(r"(?<=[0-9] [万亿]) (?=[\u4e00-\u9fff])")}
_current: ContextVar[str] = ContextVar("atlas_language", default=DEFAULT_LANGUAGE)


class UnknownLanguage(ValueError):
    """A language was asked for that has no catalogue."""


def use(code: str) -> None:
    """Speak this language from now on, in this thread. Check what comes from a URL with `choose()`."""
    if code not in LANGUAGES:
        raise UnknownLanguage(f"language {code!r} is not one of {', '.join(LANGUAGES)}; add atlas/text/<code>.po")
    _current.set(code)


def current() -> str:
    """The code of the language being spoken, also what a cache key needs."""
    return _current.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language for a while (charts and downloads are made for a named language)."""
    before = current()
    use(code)
    try:
        yield
    finally:
        _current.set(before)


def html_tag(code: str | None = None) -> str:
    """The tag for `<html lang>`: without it a browser may choose Japanese shapes for Chinese characters."""
    code = code or current()
    return HTML_TAGS.get(code, code)


def own_name(code: str) -> str:
    """A language's name in itself, for the language switch: 中文, English."""
    locale = Locale.parse(code)
    return (locale.get_display_name(code) or code).capitalize()


def locale() -> Locale:
    """Babel's locale of the current language, for numbers and dates."""
    return _locale(html_tag())


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")


@cache
def _translations(code: str) -> NullTranslations:
    """A catalogue compiled in memory; the .po file stays the only file to keep."""
    path = TEXT_DIR / f"{code}.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(code))
    compiled.seek(0)
    return GNUTranslations(compiled)


def t(message: str, /, **fields: object) -> str:
    """This sentence in the current language; `{fields}` are filled in after it was translated.

    Not inside an f-string: the extractor does not look into those (a test says so).
    """
    text = country_words.fill(
        _translations(current()).gettext(message) if message else "", current(), has_fields=bool(fields)
    )
    return _close_up(text.format(**fields)) if fields else text


def nt(singular: str, plural: str, n: float, /, **fields: object) -> str:
    """A sentence that depends on a count. `{n}` is the count, or the `n=` text that you formatted."""
    text = country_words.fill(_translations(current()).ngettext(singular, plural, int(n)), current(), has_fields=True)
    return _close_up(text.format(**{"n": format_decimal(n, locale=locale())} | fields))


def _close_up(text: str) -> str:
    """A shortened number and its unit without the gap that a sentence leaves for a bare one: 17.4 万个."""
    return _LOOSE_UNITS[current()].sub("", text) if current() in _LOOSE_UNITS else text


def set_in(word: str) -> str:
    """A word for the middle of a sentence: Chinese leaves a blank where a Latin letter or a digit meets its own."""
    if current() != CHINESE:
        return word
    before, after = (" " if edge.isascii() and edge.isalnum() else "" for edge in (word[:1], word[-1:]))
    return f"{before}{word}{after}"


def said_again(text: str) -> str:
    """What a room below says in English (a Problem's parts) in the current language, where the catalogue has it."""
    if not isinstance(text, Phrase):
        return t(text)
    return t(text.template, **text.fields) if text.fields else t(text.template)


def mark(message: str, /) -> str:
    """Note a sentence for the catalogue where it cannot be translated yet (module constants)."""
    return message


def pick(texts: Mapping[str, str | None]) -> str:
    """The text of a `{"zh": ..., "en": ...}` pair from the profile or an indicator's header."""
    for code in (current(), SOURCE_LANGUAGE, DEFAULT_LANGUAGE, *texts):
        if text := texts.get(code):
            return country_words.fill(text, current())
    return ""


def counted(number: str) -> str:
    """So many of the country's settlements, `number` as `figures` wrote it: 14,597 administrative villages."""
    return _close_up(pick(country_words.word("counted")).replace("{n}", number))


def place_name(name: str, name_en: object = None) -> str:
    """A place's name; the local one where no English name is known (None or NaN from a DataFrame)."""
    if current() != CHINESE and isinstance(name_en, str) and name_en.strip():
        return name_en
    return name


def place_names(names: Iterable[object], names_en: Iterable[object]) -> list[str]:
    """The names of two columns, each as `place_name` says it; what has no name at all is empty."""
    pairs = zip(names, names_en, strict=True)
    return [place_name(name, name_en) if isinstance(name, str) else "" for name, name_en in pairs]


def allowed(code: object) -> str | None:
    """The language that `?lang=` names, or None: only known codes get through."""
    return code if isinstance(code, str) and code in LANGUAGES else None


def best_match(accept_language: str | None) -> str | None:
    """The known language a browser likes best (Accept-Language, RFC 9110 12.5.4), or None."""
    wishes = []
    for position, part in enumerate((accept_language or "")[:LONGEST_HEADER_CHARS].split(",")):
        tag, _, parameters = part.strip().partition(";")
        quality = _quality(parameters)
        code = allowed(tag.strip().lower().replace("_", "-").split("-")[0])
        if code and quality > 0:
            wishes.append((-quality, position, code))
    return min(wishes)[2] if wishes else None


def _quality(parameters: str) -> float:
    """The weight of `;q=0.8`; what cannot be read weighs nothing."""
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if name.strip().lower() == "q" and 0 <= quality <= 1 else 0.0


def choose(requested: object, accept_language: str | None, default: str = DEFAULT_LANGUAGE) -> str:
    """What the link asks for, else what the browser likes, else the profile's language."""
    return allowed(requested) or best_match(accept_language) or allowed(default) or SOURCE_LANGUAGE


# --- keeping the catalogues -------------------------------------------------------------------------


def read_catalogue(code: str) -> Catalog:
    """The catalogue of a language as it stands in the repository."""
    with (TEXT_DIR / f"{code}.po").open("rb") as file:
        return read_po(file, locale=Locale.parse(code), ignore_obsolete=True, abort_invalid=True)


def messages_in_code(root: Path = ROOT) -> Catalog:
    """Every sentence that the code shows, in the order of the files."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        method_map, options_map = parse_mapping_cfg(file)
    found = Catalog()
    for _, _, message, _, _ in extract_from_dir(root, method_map, options_map, keywords=KEYWORDS):
        found.add(message)
    return found


def update(code: str, prune: bool = False) -> tuple[list[str], list[str]]:
    """Add to a catalogue what the code says and it lacks. Returns the added and the unused msgids.

    Unused ones stay until `prune`: a page may still be on its way.
    """
    catalogue, found = read_catalogue(code), messages_in_code()
    added = [message.id for message in found if message.id and message.id not in catalogue]
    unused = [message.id for message in catalogue if message.id and message.id not in found]
    for message_id in added:
        catalogue.add(message_id)
    if prune:
        for message_id in unused:
            catalogue.delete(message_id)
    (TEXT_DIR / f"{code}.po").write_bytes(_po_text(code, catalogue))
    return [_singular(message_id) for message_id in added], [_singular(message_id) for message_id in unused]


def _singular(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _po_text(code: str, catalogue: Catalog) -> bytes:
    """A catalogue as a file: order kept; no dates, versions or line numbers that would fill a diff."""
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {code}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    body = io.BytesIO()
    write_po(body, catalogue, width=110, no_location=True, omit_header=True)
    return header.encode() + body.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description="Add new sentences to atlas/text/*.po")
    parser.add_argument("--prune", action="store_true", help="remove sentences that no code shows")
    prune = parser.parse_args().prune
    for path in sorted(TEXT_DIR.glob("*.po")):
        added, unused = update(path.stem, prune)
        print(f"{path.name}: {len(added)} added, {len(unused)} unused{' (removed)' if prune else ''}")
        for text in added:
            print(f"  + {text}")
        for text in unused:
            print(f"  - {text}")


if __name__ == "__main__":
    main()
