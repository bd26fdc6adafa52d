"""Names are found as people write them: on a slice of China by hand."""

from __future__ import annotations

import time
from pathlib import Path

import names_by_hand as hand
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.places.search_letters import plain, readings
from indicators.database import Atlas
from indicators.names import search
from indicators.names.search import Answered

VILLAGE = "431124102201"
COUNTY = "431124"


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return hand.write(tmp_path_factory.mktemp("names"))


def ids(answered: Answered) -> list[str]:
    return [one.place_id for one in answered.found]


@pytest.mark.parametrize(
    "asked",
    [
        *("寿佛村", "寿佛", "永州市道县寿佛村", "湖南永州道县寿佛", "湖南省永州市道县寿雁镇寿佛村", "道县寿佛村"),
        *("道县 寿佛村", "道县，寿佛村", "寿佛村（道县）", "寿佛村 道县", "湖南 寿佛", "永州市›道县›寿佛村"),
        *("寿佛村委会", "寿佛村民委员会", "寿佛村民", "寿佛村委", "寿佛社区", "寿佛社区居委会"),
        *("shoufo", "shou fo", "Shou Fo", "SHOUFO", "shou'fo", "shòufó", "shou4fo2", "shoufocun", "shoufo c"),
        *("daoxian shoufo", "daoxianshoufo", "hunan yongzhou daoxian shoufo cun", "shou佛", "ＳＨＯＵＦＯ"),
        *("Shoufo Village", "Daoxian County Shoufo Village", "Shoufo Residents' Committee"),
        *("壽佛村", "道縣壽佛村", "431124102201", "4311 2410 2201", "４３１１２４１０２２０１"),
    ],
)
def test_a_village_is_found_in_each_of_these_ways(atlas: Atlas, asked: str) -> None:
    answered = search.search(atlas, asked, 8)
    assert answered.only is not None and answered.only.place_id == VILLAGE, ids(answered)
    assert not answered.is_near


@pytest.mark.parametrize(
    "asked", ["道县", "道", "道縣", "dao xian", "daoxian", "DAOXIAN", "Daoxian", "永州道县", "431124", "431124000000"]
)
def test_a_county_comes_first(atlas: Atlas, asked: str) -> None:
    assert ids(search.search(atlas, asked, 8))[0] == COUNTY


@pytest.mark.parametrize("asked", ["shoufu", "shou fu", "shoufucun"])
def test_a_letter_of_several_readings_is_found_by_each(atlas: Atlas, asked: str) -> None:
    found = ids(search.search(atlas, asked, 8))
    assert VILLAGE in found and "141102100202" in found  # the second is read so and no other way


@pytest.mark.parametrize("asked", ["changhang", "zhangxing", "changxing", "chongyang", "zhongyang"])
def test_every_reading_of_every_letter(atlas: Atlas, asked: str) -> None:
    assert {"610115001202", "610115001203"} & set(ids(search.search(atlas, asked, 8)))


@pytest.mark.parametrize("asked", ["sf", "sfc", "shouf", "shouyan", "寿"])
def test_what_is_not_typed_to_its_end(atlas: Atlas, asked: str) -> None:
    answered = search.search(atlas, asked, 8)
    assert {VILLAGE, "431124102202"} & set(ids(answered))
    assert not answered.is_near


@pytest.mark.parametrize(
    ("asked", "place_id"),
    [("江华县", "431129"), ("江华", "431129"), ("江华瑶族自治县", "431129"), ("江华县沱江镇", "431129100")],
)
def test_a_long_official_name_may_be_short(atlas: Atlas, asked: str, place_id: str) -> None:
    assert ids(search.search(atlas, asked, 8))[0] == place_id


def test_one_syllable_or_two(atlas: Atlas) -> None:
    assert ids(search.search(atlas, "xi'an", 8))[0] == "610100"
    assert {"610100", "431129100202"} <= set(ids(search.search(atlas, "xian", 20)))
    assert "431129100202" not in ids(search.search(atlas, "xi'an", 20))  # there the syllable is one


@pytest.mark.parametrize("asked", ["lvliang", "luliang", "lüliang", "lǚliáng", "lyuliang"])
def test_a_vowel_that_no_keyboard_has(atlas: Atlas, asked: str) -> None:
    assert "141100" in ids(search.search(atlas, asked, 8))


@pytest.mark.parametrize(
    "asked",
    [
        "寿弗村",
        "授佛村",
        "佛寿村",
        "寿佛佛村",
        "道县寿弗村",
        "永洲市道县寿佛村",
        "受弗村",
        "shofo",
        "shouof",
        "shoufoo",
    ],
)
def test_a_slip_is_said_and_forgiven(atlas: Atlas, asked: str) -> None:
    answered = search.search(atlas, asked, 20)
    assert VILLAGE in ids(answered)
    assert answered.is_near and answered.only is None


def test_a_letter_that_sounds_alike_is_the_likelier_slip(atlas: Atlas) -> None:
    assert ids(search.search(atlas, "寿弗村", 8))[0] == VILLAGE


def test_the_ending_that_was_typed_comes_first(atlas: Atlas) -> None:
    assert ids(search.search(atlas, "寿清", 8)) == ids(search.search(atlas, "寿清社区", 8)) == ["431124102004"]
    assert ids(search.search(atlas, "新村", 8))[0] == "431124102203"  # and not the one that only has it
    assert "431129100203" in ids(search.search(atlas, "新村", 8))


def test_of_several_none_is_the_one(atlas: Atlas) -> None:
    answered = search.search(atlas, "团结村", 8)
    assert answered.total == 2 and answered.only is None
    assert len(search.search(atlas, "团结村", 1).found) == 1
    narrowed = search.search(atlas, "西安 团结村", 8)
    assert narrowed.only is not None and narrowed.only.place_id == "610115001201"


def test_a_name_is_marked_where_it_was_asked(atlas: Atlas) -> None:
    for asked in ("shoufo", "寿佛", "壽佛村", "道县寿佛", "sf"):
        answered = search.search(atlas, asked, 8)
        assert search.marked(atlas, "寿佛村", answered.asked) in ((0, 2), (0, 3)), asked
    assert search.marked(atlas, "别处", search.search(atlas, "寿佛", 8).asked) is None


@given(row=st.sampled_from([row for row in hand.VILLAGES if len(row[1]) >= 3]), data=st.data())
def test_one_letter_dropped_or_altered_is_forgiven(row: tuple[str, ...], data: st.DataObject, atlas: Atlas) -> None:
    code, name = row[:2]
    bare = next(name.removesuffix(one) for one in [*hand.ENDINGS["village"], ""] if name.endswith(one))
    position = data.draw(st.integers(0, len(bare) - 1))
    other = data.draw(st.sampled_from(["", "龘", "村", "x"]))
    if len(bare) < 3 and not other:
        return  # of two letters one is left: no name to be near to
    typed = bare[:position] + other + bare[position + 1 :] + name[len(bare) :]
    found = search.search(atlas, typed, 50)
    assert code in ids(found), typed


@given(row=st.sampled_from(hand.VILLAGES), data=st.data())
def test_any_reading_of_each_letter_finds_the_name(row: tuple[str, ...], data: st.DataObject, atlas: Atlas) -> None:
    said = [data.draw(st.sampled_from(readings(letter))) for letter in row[1]]
    for between in ("", " ", "'"):
        assert row[0] in ids(search.search(atlas, between.join(said), 50)), said


@given(asked=st.text(max_size=120))
def test_any_text_is_answered(atlas: Atlas, asked: str) -> None:
    answered = search.search(atlas, asked, 8)
    assert len(answered.found) <= 8 and answered.total >= len(answered.found)


@pytest.mark.parametrize(
    "asked", ["", " ", "%", "_", "' OR 1=1 --", "\\", "🏔", ".*", "(((((", "\0", "a" * 10_000, "寿" * 10_000, "-", "·"]
)
def test_what_names_nothing_costs_little(atlas: Atlas, asked: str) -> None:
    search.search(atlas, "寿佛", 1)
    begun = time.thread_time()
    answered = search.search(atlas, asked, 8)
    assert time.thread_time() - begun < 0.5
    assert answered.found == ()


def test_an_atlas_of_before_knows_no_readings_but_names(tmp_path: Path) -> None:
    old = hand.write(tmp_path, has_letters=False)
    assert ids(search.search(old, "道县寿佛村", 8)) == [VILLAGE]
    assert search.search(old, "daoxian", 8).found[0].place_id == COUNTY  # its Latin name
    assert search.search(old, "shoufo", 8).found == ()


def test_letters_are_read_and_simplified() -> None:
    assert set(readings("佛")) >= {"fo", "fu"}
    assert {"lv", "lu", "lyu"} <= set(readings("绿"))
    assert readings("A") == [] and readings("🏔") == []
    assert [plain(letter) for letter in "壽縣臺村"] == ["寿", "县", "台", "村"]
