"""What of the desk is asked for by address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from atlas.look.addressed import Addressed
from atlas.look.parameters import Step, TextOrNone


@dataclass(frozen=True)
class Photo(Addressed):
    """The photo of a correction, for those who may see it: by the sign-in, or by the secret key of who filed it."""

    PATH = "evidence/{challenge_no}.jpg"
    challenge_no: Step
    key: Annotated[str, TextOrNone(missing="")] = ""
