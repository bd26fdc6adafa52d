"""Finds the sentences of problems in the rooms below, for the catalogues: `FileUnreadable(name, "a table", …)`.

Babel calls it for the files that babel.cfg names.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

PROBLEMS = ("Problem", "FileMissing", "FileUnreadable", "FileTooLarge", "FileAltered", "DeclarationProblem", "Unfit")
PHRASE = "phrase"
Message = tuple[int, str, str, list[str]]


def extract(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """(line, function, message, comments) of every literal sentence that a problem is made of."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and (name := _called(node.func)) is not None:
            parts = node.args[:1] if name == PHRASE else node.args
            for part in parts:
                for line, text in _literals(part):
                    if any(letter.isalpha() for letter in text):
                        yield line, "", text, []


def _called(func: ast.expr) -> str | None:
    name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else None
    return name if name in (*PROBLEMS, PHRASE) else None


def _literals(part: ast.expr) -> Iterator[tuple[int, str]]:
    """A text, or both texts of a choice; what is put together in another way has no entry."""
    if isinstance(part, ast.Constant) and isinstance(part.value, str):
        yield part.lineno, part.value
    elif isinstance(part, ast.IfExp):
        yield from _literals(part.body)
        yield from _literals(part.orelse)
