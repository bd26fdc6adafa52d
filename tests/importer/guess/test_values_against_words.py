"""Header words against values: a guess that its own cells contradict is none, and what has two readings is asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely
from drafting import CHINA, LEVELS, asked, columns, drafted, why, write

from etl.source_form import FORMS, BoundariesForm
from ground.declared import ID
from ground.declared import read as read_form
from importer.dry_run import dry_run
from importer.errors import FileUnreadable
from importer.guess import headings, units
from importer.guess.draft import drafts

# --- shares -----------------------------------------------------------------------------------------------


def test_counts_are_no_shares(tmp_path: Path) -> None:
    """SATELITAL alone could be percents; the columns beside it, of the same kind, cannot."""
    text = "Provincia,Localidad,ADSL,SATELITAL,WIRELESS\nA,Uno,755,2,727\nA,Dos,181,0,12\nB,Tres,0,17,181\n"
    path = write(tmp_path / "a.csv", text)
    assert drafts(path, LEVELS) == []
    made = drafted(path, "coverage")
    assert why(made) == dict.fromkeys(["ADSL", "SATELITAL", "WIRELESS"], "doubtful") and "wide" not in made.body
    with pytest.raises(FileUnreadable, match="0 … 755 > 100"):
        dry_run(path, LEVELS)


def test_distances_are_no_shares(tmp_path: Path) -> None:
    text = "school,lat,lon,nearest_LTE_distance,nearest_GSM_distance\na,-2.7,29.6,3.2,0.4\nb,-2.6,29.8,11.9,2.2\n"
    made = drafted(write(tmp_path / "a.csv", text), "coverage")
    assert why(made).items() >= {"nearest_LTE_distance": "doubtful", "nearest_GSM_distance": "doubtful"}.items()
    assert made.lacks == ("share", "is_covered", "download_mbps")


def test_whole_numbers_below_a_hundred_are_asked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "村名,光纤,4G\n甲,3,17\n乙,12,40\n丙,0,8\n")
    key = "meaning:光纤, 4G"
    open_one = drafted(path, "coverage")
    assert asked(open_one)[key].taken is None and open_one.lacks and why(open_one) == {"光纤": "asked", "4G": "asked"}
    shares = drafted(path, "coverage", answers={key: "share"})
    assert shares.body["wide"][0]["value"] == "share" and shares.lacks == ()
    left = drafted(path, "coverage", answers={key: "not_used"})
    assert left.lacks and "wide" not in left.body


@pytest.mark.parametrize(
    "cells",
    [("98.5%", "12%", "0%"), ("0.985", "0.12", "0"), ("98.5", "100", "100")],
)
def test_what_says_itself_that_it_is_a_share(tmp_path: Path, cells: tuple[str, ...]) -> None:
    rows = "".join(f"村{n},{cell},{cell}\n" for n, cell in enumerate(cells))
    made = drafted(write(tmp_path / "a.csv", f"村名,光纤覆盖率,4G覆盖率\n{rows}"), "coverage")
    assert made.body["wide"][0]["value"] == "share" and not [q for q in made.open_questions if q.key != "technology"]


def test_fractions_among_percents_are_asked(tmp_path: Path) -> None:
    rows = "".join(f"村{n},{cell}\n" for n, cell in enumerate(["98.5%", "0.985", "98.5", "97", "100.0"]))
    made = drafted(write(tmp_path / "a.csv", f"村名,光纤覆盖率\n{rows}"), "coverage")
    [question] = [one for one in made.open_questions if one.key.startswith("meaning:")]
    assert "fractions" in question.asks["en"] and why(made) == {"光纤覆盖率": "asked"}


def test_a_share_that_is_told_is_kept_where_half_of_it_can_be_read(tmp_path: Path) -> None:
    cells = ["98.5%", "９８．５％", "100%", "97%", "约98%", "九成"]
    rows = "".join(f"村{n},{cell}\n" for n, cell in enumerate(cells))
    path = write(tmp_path / "a.csv", f"村名,光纤覆盖率\n{rows}")
    [first, *_] = drafts(path, LEVELS)
    assert first.kind == "coverage" and first.body["wide"][0]["value"] == "share"
    assert dry_run(path, LEVELS, kind="coverage").rejected == 2


# --- totals, units ----------------------------------------------------------------------------------------


def test_a_ratio_is_no_total(tmp_path: Path) -> None:
    text = "Provincia,Accesos por cada 100 hogares,Año\nAlfa,78.1,2024\nBeta,61.9,2024\n"
    path = write(tmp_path / "a.csv", text)
    key = "meaning:Accesos por cada 100 hogares"
    assert "households" not in columns(drafted(path, "villages"))
    made = drafted(path, "coverage")
    assert made.lacks and {answer.key for answer in asked(made)[key].answers} == {"share", "not_used"}
    answered = drafted(path, "coverage", answers={key: "share"})
    assert columns(answered)["share"] == "Accesos por cada 100 hogares" and not answered.lacks


def test_a_number_of_a_thousand_is_no_share(tmp_path: Path) -> None:
    made = drafted(write(tmp_path / "a.csv", "village,subscribers per 1000 people\nA,78.1\nB,61.9\n"), "coverage")
    assert why(made) == {"subscribers per 1000 people": "no_field"} and made.lacks


@pytest.mark.parametrize(
    ("text", "unit", "factor"),
    [
        ("总投资（万元）", "currency", 1e4),
        ("投资(亿元)", "currency", 1e8),
        ("总投资万元", "currency", 1e4),
        ("资金（千元）", "currency", 1e3),
        ("资金（百万元）", "currency", 1e6),
        ("总投资（元）", "currency", 1.0),
        ("budget (USD million)", "currency", 1e6),
        ("cost (thousands)", "currency", 1e3),
        ("人口（万人）", "person", 1e4),
        ("人口(万)", "person", 1e4),
        ("户数(万户)", "household", 1e4),
        ("万荣县户数", "household", None),
        ("人口", "person", None),
        ("人口（万人）", "household", None),
        ("avg_d_kbps", "Mbps", 0.001),
        ("Mbps", "Mbps", None),
    ],
)
def test_headers_tell_units(text: str, unit: str, factor: float | None) -> None:
    assert units.factor_said(text, unit) == factor


def test_a_line_above_the_header_tells_units(tmp_path: Path) -> None:
    lines = "某县村情表,,,\n,,,单位：万人、万户\n行政村代码,行政村名称,人口,户数\n"
    rows = "".join(f"4311221002{n:02},村{n},0.1{n},0.03\n" for n in range(10, 30))
    made = drafted(write(tmp_path / "a.csv", lines + rows), "villages")
    told = made.body["columns"]
    assert (
        told["population_persons"] == {"column": "人口", "factor": 10000.0} and told["households"]["factor"] == 10000.0
    )


def test_people_in_fractions_are_asked(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", "行政村代码,行政村名称,人口,户数\n431122100203,甲,0.12,31\n431122100205,乙,0.13,42\n"
    )
    made = drafted(path, "villages")
    assert columns(made) == {"code": "行政村代码", "name": "行政村名称", "households": "户数"}
    assert asked(made)["unit:人口"].taken is None and why(made) == {"人口": "asked"}
    answered = drafted(path, "villages", answers={"unit:人口": "10000"})
    assert answered.body["columns"]["population_persons"] == {"column": "人口", "factor": 10000.0}
    assert why(drafted(path, "villages", answers={"unit:人口": "not_used"})) == {"人口": "answered_not_used"}


def test_money_is_never_dropped_in_silence(tmp_path: Path) -> None:
    rows = "B9|31|AK|North|Firm A|537.32\nB8|32|AK|South|Firm B|6716.50\n"
    path = write(tmp_path / "a.csv", f"itemname|geo_id|state|county|bid|total_bid_amount\n{rows}")
    first = drafts(path, LEVELS)[0]
    assert first.kind == "projects" and columns(first)["project_id"] == "itemname"
    assert columns(first)["province_name"] == "state"  # beside a county it is no state of a programme
    assert [one.key for one in first.open_questions] == ["meaning:total_bid_amount"]  # then its unit
    assert why(first)["total_bid_amount"] == "asked" and "places" not in {one.kind for one in drafts(path, LEVELS)}
    answers = {"meaning:total_bid_amount": "granted", "unit:total_bid_amount": "1"}
    assert columns(drafts(path, LEVELS, answers=answers)[0])["granted"] == "total_bid_amount"


# --- words ------------------------------------------------------------------------------------------------

DASHES = "Provincia,Localidad,3G,4G,Wireless\nA,Uno,Sí,--,Sí\nA,Dos,--,--,--\nB,Tres,Sí,Sí,--\n"


def test_what_is_not_yes_may_be_no_or_not_known(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", DASHES)
    made = drafted(path, "coverage")
    [question] = [one for one in made.open_questions if one.key.startswith("words:")]
    assert {answer.key for answer in question.answers} == {"true", "false", "unknown"} and made.lacks
    assert why(made) == dict.fromkeys(["3G", "4G", "Wireless"], "asked")  # of the same words, and treated alike
    for how in ("false", "unknown"):
        [entry] = drafted(path, "coverage", answers={question.key: how}).body["wide"]
        assert entry[how] == ["--"] and entry["value"] == "is_covered"
    run = dry_run(path, LEVELS)
    assert run.read == 0 and question.key in {one.key for one in run.parts[0].questions}  # asked before it is read
    assert dry_run(path, LEVELS, answers={question.key: "false"}).parts[0].quality.loaded == 3


def test_unknown_words_are_asked_and_their_rows_wait(tmp_path: Path) -> None:
    rows = "".join(f"村{n},{said}\n" for n, said in enumerate(["已通", "未通", "是", "否", "√", "在建", "规划中"]))
    path = write(tmp_path / "a.csv", f"村名,是否通光纤\n{rows}")
    made = drafted(path, "coverage")
    assert {one.key for one in made.open_questions} == {"words:是否通光纤:在建", "words:是否通光纤:规划中"}
    assert dry_run(path, LEVELS, kind="coverage").rejected == 2
    answers = {"words:是否通光纤:在建": "false", "words:是否通光纤:规划中": "unknown"}
    [entry] = drafted(path, "coverage", answers=answers).body["wide"]
    assert (entry["false"], entry["unknown"]) == (["在建"], ["规划中"])


def test_a_column_that_cannot_be_read_is_told_and_no_register_is_made_of_the_rest(tmp_path: Path) -> None:
    rows = "".join(
        f"43112210{n:04},村{n},{said}\n" for n, said in enumerate(["预计明年", "看情况", "约30", "待核", "3户通"])
    )
    path = write(tmp_path / "a.csv", f"行政村代码,行政村名称,户数\n{rows}")
    assert drafts(path, LEVELS) == []
    [part] = [one for one in drafted(path, "villages").left_out if one.name == "户数"]
    assert part.reason == "unreadable_cells" and part.saw.startswith("5 / 5: 预计明年")


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("Claro_4G_CG", "4G"),
        ("Cablemódem", "Cablemódem"),
        ("FIBRA ÓPTICA (%)", "FIBRA ÓPTICA"),
        ("是否通光纤", "光纤"),
        ("14g", None),
        ("fibrosis", None),
        ("cabled", None),
    ],
)
def test_technologies_are_whole_words(header: str, word: str | None) -> None:
    span = headings.technology_in(header)
    assert (None if span is None else header[slice(*span)]) == word


def test_labels_that_were_made_are_no_words(tmp_path: Path) -> None:
    rows = "".join(f"5499990010{n},549999001000,村{n},f,f,f,88.1{n},29.1{n}\n" for n in range(10, 30))
    made = drafts(write(tmp_path / "a.csv", rows), LEVELS, extent_degrees=CHINA)
    assert [one.kind for one in made] == ["villages"]  # no technology "column" at 4 Mbit/s
    assert columns(made[0]) == {"code": "column 1", "name": "column 3", "lon": "column 7", "lat": "column 8"}
    assert why(made[0])["column 4"] == "no_header"


# --- codes ------------------------------------------------------------------------------------------------


def test_one_code_for_many_names_is_that_of_a_place_above(tmp_path: Path) -> None:
    rows = "".join(f"S,5,A,63,N,500,GP{n},2000{n},29.8{n},79.7{n},{n % 2 + 1}\n" for n in range(8))
    header = "State Name,State Code,District Name,District_Code,Block_Name,Block_Code,GP Name,GP Code"
    header += ",Latitude,Longitude,Phase"
    path = write(tmp_path / "a.csv", f"{header}\n{rows}")
    for made in drafts(path, LEVELS):
        assert columns(made)["code"] == "GP Code" and columns(made)["name"] == "GP Name"
        assert columns(made)["county_code"] == "Block_Code"
    pilots = drafted(path, "pilots")
    assert columns(pilots)["batch"] == "Phase" and pilots.body["constant"]["year"] >= 1900


def test_a_code_may_stand_in_many_rows_where_it_has_one_name(tmp_path: Path) -> None:
    rows = "".join(f"0{n},村{n},{tech},是\n" for n in range(1, 8) for tech in ("4g", "5g"))
    made = drafted(write(tmp_path / "a.csv", f"代码,村名,技术,是否覆盖\n{rows}"), "coverage")
    assert columns(made)["code"] == "代码"


def test_an_id_is_taken_where_names_repeat(tmp_path: Path) -> None:
    text = "VID,NAME,long,lat\n0501,Forest,78.1,30.1\n0502,Forest,78.2,30.2\n0503,Sewa,78.3,30.3\n"
    assert columns(drafted(write(tmp_path / "a.csv", text), "villages"))["code"] == "VID"
    names_differ = text.replace("0502,Forest", "0502,Wood")
    assert "code" not in columns(drafted(write(tmp_path / "b.csv", names_differ), "villages"))


def test_a_year_below_all_years_is_no_year(tmp_path: Path) -> None:
    made = drafted(write(tmp_path / "a.csv", "县,批次,年度\n东安县,1,1\n祁阳县,1,2\n"), "pilots")
    assert why(made) == {"年度": "doubtful"} and made.body["constant"]["year"] >= 1900


def test_codes_of_land_registers_lose_their_zeros(tmp_path: Path) -> None:
    rows = "".join(f"4311221002{n:02}0000000,村{n},431122,{n + 30}\n" for n in range(10, 30))
    path = write(tmp_path / "a.csv", f"ZLDWDM,ZLDWMC,XZQDM,户数\n{rows}")
    made = drafted(path, "villages")
    assert made.body["columns"]["code"] == {"column": "ZLDWDM", "strip": "0{7}$"}
    assert columns(made).items() >= {"name": "ZLDWMC", "county_code": "XZQDM"}.items()


# --- wide tables, headers of two rows, kinds ----------------------------------------------------------------


def test_years_as_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "分年.csv", "县区,2015年,2016年,2017年\n零陵区,80.1%,89%,95.2%\n东安县,80.1%,89%,98%\n")
    [entry] = drafted(path, "coverage").body["wide"]
    assert entry["columns"] == "(?P<as_of>\\d{4})年" and entry["value"] == "share"
    assert dry_run(path, LEVELS, kind="coverage").rejected == 0
    named = write(tmp_path / "b.csv", "县区,2015年光纤,2016年光纤\n零陵区,80.1%,89%\n")
    [entry] = drafted(named, "coverage").body["wide"]
    assert entry["columns"] == "(?P<as_of>\\d{4})年(?P<technology>光纤)"


def test_a_second_row_of_header(tmp_path: Path) -> None:
    text = "乡镇,行政村,光纤,,4G,\n,,是否通,年份,是否通,年份\n" + "".join(
        f"甲镇,村{n},是,2016,否,2016\n" for n in range(9)
    )
    made = drafted(write(tmp_path / "a.csv", text), "coverage")
    assert made.body["file"]["header_rows"] == 2
    assert made.body["wide"][0]["words"]["technology"] == {"4G": "4g", "光纤": "fibre"}


def test_the_day_is_proposed_by_the_name_of_the_file(tmp_path: Path) -> None:
    text = "村名,是否通光纤\n甲,是\n乙,否\n"
    assert drafted(write(tmp_path / "2018年台账.csv", text), "coverage").body["as_of"] == date(2018, 12, 31)
    both = drafted(write(tmp_path / "2018-2019.csv", text), "coverage")
    assert {answer.key for answer in asked(both)["as_of"].answers} == {"2018-12-31", "2019-12-31"}
    assert drafted(tmp_path / "2018-2019.csv", "coverage", answers={"as_of": "2019年"}).body["as_of"] == date(
        2019, 12, 31
    )


def test_chinese_names_give_ids_of_their_own(tmp_path: Path) -> None:
    text = "行政村代码,行政村名称,是否通光纤\n431122100203,甲,是\n431122100205,乙,否\n"
    names = ["甲", "乙", "假", "东安县", "东安縣", "年度 2018", "a", "…", "很长" * 20]
    ids = [drafts(write(tmp_path / f"{name}.csv", text), LEVELS, "coverage")[0].source_id for name in names]
    assert len(set(ids)) == len(ids) and ids[0].startswith("jia_")
    for one in ids:
        assert ID.fullmatch(one)


def test_every_kind_of_source_has_a_draft(tmp_path: Path) -> None:
    text = "code,name,figure_id,value\n01,Alpha,F1,3\n02,Beta,F2,4\n"
    path = write(tmp_path / "a.csv", text)
    for kind in FORMS:
        if kind == "boundaries":
            with pytest.raises(FileUnreadable, match="outlines"):
                drafts(path, LEVELS, kind)
        else:
            [made] = drafts(path, LEVELS, kind)
            assert made.body["kind"] == kind


def test_boundaries_are_drafted(tmp_path: Path) -> None:
    def feature(code: str, west: int) -> str:
        shape = shapely.to_geojson(shapely.box(west, 26, west + 1, 27))
        told = f'{{"县代码": "{code}", "县": "县{code}", "面积": 1}}'
        return f'{{"type": "Feature", "properties": {told}, "geometry": {shape}}}'

    features = ", ".join(feature(f"43112{n}", 110 + n) for n in range(3))
    path = write(tmp_path / "边界.geojson", f'{{"type": "FeatureCollection", "features": [{features}]}}')
    [made] = drafts(path, LEVELS, "boundaries", extent_degrees=CHINA)
    form = read_form(made.body, BoundariesForm)
    assert (form.columns.code, form.columns.name, form.layer[0].level) == ("县代码", "县", "county")
    assert why(made) == {"面积": "no_field"} and asked(made)["level"].taken == "county"
    bare = write(tmp_path / "bare.json", shapely.to_geojson(shapely.box(110, 26, 111, 27)))
    [made] = drafts(bare, LEVELS, "boundaries", extent_degrees=CHINA)
    form = read_form(made.body, BoundariesForm)
    assert not isinstance(form.columns.code, str) and asked(made)["level"].taken is None


@pytest.mark.parametrize(
    ("stem", "day"),
    [
        ("broadband_data_2019November", date(2019, 11, 30)),
        ("2016年8月通网情况", date(2016, 8, 31)),
        ("2016年底台账", date(2016, 12, 31)),
        ("2016年上半年", date(2016, 6, 30)),
        ("register 2016-08", date(2016, 8, 31)),
        ("village report2016 final", date(2016, 12, 31)),
        ("saved_20250206", date(2000, 1, 1)),  # offered, not taken
    ],
)
def test_the_day_of_a_file_is_read_from_its_name(tmp_path: Path, stem: str, day: date) -> None:
    text = "code,name,4g\n" + "".join(f"0{n},Village {n},{'yes' if n % 2 else 'no'}\n" for n in range(10, 20))
    made = drafted(write(tmp_path / f"{stem}.csv", text), "coverage")
    assert made.body["as_of"] == day
    assert stem != "saved_20250206" or "2025-02-06" in {answer.key for answer in asked(made)["as_of"].answers}


def test_the_day_is_asked_where_nothing_tells_it(tmp_path: Path) -> None:
    """There is no answer to choose: any day may be the right one."""
    path = tmp_path / "list.csv"
    path.write_text("村编码,是否通光纤\n431124102201,是\n431124102202,否\n", encoding="utf-8")
    [question] = [one for one in dry_run(path, LEVELS).parts[0].questions if one.key == "as_of"]
    assert (question.answers, question.taken) == ((), "2000-01-01")
    run = dry_run(path, LEVELS, answers={"as_of": "2016-08-31"})
    assert "as_of = 2016-08-31" in run.parts[0].declaration_text
