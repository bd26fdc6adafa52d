"""A file that was dropped: what it does not tell is asked, and the answers go with it into the next check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from one_page import one_page, shown
from streamlit.testing.v1 import AppTest

from atlas.intake import allowed, held
from atlas.intake.checker import Checked
from atlas.intake.held import Held
from atlas.intake.report import Asked, Choice, Content, Left, Report
from atlas.pieces import dropped_file
from ground.phrases import phrase
from importer.errors import FileTooLarge
from indicators.database import Atlas

WINDOW = "test session id"  # AppTest's own
QUESTION = Asked(
    "about",
    "这张表是哪里的？",
    "Which **place** is this?",
    "<b>seen</b>",
    "",
    (Choice("43", "湖南", "Hunan"), Choice("44", "粤", "G")),
)


def checked(*questions: Asked, rejected: int = 3) -> Checked:
    left = (Left("column", "备注<b>", "not_declared", "x"), Left("sheet", "字典", "no_such_reason", ""))
    part = Content("coverage", "kind = 1", {"name": 1}, (), (), (), left, questions)
    return Checked(Report(4, rejected, (part,)), b"", False)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas) -> Iterator[AppTest]:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))
    monkeypatch.setattr(allowed, "prepare", lambda atlas: None)
    held.hold(WINDOW, Held("村.csv", b"a,b\n", "coverage", ""))
    kwargs: dict[str, Any] = {
        "name": "data",
        "query": {},
        "lang": "zh",
        "kept": None,
    }  # AppTest looks up choices in the default language
    made = AppTest.from_function(one_page, kwargs=kwargs, default_timeout=90)
    made.session_state[dropped_file.ANSWER] = dropped_file.Answer("村.csv", checked(QUESTION))
    yield made
    held.release(WINDOW)


def test_a_question_is_answered_and_the_file_checked_again(monkeypatch: pytest.MonkeyPatch, page: AppTest) -> None:
    asked: list[tuple[str, bytes, str | None, Mapping[str, str]]] = []

    def check(atlas: Atlas, name: str, file: Any, kind: str | None, declaration: str, **more: Any) -> Checked:
        asked.append((name, file.read(), kind, more["answers"]))
        return checked(rejected=0) if more["answers"] else checked(QUESTION)

    monkeypatch.setattr(allowed, "check", check)
    page.run()
    assert not page.exception
    [box] = [box for box in page.selectbox if "哪里" in box.label]
    assert box.value is None and "**" not in box.label.replace("\\*", "")
    box.select("44")
    page.run()
    next(button for button in page.button if "重新检查" in button.label).click()
    page.run()
    assert not page.exception
    assert asked == [("村.csv", b"a,b\n", "coverage", {"about": "44"})]
    assert "共 4 行：可导入 4 行" in shown(page)
    next(button for button in page.button if "清除" in button.label).click()
    page.run()
    assert asked[-1][3] == {} and held.of(WINDOW) is not None


def test_what_is_left_out_is_listed(page: AppTest) -> None:
    page.run()
    text = shown(page)
    assert "文件中未使用的部分" in text and "备注<b>" in text and "声明里没有指定读取" in text
    assert "no_such_reason" in text, "a word of a process that nobody trusts is shown, not looked up"


def test_a_file_that_is_no_longer_held_is_asked_for(page: AppTest) -> None:
    held.release(WINDOW)
    page.run()
    assert "请重新提交该文件" in shown(page)
    assert all(button.disabled for button in page.button if "重新检查" in button.label)


def test_few_files_are_held_and_none_that_is_large() -> None:
    try:
        held.hold("large", Held("a", bytes(held.MOST_BYTES + 1), None, ""))
        assert held.of("large") is None
        for n in range(7):
            held.hold(f"window {n}", Held("a", bytes(held.MOST_BYTES), None, ""))
        assert held.of("window 0") is None and held.of("window 6") is not None
        assert sum(held.of(f"window {n}") is not None for n in range(7)) * held.MOST_BYTES <= held.ALL_BYTES
    finally:
        for n in range(7):
            held.release(f"window {n}")


def test_a_refusal_speaks_the_language_of_the_page(page: AppTest) -> None:
    refusal = FileTooLarge("村.xlsx", phrase("at most {n} MiB", n="<512>"), "an empty file", "export it again")
    page.session_state[dropped_file.ANSWER] = dropped_file.Answer("村.xlsx", refusal)
    page.run()
    text = shown(page)
    assert "空文件" in text and "重新导出" in text and "<512>" in text
    assert "an empty file" not in text
