"""The country's own words inside sentences that are written for any country.

A sentence names a level, the settlements or the money by a mark, "every ⟨county⟩ is drawn from", in the code and in
the catalogues alike; the words come from the profile (`indicators/country.py` lists the marks) and are set in each
process before its first text. A mark that begins with a capital begins its word with one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Words = Mapping[str, str | None]  # by language
MARK = re.compile("⟨([A-Za-z_]+)⟩")
FALLBACK = "en"
LEVELS = ("region", "county", "outlined", "placed", "lowest")
#: What is said before any atlas is open.
_PLACE: dict[str, Words] = {
    "": {"zh": "地区", "en": "place"},
    "_plural": {"zh": "地区", "en": "places"},
}
_words: dict[str, Words] = {
    "village": {"zh": "村", "en": "village"},
    "counted": {"zh": "{n} 个村", "en": "{n} villages"},
    "settlements": {"zh": "村", "en": "villages"},
    "local": {"zh": "地方", "en": "local government"},
    "currency": {"zh": "元", "en": "yuan"},
    **{level + form: words for level in LEVELS for form, words in _PLACE.items()},
}


def use(words: Mapping[str, Words]) -> None:
    """Say these words from now on; marks that are not named keep theirs."""
    global _words
    _words = _words | dict(words)


def word(mark: str) -> Words:
    """A mark's word in each language. Raises KeyError for one that is not known."""
    return _words[mark]


def fill(text: str, language: str, has_fields: bool = False) -> str:
    """A sentence with the country's words in the place of its marks. What is not known stays as it is written.

    has_fields: the sentence goes on to `str.format`, for which a brace in a level's name is no field.
    """
    if "⟨" not in text:
        return text
    return MARK.sub(lambda found: _said(found, language, has_fields), text)


def _said(found: re.Match[str], language: str, has_fields: bool) -> str:
    mark = found[1]
    words = _words.get(mark.lower())
    if words is None:
        return found[0]
    said = words.get(language) or words.get(FALLBACK) or ""
    if has_fields:
        said = said.replace("{", "{{").replace("}", "}}")
    return said[:1].upper() + said[1:] if mark[0].isupper() else said
