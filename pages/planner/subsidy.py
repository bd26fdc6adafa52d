"""Subsidy calculator: S = r · (K + n · O), with the numbers in it, for one project, several villages, or what if."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import blocks, cards, figures, tables
from atlas.look.language import mark, pick, place_name, place_names, t
from atlas.planner.subsidy import text as subsidy_text
from atlas.view import controls, inputs, keeping
from atlas.view.page import Page
from atlas.view.state import View
from ground.units import TEN_THOUSAND
from indicators.database import Atlas
from indicators.published import rules
from planning.money import subsidy
from planning.money.subsidy import Explanation, Rule

PAGE = Page(
    url_path="subsidy",
    order=24,
    icon=":material/calculate:",
    title=lambda: t("Subsidy calculator"),
    section=lambda: t("Projects and money"),
    is_there=lambda atlas: not rules.subsidy_rules(atlas).empty,
)
OWN = "own"
Given = tuple[Explanation, date | None, int | None, str]
MOST_SHARES = 3  # published shares of operation that the help names
MOST_CAPEX = 10_000_000.0  # of 10,000 yuan: 100 billion yuan
USUAL_CAPEX = 24_500.0  # the contract of Yongzhou's first batch, as a start
SHARES = (0.0, 0.05, 0.10)  # yearly cost of operation as a share of the cost of construction
APPLIES = {
    "in_force": mark("The rule was in force when the contract was signed."),
    "counterfactual": mark(
        "The contract of {contract} is older than the rule ({document}, in force since {since}): this is what the "
        "rule would have given, not what was granted."
    ),
    "superseded": mark("This rule ({document}) was no longer in force on {contract}."),
    "date_unknown": mark("The contract's date is not known, so neither is whether the rule was in force."),
}


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    heading = st.container()
    st.html(blocks.heading(t("One project"), None, t("S = r × (K + n × O)")))
    left, right = st.columns([2, 3], gap="large")
    with left:
        given = _asked(atlas, view)
    with right:
        if given is not None:
            _answer(atlas, view, *given)
    with heading:
        _title(given, rules.category_names(atlas))
        keeping.bar(atlas, view, t("Subsidy calculator"), "")
    if given is not None:
        _what_if(atlas, view, *given)
    _several(atlas, view)
    _what_applies(atlas, view)


def _title(given: Given | None, names: dict[str, dict[str, str]]) -> None:
    if given is None:
        st.html(blocks.finding(t("Subsidy calculator: the subsidy as worked out by the rule")))
        return
    found, _, _, evidence = given
    title = t(
        "Subsidy as worked out by {document}: {amount}",
        document=found.rule.document,
        amount=figures.money(found.subsidy_yuan),
    )
    said = [
        subsidy_text.category_name(found.rule.category, names),
        t(
            "the rule sets a scale on the cost that was approved, within the budget of the year; no claim follows "
            "from it"
        ),
    ]
    st.html(blocks.finding(title, said, evidence))


# --- what is asked ----------------------------------------------------------------------------------------


def _asked(atlas: Atlas, view: View) -> Given | None:
    """The explanation, the contract's date, the villages, and the weakest evidence; None until all is given."""
    known = rules.projects_with_cost(atlas, view.place_id)
    project = _project(view, known)
    capex = _amount(
        view,
        "k",
        t("Construction cost K ({unit})", unit=subsidy_text.unit()),
        project,
        "capex_yuan",
        USUAL_CAPEX,
    )
    opex = _yearly_opex(atlas, view, project, capex)
    signed = project["contract_date"] if project is not None else None
    on = None if signed is None or pd.isna(signed) else pd.Timestamp(signed).date()
    rule = _rule(atlas, view, on)
    if rule is None:
        return None
    villages = None if project is None or pd.isna(project["planned_villages"]) else int(project["planned_villages"])
    evidence = "assumed" if project is None else _weaker(str(project["evidence"]))
    found = subsidy.explained(rule, capex, opex, on, subsidy.rules_from(rules.subsidy_rules(atlas)))
    return found, on, villages, evidence


def _weaker(evidence: str) -> str:
    """The cost of operation is the reader's own assumption: the answer is no better than that."""
    return "simulated" if evidence == "simulated" else "assumed"


def _project(view: View, known: pd.DataFrame) -> pd.Series | None:
    if known.empty:
        return None
    by_id = known.set_index("project_id", drop=False)
    names = dict(zip(by_id.index, place_names(by_id["name"], by_id["name_en"]), strict=True))
    options = {OWN: t("Own figures"), **names}
    chosen = inputs.choice(view, "project", t("A project"), options, OWN, as_box=True)
    return None if chosen == OWN else by_id.loc[chosen]


def _amount(view: View, name: str, label: str, project: pd.Series | None, column: str, usual: float) -> float:
    """Yuan; a project's own amount is shown and not asked for."""
    if project is not None:
        st.html(tables.fact_list([(label, figures.money(project[column]), str(project["evidence"]))]))
        return float(project[column])
    return TEN_THOUSAND * inputs.number(view, name, label, usual, low=0.0, high=MOST_CAPEX, step=100.0)


def _yearly_opex(atlas: Atlas, view: View, project: pd.Series | None, capex: float) -> float:
    """Yuan per year: the project's own where it was published, else a share of construction that the reader gives."""
    if project is not None and not pd.isna(project["opex_yearly_yuan"]):
        own = float(project["opex_yearly_yuan"])
        st.html(tables.fact_list([(t("Yearly operation O"), figures.money(own), str(project["evidence"]))]))
        return own
    help_words = _opex_help(atlas)
    share = inputs.number(
        view, "o", t("Yearly operation O, as % of K"), 5.0, low=0.0, high=50.0, step=0.5, help=help_words
    )
    return capex * share / 100


def _opex_help(atlas: Atlas) -> str:
    """Where a share was published; it is an assumption everywhere else."""
    held = rules.published_opex_shares(atlas)
    if held.empty:
        return t("An assumption: no share is published.")
    listed = figures.listed(
        t(
            "{name}: {share}",
            name=place_name(row["name"], row["name_en"]),
            share=figures.percent(100 * row["share"]),
        )
        for row in held.head(MOST_SHARES).to_dict("records")
    )
    return t("An assumption. Published: {shares}.", shares=listed)


def _rule(atlas: Atlas, view: View, on: date | None) -> Rule | None:
    """The rule of the category chosen; what a document leaves open is asked for and never assumed."""
    held = subsidy.rules_from(rules.subsidy_rules(atlas))
    names = rules.category_names(atlas)
    options = {rule.category: subsidy_text.category_name(rule.category, names) for rule in held}
    category = inputs.choice(view, "category", t("Category"), options, next(iter(options)), as_box=True)
    rule = subsidy.applicable(held, category, None)
    assert rule is not None  # the options are those of the rules
    _then_in_force(held, rule, on, names)
    if rule.is_complete:
        return rule
    st.html(
        blocks.notice(
            "info",
            t(
                "{document} leaves the rate or the years of operation open for this category: give what is missing.",
                document=rule.document,
            ),
        )
    )
    rate = _stated_rate(rule) or inputs.optional_number(view, "r", t("Rate r (%)"), low=0.0, high=100.0, step=5.0)
    years = inputs.optional_number(view, "n", t("Years of operation n"), low=0.0, high=30.0, step=1.0)
    if rate is None or years is None:
        return None
    return subsidy.completed(rule, rate / 100 if rule.rate is None else None, int(years))


def _stated_rate(rule: Rule) -> float | None:
    """The rate that the rule states, shown and not asked for; in percent."""
    if rule.rate is None:
        return None
    st.html(tables.fact_list([(t("Rate r (%)"), figures.percent(100 * rule.rate), "declared")]))
    return 100 * rule.rate


def _then_in_force(held: list[Rule], rule: Rule, on: date | None, names: dict[str, dict[str, str]]) -> None:
    """Which categories had a rule on the day of the contract, where the chosen one had none."""
    then = subsidy.in_force(held, on) if on is not None else []
    if rule in then or not then:
        return
    listed = figures.listed(subsidy_text.category_name(one.category, names) for one in then)
    st.html(
        blocks.notice(
            "info",
            t(
                "In force on {day}: {rules}. Choose one of them for the rule of that time.",
                day=figures.day(on),
                rules=listed,
            ),
        )
    )


# --- the answer -------------------------------------------------------------------------------------------


def _answer(atlas: Atlas, view: View, found: Explanation, on: date | None, villages: int | None, evidence: str) -> None:
    in_row = [
        subsidy_text.card(t("Subsidy"), found.subsidy_yuan, evidence),
        subsidy_text.card(t("Counted cost"), found.counted_cost_yuan, evidence),
        subsidy_text.leverage_card(found.leverage, evidence),
    ]
    if villages:
        in_row.insert(1, subsidy_text.card(t("Subsidy per village"), found.subsidy_yuan / villages, evidence))
    st.html(cards.cards(in_row))
    st.html(blocks.formula(subsidy_text.formula(found)))
    st.html(blocks.credit(t("Leverage: the firm's own share of construction per yuan of subsidy, (K − r × K) ÷ S.")))
    kind = "warning" if found.applies == "counterfactual" else "info"
    words = t(
        APPLIES[found.applies],
        contract=figures.day(on),
        document=found.rule.document,
        since=figures.day(found.rule.valid_from),
    )
    st.html(blocks.notice(kind, words))
    _tranches(atlas, found, evidence)


def _tranches(atlas: Atlas, found: Explanation, evidence: str) -> None:
    held = {one["tranche_id"]: one for one in rules.tranches(atlas)}
    if not held:
        return
    paid = subsidy.tranches(found.subsidy_yuan, {key: one["share"] for key, one in held.items()})
    rows = [
        [
            pick(held[row["tranche"]]["name"]) if row["tranche"] in held else t("Remainder"),
            figures.percent(100 * row["share"]),
            figures.count(row["amount_yuan"]),
        ]
        for row in paid.to_dict("records")
    ]
    said = figures.sentence([str(one["document"]) for one in list(held.values())[:1]])
    st.html(blocks.heading(t("How it is paid"), evidence, t("as practised: {document}", document=said)))
    st.html(
        tables.data_table(
            [t("Tranche"), t("Share"), figures.bracketed(t("Amount"), figures.unit_word("yuan"))],
            rows,
            "lrr",
            t("How it is paid"),
        )
    )


def _what_if(
    atlas: Atlas, view: View, found: Explanation, on: date | None, villages: int | None, evidence: str
) -> None:
    """The same cost under every complete rule and three shares of operation."""
    held = [rule for rule in subsidy.rules_from(rules.subsidy_rules(atlas)) if rule.is_complete]
    if not found.rule.rule_id or found.rule.rule_id not in {rule.rule_id for rule in held}:
        held.append(found.rule)
    names = rules.category_names(atlas)
    held_tables = {rule.category: subsidy.opex_shares(rule, found.capex_yuan, SHARES) for rule in held}
    st.html(
        blocks.heading(
            t("What if operation costs more or less"),
            evidence,
            t(
                "subsidy in {unit}; yearly operation as a share of construction",
                unit=figures.unit_word("yuan"),
            ),
        )
    )
    rows = [
        [
            subsidy_text.category_name(category, names),
            *(figures.count(amount) for amount in table["subsidy_yuan"]),
        ]
        for category, table in held_tables.items()
    ]
    headers = [
        t("Category"),
        *(t("O = {share} of K", share=figures.percent(100 * share)) for share in SHARES),
    ]
    st.html(tables.data_table(headers, rows, "l" + "r" * len(SHARES), t("What if operation costs more or less")))
    listed = pd.concat(
        table.assign(category=subsidy_text.category_name(category, names)) for category, table in held_tables.items()
    )
    take_away.answer(
        atlas,
        view,
        t("Subsidy calculator"),
        subsidy_text.readable(listed),
        subsidy_text.said(found),
        "subsidy",
        is_simulated=evidence == "simulated",
    )


# --- which rule applies when -------------------------------------------------------------------------------


def _what_applies(atlas: Atlas, view: View) -> None:
    """Every rule with its days and document; what is known of later ones only by citation; the way to all rules."""
    names = rules.category_names(atlas)
    rows = [
        [
            subsidy_text.category_name(rule.category, names),
            figures.percent(100 * rule.rate) if rule.rate is not None else t("not told"),
            figures.count(rule.opex_years) if rule.opex_years is not None else t("not told"),
            figures.day(rule.valid_from),
            figures.day(rule.valid_to) if rule.valid_to else t("no end known"),
            rule.document,
        ]
        for rule in subsidy.rules_from(rules.subsidy_rules(atlas))
    ]
    title = t("Which rule applies when")
    headers = [t("Category"), t("Rate r"), t("Years of operation n"), t("From"), t("To"), t("Document")]
    st.html(blocks.heading(title, "declared"))
    st.html(tables.data_table(headers, rows, "lrrllw", title))
    for row in rules.programme_rules(atlas, topic="validity").to_dict("records"):
        required = pick({"zh": row["requires_zh"], "en": row["requires_en"]})
        number = figures.text_or_none(row["document_number"])
        words = figures.bracketed(str(row["document"]), number) if number else str(row["document"])
        st.html(blocks.credit(t("{document}: {words}", document=words, words=required)))
    if rules.has_programme_rules(atlas):
        controls.page_button(t("All rules of the programme"), "rules", view, icon=":material/policy:")


# --- several villages -------------------------------------------------------------------------------------


def _several(atlas: Atlas, view: View) -> None:
    """Lines as they are copied from a sheet: name, K, O, category. Each that cannot be read is named."""
    st.html(
        blocks.heading(
            t("Several villages at once"),
            None,
            t(
                "one line each: name, construction cost, yearly operation (both in {unit}), category",
                unit=subsidy_text.unit(),
            ),
        )
    )
    text = inputs.lines(view, "rows", t("Villages, line by line"), placeholder=t("Village A, 41.3, 2.1, remote"))
    if not text:
        return
    read = subsidy_text.read_lines(text, subsidy_text.category_words(subsidy_text.CATEGORIES))
    for line, why in read.refused:
        st.html(blocks.notice("warning", t("Line {n}: {why}", n=line, why=why)))
    if read.frame.empty:
        return
    names = rules.category_names(atlas)
    found = subsidy.subsidies(read.frame, subsidy.rules_from(rules.subsidy_rules(atlas)))
    st.html(
        blocks.heading(
            t(
                "Together: {amount} for {n} villages",
                amount=figures.money(found.subsidy_yuan),
                n=figures.count(found.known_rows),
            ),
            "assumed",
            subsidy_text.left_out_words(found),
        )
    )
    rows = subsidy_text.village_rows(found.frame, lambda category: subsidy_text.category_name(category, names))
    money = figures.unit_word("yuan")
    amounts = [figures.bracketed(name, money) for name in (t("K"), t("O"), t("Counted cost"), t("Subsidy"))]
    headers = [t("Village"), t("Category"), *amounts, t("Remark")]
    st.html(tables.data_table(headers, rows, "llrrrrl", t("Several villages at once")))
    take_away.answer(
        atlas,
        view,
        t("Several villages at once"),
        subsidy_text.readable(
            found.frame.assign(
                category=[subsidy_text.category_name(category, names) for category in found.frame["category"]]
            )
        ),
        [(t("Formula"), t("S = r × (K + n × O)"))],
        "subsidy-villages",
        is_simulated=False,
    )
