"""A handout of a page, as it is asked for by address: the page, its own address, and what the reader wrote on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from atlas.look.addressed import Addressed
from atlas.look.parameters import Asked, Lang, Parameter, Step, StepOf, malformed

FORMATS = {"pdf": "PDF", "docx": "Word"}
LONGEST_NAME, LONGEST_NOTE = 40, 300
LONGEST_VIEW, MOST_PARAMETERS = 12_000, 200
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")  # a note may have lines


@dataclass(frozen=True)
class Written(Parameter):
    """A text that somebody wrote, up to so many characters; nothing without a parameter."""

    most: int = LONGEST_NAME

    def read(self, asked: Asked) -> str:
        text = asked.values.get(self.name, "")
        if len(text) > self.most or _CONTROL.search(text):
            raise malformed(self.name, f"<up to {self.most} characters>")
        return text


@dataclass(frozen=True)
class HandoutFile(Addressed):
    """view: the query of the page's address, as one parameter: a page may have any inputs."""

    PATH = "handout/{page}.{suffix}"
    page: Step
    suffix: Annotated[str, StepOf(allowed=tuple(FORMATS))]
    lang: Lang
    view: Annotated[str, Written(most=LONGEST_VIEW)] = ""
    by: Annotated[str, Written()] = ""
    note: Annotated[str, Written(most=LONGEST_NOTE)] = ""

    @property
    def asked(self) -> dict[str, str]:
        """The parameters of the page. Raises ValueError for more than a page can have."""
        return dict(parse_qsl(self.view, max_num_fields=MOST_PARAMETERS))
