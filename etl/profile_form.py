"""What may stand in `profile.toml`.

The tables as they are written; `ground/declared.py` checks a file against them and says what does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from zoneinfo import available_timezones

from ground.declared import SOME, Count, Id, Such, Text, Texts, Unfit, Words, between, one_of

LEVELS = "at least three [[level]] tables with distinct ids of a-z, 0-9 and _"
DAYS = ("opened_date", "accepted_date")  # of a village, which may show that it has reached a state

LevelId = Annotated[str, Such(LEVELS, lambda text: text.isascii() and text.isidentifier() and text == text.lower())]
# The words go into sentences that have fields and marks of their own.
Spoken = Annotated[Words, Such("words without {, }, ⟨ and ⟩", lambda words: not _has_field("".join(words.values())))]
Counted = Annotated[Words, Such('"{n} …" in each language', lambda words: all(map(_is_counted, words.values())))]
Extent = Annotated[tuple[float, ...], Such("west, south, east, north in degrees", lambda four: len(four) == 4)]
Share = Annotated[float, between(0, 1)]


# --- the country ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Level:
    """[[level]]. `word` and `plural` are how sentences say it; `counted`, of the settlements, "{n} parishes"."""

    level_id: LevelId
    name: Words
    word: Spoken | None = None
    plural: Spoken | None = None
    counted: Counted | None = None


@dataclass(frozen=True)
class Nation:
    place_id: Text
    name: Words


@dataclass(frozen=True)
class Currency:
    code: Text
    zh: Text
    en: Text


@dataclass(frozen=True)
class BaseTiles:
    """[map] base_tiles: somebody else's tiles, which the browser fetches."""

    url: Text
    credit: Text


@dataclass(frozen=True)
class Map:
    extent_degrees: Annotated[
        tuple[float, ...], Such("west, south, east, north in degrees", lambda four: len(four) == 4)
    ]
    sketch_credit: Words
    may_publish_boundaries: bool
    may_publish_sites: bool = False  # where towers stand is not public everywhere
    approval_number: str = ""
    base_tiles: BaseTiles | None = None


@dataclass(frozen=True)
class View:
    standard: Text
    as_of: date
    compare_as_of: date | None = None


@dataclass(frozen=True)
class Contact:
    office: Words
    email: str


#: A name by itself: what stands within a class's annotation sees nothing of the module.
Zone = Annotated[str, Such("an IANA time zone such as Asia/Shanghai", lambda zone: zone in available_timezones())]


@dataclass(frozen=True)
class Corrections:
    """[corrections]: working days to answer a correction and to decide it, by the calendar of a country; public notice
    of registers.
    """

    answer_working_days: Annotated[int, between(1, 365)] = 15
    decide_working_days: Annotated[int, between(1, 365)] = 20
    calendar: Annotated[
        str, Such("an ISO 3166 code of two letters", lambda code: not code or (code.isalpha() and len(code) == 2))
    ] = ""
    time_zone: Zone = "UTC"
    notice_working_days: Annotated[int, between(1, 365)] = 7
    notice_required: bool = False


# --- what counts as connected ---------------------------------------------------------------------------


@dataclass(frozen=True)
class MeetsTable:
    """[standard.meets]: what of a register's coverage meets a standard."""

    technology: Annotated[Texts, SOME]
    implied_by: Annotated[Texts, SOME] | None = None
    definition: str | None = None
    operator: Annotated[Texts, SOME] = ("any",)
    min_share: Annotated[float, Such("a share above 0, at most 1", lambda share: 0 < share <= 1)] | None = None
    at_least_mbps: float | None = None
    min_download_mbps: float | None = None
    max_distance_km: float | None = None


@dataclass(frozen=True)
class Standard:
    standard_id: Id
    name: Words
    unconnected: Words
    definition: Words
    published_indicator: Text | None = None
    published_target: Text | None = None
    meets: MeetsTable | None = None


# --- the programme --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProgrammeState:
    """[[programme_state]], in their order; `next` and `next_with_reason` are the moves that are allowed."""

    state: Text
    name: Words
    is_side: bool = False
    is_first_of_village: bool = False
    reached_by: Annotated[str, one_of(DAYS)] | None = None
    next: tuple[str, ...] = ()
    next_with_reason: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubsidyRule:
    rule_id: Id
    category: Text
    valid_from: date
    document: Text
    rate: Share | None = None
    opex_years: Count | None = None
    valid_to: date | None = None
    name: Words | None = None


@dataclass(frozen=True)
class TenderRule:
    """A least number of bidders is a rule of somebody: it names its document."""

    least_bidders: Annotated[int, Such("a whole number from 1", lambda number: number >= 1)]
    document: Text


@dataclass(frozen=True)
class Tranche:
    tranche_id: Id
    name: Words
    share: Share
    document: Text


@dataclass(frozen=True)
class Operator:
    operator_id: Id
    name: Words
    spellings: tuple[Text, ...] = ()


@dataclass(frozen=True)
class CaseBeside:
    """A programme's total, and its published subsidy."""

    project_id: Text
    subsidy_figure_id: Text


@dataclass(frozen=True)
class CaseLater:
    """What was published of the place later."""

    figure_id: Text
    place_indicator: Text | None = None


@dataclass(frozen=True)
class PublishedIndicator:
    indicator: Text
    name: Words
    beside: Text | None = None


@dataclass(frozen=True)
class Case:
    case_id: Id
    place_id: Text
    project_id: Text
    title: Words
    beside: CaseBeside | None = None
    later: CaseLater | None = None


@dataclass(frozen=True)
class Quotation:
    use: Text
    figure: Text
    name: Words


# --- the files ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProfileForm:
    """`profile.toml`."""

    profile_id: Id
    title: Words
    default_language: Text
    level: tuple[Level, ...]
    nation: Nation
    map: Map
    standard: Annotated[tuple[Standard, ...], SOME]
    default_view: View
    currency: Currency | None = None
    contact: Contact | None = None
    corrections: Corrections | None = None
    name_endings: Mapping[str, tuple[str, ...]] | None = None
    limits: tuple[Words, ...] = ()
    programme_state: Annotated[tuple[ProgrammeState, ...], SOME] | None = None
    subsidy_rule: tuple[SubsidyRule, ...] = ()
    tender_rule: TenderRule | None = None
    tranche: tuple[Tranche, ...] = ()
    operator: tuple[Operator, ...] = ()
    case: tuple[Case, ...] = ()
    quotation: tuple[Quotation, ...] = ()
    published_indicator: tuple[PublishedIndicator, ...] = ()
    published_words: Mapping[str, Words] | None = None

    def __post_init__(self) -> None:
        levels = [level.level_id for level in self.level]
        if len(levels) < 3 or len(set(levels)) != len(levels):
            raise Unfit("level", LEVELS, f"{levels}")
        for level in self.name_endings or {}:
            if level not in levels:
                raise Unfit(f"name_endings.{level}", f"a level: {', '.join(levels)}", level)
        check_states(self.programme_state or ())


def _has_field(text: str) -> bool:
    return any(sign in text for sign in "{}⟨⟩")


def _is_counted(text: str) -> bool:
    return text.count("{n}") == 1 and text.strip() != "{n}" and not _has_field(text.replace("{n}", ""))


def check_states(states: tuple[ProgrammeState, ...]) -> None:
    """Each state once, and moves between declared ones. Raises Unfit."""
    known = [one.state for one in states]
    for n, one in enumerate(states, 1):
        if known.count(one.state) > 1:
            raise Unfit(f"programme_state[{n}].state", "a state of its own", repr(one.state))
        for key, targets in (("next", one.next), ("next_with_reason", one.next_with_reason)):
            for target in targets:
                if target not in known:
                    raise Unfit(f"programme_state[{n}].{key}", "moves to declared states", repr(target))
