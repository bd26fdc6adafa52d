"""The subsidy rule by hand (245 million yuan, the figures of the first batch's pilot) and as a linear
function."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.money import subsidy
from planning.money.subsidy import Rule, RuleError

QUICK = settings(max_examples=60, deadline=None)  # machines are shared

SINCE = date(2018, 5, 25)
REMOTE = Rule("remote", 0.30, 6, SINCE, "notice 226", "remote-2018")
BORDER = Rule("border", 0.30, 10, SINCE, "notice 226", "border-2018")
ISLAND = Rule("island", None, None, SINCE, "notice 226", "island-2018")
RULES = [REMOTE, BORDER, ISLAND]
CAPEX_YUAN = 245e6
amounts = st.floats(0, 1e9)
rates = st.floats(0.01, 1)
years = st.integers(0, 15)


def frame(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["category", "capex_yuan", "yearly_opex_yuan", "contract_date"])


@pytest.mark.parametrize(
    ("rule", "opex_share", "subsidy_yuan"),
    [(REMOTE, 0.0, 73.5e6), (REMOTE, 0.05, 95.55e6), (REMOTE, 0.10, 117.6e6), (BORDER, 0.10, 147e6)],
)
def test_published_rows(rule: Rule, opex_share: float, subsidy_yuan: float) -> None:
    table = subsidy.opex_shares(rule, CAPEX_YUAN, [opex_share])
    assert table["subsidy_yuan"].tolist() == [pytest.approx(subsidy_yuan)]
    assert subsidy.explained(rule, CAPEX_YUAN, opex_share * CAPEX_YUAN).subsidy_yuan == pytest.approx(subsidy_yuan)


def test_what_if_over_the_default_shares() -> None:
    table = subsidy.opex_shares(REMOTE, CAPEX_YUAN)
    assert table["opex_share"].tolist() == [0, 0.05, 0.10]
    assert table["subsidy_yuan"].tolist() == pytest.approx([73.5e6, 95.55e6, 117.6e6])
    # 0.7 · 245 = 171.5 million of the firm's own; 171.5 / 73.5 = 7/3
    assert table["leverage"].tolist() == pytest.approx([7 / 3, 171.5 / 95.55, 171.5 / 117.6])


def test_the_formula_with_its_numbers() -> None:
    parts = subsidy.explained(BORDER, 1_000_000, 50_000, date(2016, 8, 30))
    assert (parts.rate, parts.opex_years, parts.opex_yuan) == (0.30, 10, 500_000)
    assert parts.counted_cost_yuan == 1_500_000
    assert parts.subsidy_yuan == pytest.approx(450_000)
    assert parts.leverage == pytest.approx(700_000 / 450_000)
    assert parts.applies == "counterfactual"


def test_no_subsidy_no_leverage() -> None:
    assert np.isnan(subsidy.explained(REMOTE, 0, 0).leverage)


def test_islands_ask_for_rate_and_years() -> None:
    with pytest.raises(RuleError, match="give both"):
        subsidy.explained(ISLAND, 1e6, 0)
    with pytest.raises(RuleError, match="give both"):
        subsidy.explained(subsidy.completed(ISLAND, rate=0.4), 1e6, 0)
    given_both = subsidy.completed(ISLAND, rate=0.4, opex_years=12)
    assert given_both.is_complete and not ISLAND.is_complete
    assert subsidy.explained(given_both, 1e6, 1e5).subsidy_yuan == pytest.approx(0.4 * 2.2e6)


def test_what_a_document_states_is_not_overwritten() -> None:
    with pytest.raises(RuleError, match=r"states rate 0\.3"):
        subsidy.completed(REMOTE, rate=0.5)
    assert subsidy.completed(REMOTE, rate=0.3) == REMOTE


@pytest.mark.parametrize(
    "bad", [lambda: Rule("remote", 30.0, 6), lambda: Rule("remote", -0.1, 6), lambda: Rule("remote", 0.3, -1)]
)
def test_absurd_rules_are_refused(bad: object) -> None:
    with pytest.raises(RuleError):
        bad()  # type: ignore[operator]


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf")])
def test_absurd_amounts_are_refused(amount: float) -> None:
    with pytest.raises(ValueError, match="capex_yuan"):
        subsidy.explained(REMOTE, amount, 0)
    with pytest.raises(ValueError, match="yearly_opex_yuan"):
        subsidy.explained(REMOTE, 1, amount)


def test_which_rule_holds_when() -> None:
    newer = Rule("remote", 0.35, 6, date(2022, 1, 1), "notice B", "remote-2022")
    rules = [newer, *RULES]
    assert subsidy.applicable(rules, "remote", date(2016, 8, 30)) == REMOTE
    assert subsidy.applicable(rules, "remote", SINCE) == REMOTE
    assert subsidy.applicable(rules, "remote", date(2022, 1, 1)) == newer
    assert subsidy.applicable(rules, "remote", None) == newer
    assert subsidy.applicable(rules, "ordinary", None) is None
    assert subsidy.applies(REMOTE, date(2016, 8, 30), rules) == "counterfactual"
    assert subsidy.applies(REMOTE, SINCE, rules) == "in_force"
    assert subsidy.applies(REMOTE, date(2023, 1, 1), rules) == "superseded"
    assert subsidy.applies(REMOTE, None, rules) == "date_unknown"


def test_a_rule_ends_on_its_last_day() -> None:
    """Rates by region until a day, one for all after it: the old rule is neither forgotten nor applied to later
    contracts.
    """
    west = Rule("west", 0.30, None, date(2016, 1, 1), "notice A", "west-2016", date(2018, 5, 24))
    assert subsidy.in_force([west, *RULES], date(2016, 8, 30)) == [west]
    assert subsidy.in_force([west, *RULES], SINCE) == list(RULES)
    assert subsidy.in_force([west, *RULES], None) == list(RULES)
    assert subsidy.applies(west, date(2018, 5, 24)) == "in_force"
    assert subsidy.applies(west, date(2018, 5, 25)) == "superseded"
    assert subsidy.completed(west, opex_years=6).rate == 0.30


def test_many_rows_and_what_the_sum_leaves_out() -> None:
    day = pd.Timestamp("2019-01-01")
    result = subsidy.subsidies(
        frame(
            ("remote", 100.0, 10.0, day),  # 0.3 · 160 = 48
            ("border", 100.0, 10.0, pd.Timestamp("2016-08-30")),  # 0.3 · 200 = 60
            ("remote", 100.0, 0.0, None),  # 30
            ("remote", None, 10.0, day),
            ("remote", 100.0, None, day),
            ("remote", -5.0, 10.0, day),
            ("island", 100.0, 10.0, day),
            ("ordinary", 100.0, 10.0, day),
            (None, None, None, None),
        ),
        RULES,
    )
    assert result.frame["subsidy_yuan"].tolist()[:3] == pytest.approx([48, 60, 30])
    assert result.frame["subsidy_yuan"].isna().tolist() == [False] * 3 + [True] * 6
    assert result.frame["leverage"].tolist()[:3] == pytest.approx([70 / 48, 70 / 60, 70 / 30])
    assert result.left_out == {
        "no_rule": 2,
        "rule_incomplete": 1,
        "capex_unknown": 1,
        "opex_unknown": 1,
        "negative_amount": 1,
    }
    assert result.applied == {"in_force": 1, "counterfactual": 1, "date_unknown": 1}
    assert (result.rows, result.known_rows) == (9, 3)
    assert (result.capex_yuan, result.subsidy_yuan) == (300, pytest.approx(138))


def test_rows_keep_their_order_and_names_and_dates_are_optional() -> None:
    rows = frame(("border", 1.0, 1.0, None), ("remote", 1.0, 1.0, None), ("border", 2.0, 0.0, None))
    rows.index = pd.Index(["c", "a", "b"])
    result = subsidy.subsidies(rows.drop(columns="contract_date"), RULES)
    assert result.frame.index.tolist() == ["c", "a", "b"]
    assert result.frame["subsidy_yuan"].tolist() == pytest.approx([3.3, 2.1, 0.6])
    assert "rate" not in rows.columns


def test_no_rows() -> None:
    result = subsidy.subsidies(frame(), RULES)
    assert (result.rows, result.subsidy_yuan, sum(result.left_out.values())) == (0, 0, 0)


def test_rules_come_from_a_table() -> None:
    table = pd.DataFrame(
        {
            "rule_id": ["r", "i"],
            "category": ["remote", "island"],
            "rate": [0.3, None],
            "opex_years": pd.array([6, None], dtype="Int64"),
            "valid_from": pd.to_datetime(["2018-05-25", None]),
            "document": ["notice", None],
        }
    )
    assert subsidy.rules_from(table) == [
        Rule("remote", 0.3, 6, SINCE, "notice", "r"),
        Rule("island", None, None, None, "", "i"),
    ]


@QUICK
@given(rates, years, amounts, amounts, amounts, amounts, st.floats(0, 100))
def test_linear_in_both_costs(r: float, n: int, k1: float, o1: float, k2: float, o2: float, factor: float) -> None:
    rule = Rule("any", r, n)

    def granted(capex_yuan: float, opex_yuan: float) -> float:
        return subsidy.explained(rule, capex_yuan, opex_yuan).subsidy_yuan

    assert granted(k1 + k2, o1 + o2) == pytest.approx(granted(k1, o1) + granted(k2, o2))
    assert granted(factor * k1, factor * o1) == pytest.approx(factor * granted(k1, o1))


@QUICK
@given(st.lists(st.tuples(st.sampled_from(["remote", "border"]), amounts, amounts), min_size=1, max_size=20))
def test_a_project_is_the_sum_of_its_villages(villages: list[tuple[str, float, float]]) -> None:
    rows = frame(*[(*village, None) for village in villages])
    project = rows.groupby("category", as_index=False)[["capex_yuan", "yearly_opex_yuan"]].sum()
    by_village, as_whole = subsidy.subsidies(rows, RULES), subsidy.subsidies(project, RULES)
    assert by_village.subsidy_yuan == pytest.approx(as_whole.subsidy_yuan)
    assert by_village.capex_yuan == pytest.approx(as_whole.capex_yuan)


def test_three_quarters_at_contract_the_rest_after_acceptance() -> None:
    table = subsidy.tranches(95_550_000, {"contract": 0.75, "acceptance": 0.25})
    assert table["tranche"].tolist() == ["contract", "acceptance"]
    assert table["amount_yuan"].tolist() == [71_662_500, 23_887_500]


def test_shares_below_the_whole_leave_a_remainder() -> None:
    table = subsidy.tranches(1000, {"contract": 0.75, "acceptance": 0.15})
    assert table["tranche"].tolist() == ["contract", "acceptance", "remainder"]
    assert table["amount_yuan"].tolist() == [750, 150, 100]


@pytest.mark.parametrize("shares", [{"a": 0.8, "b": 0.3}, {"a": -0.1}, {"a": float("nan")}])
def test_absurd_shares_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at most 1"):
        subsidy.tranches(1000, shares)
    with pytest.raises(ValueError, match="subsidy_yuan"):
        subsidy.tranches(-1, {"a": 1.0})


@QUICK
@given(st.integers(0, 10**13), st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_tranches_add_up_to_the_cent(subsidy_cents: int, parts: list[float]) -> None:
    whole = max(sum(parts), 1.0)
    table = subsidy.tranches(subsidy_cents / 100, {str(i): part / whole for i, part in enumerate(parts)})
    assert round(table["amount_yuan"].sum() * 100) == subsidy_cents
    assert (table["amount_yuan"] >= 0).all()
