"""What a header says: the field, the level of the hierarchy, the technology that it is a word for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from importer.contents import Content, Field, all_fields
from importer.place.names import REMARK, normal
from importer.values import folded

EXACT, BEGINS, LEVEL = 1.0, 0.6, 0.95
RANK_STEP = 0.005  # the earlier a word stands in its list, the surer it is
SHORTEST = 4  # letters of a word that a longer header may begin or end with; of a Chinese one two characters


def fields_called(header: str, holds: Content) -> list[tuple[str, float, str]]:
    """Fields that a header may name: (field, how alike, in words)."""
    keys = {normal(header), normal(REMARK.sub(" ", header))} - {""}
    found = []
    for name, field in holds.asked.items():
        words = _words_of(field)
        if keys & words:
            found.append((name, EXACT, f"header {header!r} is a word for it"))
        elif any(_begins_or_ends(key, word) and not _in_a_longer(key, word) for key in keys for word in words):
            found.append((name, BEGINS, f"header {header!r} begins or ends like a word for it"))
    if {"code", "name"} <= holds.fields.keys() and not any(name == "code" and how == EXACT for name, how, _ in found):
        rest = _without(next(iter(keys), ""), "code")
        if rest is not None and rest in _words_of(holds.fields["name"]):
            found.append(("code", LEVEL, f"header {header!r} is a code of what a name is for"))
    return found


def _in_a_longer(key: str, word: str) -> bool:
    """Another field's word says more of the header than this one: 光纤开通日期 is no 日期, and 验收日期 is none."""
    return any(
        len(longer) > len(word) and word in longer and (key == longer or _begins_or_ends(key, longer))
        for longer in _all_words()
    )


@cache
def _all_words() -> tuple[str, ...]:
    return tuple(sorted({word for field in all_fields() for word in _words_of(field)}))


def part_of_a_total(header: str, field: Field) -> str:
    """What a header says beside a word for a total, such as 贫困 of 贫困户数; "" where it says the total itself."""
    keys = {normal(header), normal(REMARK.sub(" ", header))} - {""}
    words = _words_of(field)
    matched = max((word for key in keys for word in words if _begins_or_ends(key, word)), key=len, default="")
    if keys & words or not matched:
        return ""
    rest = folded(REMARK.sub(" ", header))
    whole = sorted({folded(word) for word in (*words, *vocabulary()["whole"]["words"])}, key=len, reverse=True)
    some = "|".join(rf"(?<![^\W\d_]){re.escape(one)}(?![^\W\d_])" if one.isascii() else re.escape(one) for one in whole)
    return re.sub(rf"{some}|[\W\d_]", " ", rest).strip()


def _words_of(field: Field) -> frozenset[str]:
    words = [word for language in field.headers.values() for word in language]
    words += [field.label["zh"], field.label["en"]] if field.headers["en"] else []
    return frozenset(map(normal, words))


def _begins_or_ends(key: str, word: str) -> bool:
    shortest = SHORTEST if word.isascii() else 2
    return len(word) >= shortest and key != word and (key.startswith(word) or key.endswith(word))


# --- levels of the hierarchy ------------------------------------------------------------------------------


def level_called(header: str) -> tuple[int, str, float] | None:
    """(rank below the nation, "name" or "code", how sure) where a header is a word for an administrative level."""
    key = normal(REMARK.sub(" ", header)) or normal(header)
    for part, rest in (("name", key), ("name", _without(key, "name")), ("code", _without(key, "code"))):
        if rest is not None and rest in _ranks():
            rank, place = _ranks()[rest]
            return rank, part, LEVEL - RANK_STEP * place
    return None


def levels_called(headers: Sequence[str]) -> dict[str, tuple[int, str, float]]:
    """Header → (rank, part, how sure). Of two of one rank the rarer word is the lower place: province, then
    district.
    """
    found = {header: said for header in headers if (said := level_called(header))}
    for header, (rank, part, sure) in sorted(found.items(), key=lambda pair: pair[1][2]):
        rivals = [one for one in found.values() if one[:2] == (rank, part) and one[2] > sure]
        below = [one for one in found.values() if one[0] == rank + 1]
        if rivals and not below:
            found[header] = (rank + 1, part, sure)
    return found


def levels_for(ranks: Collection[int], upper_levels: Sequence[str]) -> dict[int, str]:
    """Which level of a profile each rank of a file's headers stands for.

    A level whose own id is a word of that rank is meant: a country may have provinces above departments, or blocks and
    no ward. Else ranks are counted from the highest; where the profile has too few levels, from below.
    """
    below = list(upper_levels[1:])
    own = _own_ranks(below)
    named = {rank: own[rank] for rank in ranks if rank in own}
    counted = _counted(sorted(set(ranks)), below)
    free = [rank for rank in counted if rank not in named and counted[rank] not in own.values()]
    return named | {rank: counted[rank] for rank in free}


def _own_ranks(levels: Sequence[str]) -> dict[int, str]:
    """Rank → the one level whose id is a word of it."""
    ranks = {level: said[0] for level, said in levels_called(levels).items()}
    return {rank: level for level, rank in ranks.items() if list(ranks.values()).count(rank) == 1}


def _counted(ranks: Sequence[int], below: Sequence[str]) -> dict[int, str]:
    if not ranks or max(ranks) <= len(below):
        return {rank: below[rank - 1] for rank in ranks}
    found, last = {}, len(below) + 1
    for rank in reversed(ranks):
        last = min(rank, last - 1)
        if last >= 1:
            found[rank] = below[last - 1]
    return found


def is_below(rank: int, upper_levels: Sequence[str]) -> bool:
    """A place of this rank lies below every level of the profile that is one of its own word: it is a settlement."""
    own = _own_ranks(list(upper_levels[1:]))
    return bool(own) and len(own) == len(upper_levels) - 1 and rank > max(own)


@cache
def _ranks() -> Mapping[str, tuple[int, int]]:
    """Word → (rank, how many words of that rank come before it)."""
    found: dict[str, tuple[int, int]] = {}
    for rank, body in vocabulary()["rank"].items():
        for n, word in enumerate(body["words"]):
            found.setdefault(normal(word), (int(rank), n))
    return found


def _without(key: str, part: str) -> str | None:
    """A header without the word that says that it is a code, or a name; None where it holds none."""
    for word in sorted(map(normal, vocabulary()["affix"][part]), key=len, reverse=True):
        if len(key) > len(word):
            if key.startswith(word):
                return key.removeprefix(word)
            if key.endswith(word):
                return key.removesuffix(word)
    return None


# --- technologies, units, lists of sites ------------------------------------------------------------------


def technology_in(header: str) -> tuple[int, int] | None:
    """Where a word for a technology stands by itself: `4G` in `Claro_4G_CG`, not in `14g`; whatever its case and
    accents.
    """
    matched = _technologies().search(_letter_by_letter(header))
    return matched.span(1) if matched else None


@cache
def _technologies() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, vocabulary()["technology"]), key=len, reverse=True))
    return re.compile(f"(?<![a-z0-9])({words})(?![a-z0-9])")


def _letter_by_letter(text: str) -> str:
    """Folded, each character to one, so that places in it are places in the text."""
    short = (folded(character) for character in text)
    return "".join(one if len(one) == 1 else character for one, character in zip(short, text, strict=True))


def meant(said: Sequence[str]) -> dict[str, str]:
    """What the atlas calls technologies that a file names in its own words; two of a file are never made one."""
    known = vocabulary()["technology"]
    found: dict[str, str] = {}
    # `4G` is surer of being 4g than `LTE` is where a file has both.
    for word in sorted(said, key=lambda one: (one.lower() not in known.values(), one)):
        span = technology_in(word)
        name = known[_letter_by_letter(word)[slice(*span)]] if span else None
        if name is not None and name not in found.values():
            found[word] = name
    return found


def says(header: str, what: str) -> bool:
    """The header holds a word for it: share, money, ratio."""
    return _holds(header, vocabulary()["says"][what])


def speaks_against(header: str, what: str) -> bool:
    """The header holds a word by which it is something else: a distance is no share, a rate no total."""
    return _holds(header, vocabulary()["against"][what])


def denies(header: str) -> bool:
    """The header says the opposite of covered, or a plan; 有无 and 是否有 ask and deny nothing."""
    rest = folded(header)
    for word in filter(lambda one: not one.isascii(), vocabulary()["nothing"]["words"]):
        rest = rest.replace(folded(word), "")
    return _holds(rest, vocabulary()["against"]["covered"])


def _holds(header: str, words: Sequence[str]) -> bool:
    """A word stands in a header: a Chinese one anywhere, any other by itself."""
    text = " ".join(re.sub(r"[_\-./]+", " ", folded(header)).split())
    return any(
        re.search(rf"(?<![a-z0-9]){re.escape(folded(word))}(?![a-z0-9])", text)
        if word.isascii() or word[0].isascii()
        else folded(word) in text
        for word in words
    )


def factor(header: str, unit: str | None) -> float | None:
    """What a number of speed is to be multiplied by: kbps where Mbps are kept. Other units: units.py."""
    for entry in vocabulary()["factor"]:
        if unit in entry["units"] and re.search(entry["header"], header, re.IGNORECASE):
            return float(entry["factor"])
    return None


def is_site_list(columns: Sequence[str]) -> bool:
    words = vocabulary()["cell_site"]
    keys = [normal(column) for column in columns]
    return any(key.startswith(tuple(words["begins"])) or any(word in key for word in words["holds"]) for key in keys)


@cache
def vocabulary() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
