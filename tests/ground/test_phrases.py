"""Sentences that remember how they were made, also when a stranger sends them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.look import language
from ground.phrases import Phrase, cut, phrase, plain, read


def test_a_phrase_is_its_english_text_and_is_said_again() -> None:
    made = phrase("a column for {missing}", missing="code or name")
    assert made == "a column for code or name" and made.template == "a column for {missing}"
    with language.speaking("zh"):
        assert language.said_again(made) == "对应 code or name 的列"
        assert language.said_again("an empty file") == "空文件"
        assert language.said_again("what nobody translated") == "what nobody translated"


@given(st.text(max_size=50))
def test_data_in_a_field_stays_data(text: str) -> None:
    made = phrase("put it at {exact}", exact=text)
    back = read(json.loads(json.dumps(plain(made))), 1_000)
    assert back == made == f"put it at {text}" and isinstance(back, Phrase)
    assert read(plain(text), 1_000) == text, "a plain text with braces in it is no template"


FORMATS = ["{n:>1000000000}", "{n.__class__}", "{n[0]}", "{n!r:>99999999}", "{", "}", "{{n}}", "{0}", "{}", "{N}"]


@pytest.mark.parametrize("template", [*FORMATS, "{n}{missing}"])
def test_a_template_that_asks_for_more_than_its_fields_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="text"):
        read([template, {"n": "x"}], 1_000)


NO_TEXTS = [None, 1, [], ["a"], [1, {}], ["a", []], ["a", {"n": 1}], ["a", {"n m": "x"}], {"a": 1}]


@pytest.mark.parametrize("told", NO_TEXTS)
def test_what_is_no_text_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="text"):
        read(told, 1_000)


def test_long_fields_are_cut_and_the_sentence_stays_whole() -> None:
    made = cut(phrase("a column {wanted}", wanted="x" * 5_000), 100)
    assert made == f"a column {'x' * 100}" and isinstance(made, Phrase)
