"""What of the desk is asked for by address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from atlas.look.addressed import Addressed
from atlas.look.parameters import Lang, Step, TextOrNone, Word


@dataclass(frozen=True)
class Photo(Addressed):
    """The photo of a correction, for those who may see it: by the sign-in, or by the secret key of who filed it."""

    PATH = "evidence/{challenge_no}.jpg"
    PIN = ""
    challenge_no: Step
    key: Annotated[str, TextOrNone(missing="")] = ""


@dataclass(frozen=True)
class ChangesFile(Addressed):
    """What changed at a place from one release (or the build of an id) to another, as a table."""

    PATH = "download/changes/{older}/{newer}.csv"
    PIN = ""
    older: Step
    newer: Step
    within: Word
    lang: Lang


@dataclass(frozen=True)
class ReleasesFeed(Addressed):
    """All releases, the newest first, for programs that look for new ones (Atom)."""

    PATH = "feed/releases.atom"
    PIN = ""
    lang: Lang


@dataclass(frozen=True)
class LogFile(Addressed):
    """The whole log, one entry a line as JSON, for auditors: they can check the chain elsewhere."""

    PATH = "audit/log.jsonl"
    PIN = ""


@dataclass(frozen=True)
class NoticesFeed(Addressed):
    """The newest public notices of registers at a place, below and above it (Atom)."""

    PATH = "feed/notices/{place_id}.atom"
    PIN = ""
    place_id: Step
    lang: Lang


@dataclass(frozen=True)
class CorrectionsFeed(Addressed):
    """The newest corrections at a place and below (Atom): offices and operators see what comes in."""

    PATH = "feed/corrections/{place_id}.atom"
    PIN = ""
    place_id: Step
    lang: Lang
