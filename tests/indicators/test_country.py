"""What sentences call the levels and settlements of a country: as its profile says, else made of the levels' names."""

from __future__ import annotations

from pathlib import Path

import pytest
from mini_profile import Profile

from atlas.look import country_words, figures, language
from atlas.look.language import counted, speaking, t
from etl.declaration import load_profile
from etl.errors import DeclarationError
from indicators import country
from indicators.database import Atlas, current


def test_words_are_made_of_the_names_of_levels(mini_atlas: Atlas) -> None:
    words = country.words(mini_atlas)
    assert words["region"] == {"zh": "大区", "en": "region"}
    assert words["county"] == words["outlined"] == {"zh": "地区", "en": "district"}
    assert words["county_plural"] == {"zh": "地区", "en": "districts"}
    assert words["lowest"]["en"] == "ward" and words["local"] == {"zh": "地区", "en": "district"}
    assert words["counted"] == {"zh": "{n} 个村", "en": "{n} villages"}
    assert not country.is_pinyin(mini_atlas)


SPOKEN = 'name = { zh = "聚落", en = "Settlement" }'


def test_a_profile_says_how_it_is_called(mini: Profile) -> None:
    own = '\nword = { zh = "定居点", en = "hamlet" }\ncounted = { zh = "{n} 处定居点", en = "{n} hamlets" }'
    mini.edit("profile.toml", SPOKEN, SPOKEN + own)
    mini.edit("profile.toml", 'en = "District" }', 'en = "District" }\nplural = { zh = "各地区", en = "shires" }')
    mini.build()
    atlas = current(mini.build_dir)
    words = country.words(atlas)
    assert words["settlements"] == {"zh": "定居点", "en": "hamlets"} and words["village"]["zh"] == "定居点"
    assert words["county_plural"]["en"] == "shires" and words["county"]["en"] == "district"
    labels = dict(atlas.cursor().execute("SELECT column_name, label_zh FROM meta_field").fetchall())
    assert labels["villages_in_pilots"] == "试点范围内定居点（不重复）"
    units = {row[0] for row in atlas.cursor().execute("SELECT unit FROM meta_field").fetchall()}
    assert "crown per village" in units and not [unit for unit in units if unit and "yuan" in unit]
    country_words.use(country.words(atlas))
    for lang, many in (("zh", "1,740 处定居点"), ("en", "1,740 hamlets")):
        with speaking(lang):
            assert counted(figures.count(1740)) == many


@pytest.mark.parametrize(
    "wrong",
    [
        'counted = { zh = "个村", en = "{n} villages" }',
        'counted = { zh = "{n}{n}", en = "{n} villages" }',
        'counted = { zh = "{n} 个村", en = "{n.__class__} {n} villages" }',
        'word = { zh = "{n}", en = "hamlet" }',
        'word = { zh = "⟨county⟩", en = "hamlet" }',
    ],
)
def test_words_with_fields_of_their_own_are_refused(mini: Profile, wrong: str) -> None:
    mini.edit("profile.toml", SPOKEN, f"{SPOKEN}\n{wrong}")
    with pytest.raises(DeclarationError, match=r"level\[5\]"):
        load_profile(mini.folder)


@pytest.mark.parametrize(("word", "many"), [("county", "counties"), ("bay", "bays"), ("parish", "parishes")])
def test_english_plurals(word: str, many: str) -> None:
    assert country._plural(word) == many


def test_marks_are_filled_before_fields_and_what_is_given_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(country_words, "_words", country_words._words | {"county": {"zh": "县", "en": "county"}})
    with language.speaking("en"):
        assert t("Drawn by ⟨county⟩") == "Drawn by county"
        assert t("⟨County⟩ code") == "County code"
        assert t("Villages of {place}", place="⟨county⟩") == "Villages of ⟨county⟩"
        assert country_words.fill("⟨nobody⟩", "en") == "⟨nobody⟩"


def test_a_level_that_is_called_like_a_field_stays_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = {"outlined_plural": {"zh": "{0.__class__}", "en": "{% raw %}"}}
    monkeypatch.setattr(country_words, "_words", country_words._words | hostile)
    with speaking("en"):
        assert t("whole ⟨outlined_plural⟩ only") == "whole {% raw %} only"
        assert t("whole ⟨outlined_plural⟩ alone: {share} off", share="3%") == "whole {% raw %} alone: 3% off"


def test_a_file_that_a_worker_makes_says_the_countrys_money(mini: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is a process of its own: it opens the atlas itself."""
    from atlas.work import worker

    mini.build()
    country_words.use({"currency": {"zh": "元", "en": "yuan"}})
    path: Path = current(mini.build_dir).path
    worker._atlas.cache_clear()
    worker._atlas(path)
    with speaking("en"):
        assert figures.money(5) == "5 crown"
