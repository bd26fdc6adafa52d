"""Names in pinyin as official maps write them: readings of places, kinds in English, apostrophes, peoples."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mini_profile import Profile

from etl.declaration import DeclarationError
from etl.places.readings import Reader
from etl.places.romanise import Pinyin
from indicators.database import Atlas

ROOT = Path(__file__).resolve().parents[3]
NAMES = tomllib.loads((ROOT / "data/china/sources/places.toml").read_text(encoding="utf-8"))["names_en"]
IDEOGRAPHS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.fixture(scope="module")
def chinese() -> Pinyin:
    """The rules that the default profile declares."""
    return Pinyin([(ending, english) for ending, english in NAMES["suffixes"]], NAMES["peoples"], NAMES["readings"])


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("寿佛村委会", "Shoufo Village"),
        ("寿佛村村民委员会", "Shoufo Village"),
        ("新安社区居委会", "Xin'an Community"),
        ("达来嘎查村委会", "Dalai Gacha"),
        ("龙泉街道", "Longquan Subdistrict"),
        ("枧头镇", "Jiantou Town"),
        ("新田县", "Xintian County"),
        ("吕家村", "Lüjia Village"),
        ("旅顺口区", "Lüshunkou District"),
        ("周家村委会（新）", "Zhoujia Village (Xin)"),
        ("乐山八、九村居委会", "Leshanba, jiu Village"),
        ("经济开发区", "Economic Development Zone"),
    ],
)
def test_a_name_is_one_word_and_its_kind_is_translated(chinese: Pinyin, name: str, latin: str) -> None:
    assert chinese(name) == latin


@pytest.mark.parametrize(
    ("name", "latin"), [("道县", "Daoxian County"), ("王村委会", "Wangcun Village"), ("侯镇", "Houzhen Town")]
)
def test_a_name_of_one_syllable_keeps_its_kind(chinese: Pinyin, name: str, latin: str) -> None:
    assert chinese(name) == latin


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("长岭县", "Changling County"),
        ("长子县", "Zhangzi County"),
        ("朝阳区", "Chaoyang District"),
        ("重庆路社区", "Chongqinglu Community"),
        ("三都镇", "Sandu Town"),
        ("乐亭县", "Laoting County"),
        ("民乐县", "Minle County"),
        ("珲春市", "Hunchun City"),
        ("十里堡村", "Shilipu Village"),
        ("仇家村", "Qiujia Village"),
        ("银行村", "Yinhang Village"),
    ],
)
def test_characters_of_several_readings_are_read_as_places_are(chinese: Pinyin, name: str, latin: str) -> None:
    assert chinese(name) == latin


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("江华瑶族自治县", "Jianghua Yao Autonomous County"),
        ("双江拉祜族佤族布朗族傣族自治县", "Shuangjiang Lahu, Va, Blang and Dai Autonomous County"),
        ("东乡族自治县", "Dongxiang Autonomous County"),
        ("梅里斯达斡尔族区", "Meilisi Daur District"),
        ("于家务回族乡", "Yujiawu Hui Ethnic Township"),
    ],
)
def test_peoples_are_translated(chinese: Pinyin, name: str, latin: str) -> None:
    assert chinese(name) == latin


def test_what_is_no_chinese_stays_as_it_is(chinese: Pinyin) -> None:
    assert chinese("<img src=x onerror=alert(1)>村") == "<img src=x onerror=alert(1)> Village"
    assert chinese("") == ""


@given(st.text(IDEOGRAPHS, min_size=1, max_size=8))
def test_every_common_character_has_a_reading(name: str) -> None:
    assert all(is_read and one.isalpha() for one, is_read in Reader({}).syllables(name))


def test_a_reading_has_a_syllable_for_each_character(mini: Profile) -> None:
    names = 'file = "places/names-en.csv"\nmethod = "pinyin"\nreadings = { "朝阳" = "chaoyang" }'
    mini.edit("sources/register.toml", "[kinds] #", f"[names_en]\n{names}\n\n[kinds] #")
    with pytest.raises(DeclarationError, match=r"names_en\.readings"):
        mini.places()


def test_villages_have_latin_names_that_a_declaration_may_mend(mini: Profile) -> None:
    """A village of the invented country is renamed; another keeps what the rule makes of it."""
    names = 'file = "places/names-en.csv"\nmethod = "pinyin"\nsuffixes = [["村", " Village"]]'
    mini.edit("sources/register.toml", "[kinds] #", f"[names_en]\n{names}\n\n[kinds] #")
    mini.add_line("places/names-en.csv", "010101100,White")
    mini.build()
    with mini.built() as atlas:
        named = dict(atlas.execute("SELECT place_id, name_en FROM village ORDER BY place_id").fetchall())
    assert named.pop("010101100") == "White"
    assert None not in named.values()


def test_without_names_villages_have_none(mini_atlas: Atlas) -> None:
    assert mini_atlas.cursor().execute("SELECT count(name_en) FROM village").fetchall() == [(0,)]
