"""What somebody claims of one village, checked before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desk import texts
from desk.errors import Unfitting
from desk.projected.states import CLAIMS, reasons
from desk.working_days import due
from ground.phrases import phrase

MOST_LEVELS = 10  # of places above each other
TEXT_CHARACTERS, CONTACT_CHARACTERS, ID_CHARACTERS = 2_000, 200, 120
MOST_MBPS = 100_000.0


@dataclass(frozen=True)
class Terms:
    """Working days to answer and to decide in, by the calendar of a country (ISO 3166; "": Monday to Friday)."""

    answer_days: int = 15
    decide_days: int = 20
    country: str = ""

    def to_answer(self, today: date) -> str:
        return due(self.country, today, self.answer_days).isoformat()

    def to_decide(self, today: date) -> str:
        return due(self.country, today, self.decide_days).isoformat()


@dataclass(frozen=True)
class Village:
    """A village as the atlas knows it: its code, the codes of the places above it from the nation down."""

    village_id: str
    path: str

    def check(self) -> None:
        """Raises Unfitting."""
        if not self.village_id or not self.path or not _are_ids(self.village_id, self.path.rpartition("/")[2]):
            raise Unfitting(phrase("Choose the village and the standard from the lists."))
        if not texts.is_writable(self.path) or len(self.path) > ID_CHARACTERS * MOST_LEVELS:
            raise Unfitting(phrase("Choose the village and the standard from the lists."))


def _are_ids(*ids: str) -> bool:
    return all(len(one) <= ID_CHARACTERS and texts.is_writable(one) for one in ids)


@dataclass(frozen=True)
class Claim:
    """What is claimed of a village × standard (× operator), and by what it is shown.

    `seen_release`, `seen_state` and `seen_as_of` (a day, ISO) are what the atlas showed to whoever claims.
    `photo_sha256` is of a picture that the desk's files hold, re-encoded.
    """

    village: Village
    standard: str
    claim: str
    reason: str
    operator: str = ""
    text: str = ""
    photo_sha256: str = ""
    download_mbps: float | None = None
    seen_release: str = ""
    seen_state: str = ""
    seen_as_of: str = ""

    def checked(self) -> Claim:
        """The same, its text cleaned. Raises Unfitting."""
        self.village.check()
        if not _are_ids(self.standard, self.operator, self.seen_release, self.seen_state):
            raise Unfitting(phrase("Choose the village and the standard from the lists."))
        if self.claim not in CLAIMS or self.reason not in reasons() or reasons()[self.reason].claim != self.claim:
            raise Unfitting(phrase("Choose one of the reasons."))
        if self.claim == self.seen_state:
            raise Unfitting(phrase("The atlas says so already: there is nothing to be corrected."))
        if self.download_mbps is not None and not 0 <= self.download_mbps <= MOST_MBPS:
            raise Unfitting(phrase("A speed in Mbit/s from 0 to {most}.", most=f"{MOST_MBPS:,.0f}"))
        return Claim(**{**self.__dict__, "text": texts.clean(self.text, TEXT_CHARACTERS)})
