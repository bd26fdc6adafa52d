"""The words: every sentence is translated, and what comes from a visitor is checked."""

from __future__ import annotations

import ast
import shutil
import string
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message

from atlas.look import language
from atlas.look.language import CHINESE, DEFAULT_LANGUAGE, LANGUAGES, ROOT, SOURCE_LANGUAGE, nt, pick, place_name, t

TRANSLATED = [code for code in LANGUAGES if code != SOURCE_LANGUAGE]
WHOLE = [CHINESE]  # in another language what is not translated yet is shown in English


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    with language.speaking(DEFAULT_LANGUAGE):
        yield


def _sentences(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# --- the catalogues ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", WHOLE)
def test_every_sentence_is_translated(code: str) -> None:
    catalogue = language.read_catalogue(code)
    missing = []
    for message in language.messages_in_code():
        found = catalogue.get(message.id) if message.id else None
        if message.id and (found is None or not all(_translations(found))):
            missing.append(_sentences(message)[0])
    assert not missing, f"atlas/text/{code}.po lacks {missing}; run: python -m atlas.look.language, then translate"


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_unused_or_fuzzy(code: str) -> None:
    in_code = language.messages_in_code()
    messages = [message for message in language.read_catalogue(code) if message.id]
    unused = [_sentences(message)[0] for message in messages if message.id not in in_code]
    assert not unused, f"no code shows {unused}; run: python -m atlas.look.language --prune"
    assert not [message.id for message in messages if message.fuzzy]


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_fill_in_the_same_fields(code: str) -> None:
    for message in language.read_catalogue(code):
        if message.id:
            expected = _fields(_sentences(message)[-1])
            for translation in _translations(message):
                assert not translation or _fields(translation) == expected, (message.id, translation)


def _calls() -> Iterator[tuple[str, Any, str]]:
    """Every t(), nt() and mark() in the code: where, the call, which of them."""
    files = [*(ROOT / "atlas").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "dashboard.py"]
    for path in files:
        nodes: Iterator[Any] = ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else iter([])
        for node in nodes:
            name = _called(node)
            if name in language.KEYWORDS and node.args and path.name != "language.py":
                yield f"{path.name}:{node.lineno}", node, name


def _called(node: Any) -> str:
    """The name of t(…) and language.t(…); nothing for other calls."""
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return called.attr if called.value.id == "language" else ""
    return called.id if isinstance(called, ast.Name) else ""


def test_the_extractor_sees_every_sentence_in_the_code() -> None:
    """It does not look into f-strings, and nothing can look into a variable."""
    found = {sentence for message in language.messages_in_code() for sentence in _sentences(message)}
    for place, call, _ in _calls():
        text = call.args[0]
        if isinstance(text, ast.Constant):
            assert text.value in found, f"{place}: {text.value!r} is not extracted; is it in an f-string?"


def test_calls_pass_the_fields_that_the_sentence_names() -> None:
    for place, call, name in _calls():
        texts = [arg.value for arg in call.args[:2] if isinstance(arg, ast.Constant)]
        given = {keyword.arg for keyword in call.keywords}
        if name == "mark" or None in given or not texts:
            continue
        needed = set().union(*(_fields(str(text)) for text in texts)) - ({"n"} if name == "nt" else set())
        assert needed <= given, f"{place}: {texts[0]!r} needs {sorted(needed)}"


def test_update_adds_what_is_missing_keeps_the_order_and_is_stable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(language.TEXT_DIR, tmp_path / "text")
    monkeypatch.setattr(language, "TEXT_DIR", tmp_path / "text")
    path = tmp_path / "text" / "zh.po"
    language.update("zh")
    before = path.read_bytes()
    assert language.update("zh")[0] == []
    assert path.read_bytes() == before

    blocks = before.decode().split("\n\n")
    gone = next(i for i, block in enumerate(blocks) if '"Unknown"' in block)
    path.write_text("\n\n".join(blocks[:gone] + blocks[gone + 1 :] + ['msgid "Not shown"\nmsgstr "无"\n']))
    added, unused = language.update("zh")
    assert (added, unused) == (["Unknown"], ["Not shown"])
    after = path.read_text(encoding="utf-8")
    assert after.index('"Unconnected"') < after.index('"Not shown"') < after.index('"Unknown"')
    assert "Creation-Date" not in after and "#:" not in after
    language.update("zh", prune=True)
    assert '"Not shown"' not in path.read_text(encoding="utf-8")


# --- speaking ---------------------------------------------------------------------------------------


def test_sentences_are_translated_before_they_are_filled_in() -> None:
    assert t("Unconnected") == "未通"
    assert t("range {range}", range="1–2 {n}") == "区间 1–2 {n}"
    with language.speaking("en"):
        assert t("Unconnected") == "Unconnected"
        assert t("range {range}", range="1–2") == "range 1–2"
    assert t("") == ""


def test_counts_choose_the_form_of_the_sentence() -> None:
    with language.speaking("en"):
        assert nt("{n} village", "{n} villages", 1) == "1 village"
        assert nt("{n} village", "{n} villages", 12_000) == "12,000 villages"
        assert nt("{n} village", "{n} villages", 130_000, n="130,000") == "130,000 villages"
    assert nt("{n} village", "{n} villages", 1) == "1 个"


def test_pairs_fall_back_to_what_there_is() -> None:
    assert pick({"zh": "宽带", "en": "Broadband"}) == "宽带"
    with language.speaking("en"):
        assert pick({"zh": "宽带", "en": "Broadband"}) == "Broadband"
        assert pick({"zh": "宽带", "en": ""}) == "宽带"
        assert pick({"pt": "Fibra"}) == "Fibra"
        assert pick({}) == ""


def test_a_place_keeps_its_own_name_where_no_english_one_is_known() -> None:
    assert place_name("永州市", "Yongzhou") == "永州市"
    with language.speaking("en"):
        assert place_name("永州市", "Yongzhou") == "Yongzhou"
        assert place_name("永州市", None) == place_name("永州市", float("nan")) == "永州市"


def test_each_thread_speaks_its_own_language() -> None:
    heard = []
    language.use("en")
    thread = threading.Thread(target=lambda: heard.append(language.current()))
    thread.start()
    thread.join()
    assert heard == [DEFAULT_LANGUAGE]


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(language.UnknownLanguage, match=r"'xx' is not one of zh, en"):
        language.use("xx")


def test_names_and_tags() -> None:
    assert [language.own_name(code) for code in ("zh", "en")] == ["中文", "English"]
    assert [language.html_tag(code) for code in ("zh", "en")] == ["zh-CN", "en"]


# --- what visitors send -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.5", "en"),
        ("qaa-FR, en;q=0.3, zh;q=0.7", "zh"),
        ("qaa;q=1, qab", None),
        ("en;q=0, zh;q=0.1", "zh"),
        ("en;q=nan, zh;q=0.1", "zh"),
        ("en;q=abc;x", None),
        ("zh_TW", "zh"),
        (";;;,,,=", None),
        ("en" * 100_000, None),
        ("", None),
        (None, None),
    ],
)
def test_best_match(header: str | None, expected: str | None) -> None:
    assert language.best_match(header) == expected


@pytest.mark.parametrize("requested", ["../../etc/passwd", "EN", "", None, ["en"], 3, "zh.po"])
def test_only_known_codes_get_through(requested: object) -> None:
    assert language.allowed(requested) is None
    assert language.choose(requested, "en") == "en"
    assert language.choose(requested, None) == DEFAULT_LANGUAGE


def test_the_link_wins_over_the_browser() -> None:
    assert language.choose("zh", "en") == "zh"
    assert language.choose(None, None, default="en") == "en"
    assert language.choose(None, None, default="xx") == SOURCE_LANGUAGE
