"""What tests of drafts share: a file is written, drafted, and the draft read by what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from importer.guess.asked import Question
from importer.guess.draft import Draft, drafts

LEVELS = ["nation", "province", "prefecture", "county", "township"]
CHINA = (73.4, 3.4, 135.1, 53.6)
FRANCE = (-5.2, 41.3, 9.6, 51.1)
ARGENTINA = (-73.6, -55.1, -53.6, -21.8)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def drafted(path: Path, kind: str, **more: Any) -> Draft:
    return next(draft for draft in drafts(path, LEVELS, kind, **more))


def columns(draft: Draft) -> dict[str, str]:
    return {guess.field: guess.column for guess in draft.guesses}


def why(draft: Draft) -> dict[str, str]:
    return {part.name: part.reason for part in draft.left_out}


def asked(draft: Draft) -> dict[str, Question]:
    return {question.key: question for question in draft.questions}
