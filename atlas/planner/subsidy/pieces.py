"""What the page of the subsidy is made of: the formula, how it is paid, what if, several villages, the rules."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from atlas.files import take_away
from atlas.look import blocks, cards, figures, tables
from atlas.look.html import Html
from atlas.look.language import mark, pick, t
from atlas.look.words import originals
from atlas.planner.inputs import ten_thousand
from atlas.planner.question import Asking, Worked
from atlas.planner.subsidy import inputs, text
from atlas.planner.subsidy.asked import Asked
from atlas.view import controls
from indicators.database import Atlas
from indicators.published import rules
from planning.money import subsidy
from planning.money.subsidy import Explanation

LABEL = mark("Subsidy calculator")
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


Explained = Worked[Asked, Explanation]


def heading() -> None:
    st.html(blocks.heading(t("One project"), None, t("S = r × (K + n × O)")))


def finding(explained: Explained) -> Html:
    found = explained.found
    title = t(
        "Subsidy as worked out by {document}: {amount}",
        document=originals.plain(explained.atlas, found.rule.document),
        amount=figures.money(found.subsidy_yuan),
    )
    said = [
        text.category_name(found.rule.category, rules.category_names(explained.atlas)),
        t(
            "the rule sets a scale on the cost that was approved, within the budget of the year; no claim follows "
            "from it"
        ),
    ]
    return blocks.finding(title, said, explained.evidence)


def key_figures(explained: Explained) -> None:
    atlas, found, evidence = explained.atlas, explained.found, explained.evidence
    villages, on = explained.asked.villages, explained.asked.on
    in_row = [
        text.card(t("Subsidy"), found.subsidy_yuan, evidence),
        text.card(t("Counted cost"), found.counted_cost_yuan, evidence),
        text.leverage_card(found.leverage, evidence),
    ]
    if villages:
        in_row.insert(1, text.card(t("Subsidy per village"), found.subsidy_yuan / villages, evidence))
    st.html(cards.cards(in_row))
    st.html(blocks.formula(text.formula(found)))
    st.html(
        blocks.credit(t("Leverage: the firm's own share of construction per ⟨currency⟩ of subsidy, (K − r × K) ÷ S."))
    )
    kind = "warning" if found.applies == "counterfactual" else "info"
    words = t(
        APPLIES[found.applies],
        contract=figures.day(on),
        document=originals.plain(atlas, found.rule.document),
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
    said = figures.sentence([originals.plain(atlas, one["document"]) for one in list(held.values())[:1]])
    st.html(blocks.heading(t("How it is paid"), evidence, t("as practised: {document}", document=said)))
    st.html(
        tables.data_table(
            [t("Tranche"), t("Share"), figures.bracketed(t("Amount"), figures.unit_word("yuan"))],
            rows,
            "lrr",
            t("How it is paid"),
        )
    )


def what_if(explained: Explained) -> None:
    """The same cost under every complete rule and three shares of operation."""
    atlas, view, found, evidence = explained.atlas, explained.view, explained.found, explained.evidence
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
            text.category_name(category, names),
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
        table.assign(category=text.category_name(category, names)) for category, table in held_tables.items()
    )
    take_away.answer(
        atlas,
        view,
        t(LABEL),
        text.readable(listed),
        text.said(found),
        "subsidy",
        is_simulated=evidence == "simulated",
    )


def several(ask: Asking) -> None:
    """Lines as they are copied from a sheet: name, K, O, category. Each that cannot be read is named."""
    st.html(
        blocks.heading(
            t("Several villages at once"),
            None,
            t(
                "one line each: name, construction cost, yearly operation (both in {unit}), category",
                unit=ten_thousand(),
            ),
        )
    )
    atlas, view = ask.atlas, ask.view
    typed = ask(inputs.ROWS)
    if not typed:
        return
    read = text.read_lines(typed, text.category_words(text.CATEGORIES))
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
            text.left_out_words(found),
        )
    )
    rows = text.village_rows(found.frame, lambda category: text.category_name(category, names))
    money = figures.unit_word("yuan")
    amounts = [figures.bracketed(name, money) for name in (t("K"), t("O"), t("Counted cost"), t("Subsidy"))]
    headers = [t("Village"), t("Category"), *amounts, t("Remark")]
    st.html(tables.data_table(headers, rows, "llrrrrl", t("Several villages at once")))
    take_away.answer(
        atlas,
        view,
        t("Several villages at once"),
        text.readable(
            found.frame.assign(category=[text.category_name(category, names) for category in found.frame["category"]])
        ),
        [(t("Formula"), t("S = r × (K + n × O)"))],
        "subsidy-villages",
        is_simulated=False,
    )


def what_applies(ask: Asking) -> None:
    """Every rule with its days and document; what is known of later ones only by citation; the way to all rules."""
    atlas, view = ask.atlas, ask.view
    names = rules.category_names(atlas)
    rows = [
        [
            text.category_name(rule.category, names),
            figures.percent(100 * rule.rate) if rule.rate is not None else t("not told"),
            figures.count(rule.opex_years) if rule.opex_years is not None else t("not told"),
            figures.day(rule.valid_from),
            figures.day(rule.valid_to) if rule.valid_to else t("no end known"),
            originals.shown(atlas, rule.document),
        ]
        for rule in subsidy.rules_from(rules.subsidy_rules(atlas))
    ]
    title = t("Which rule applies when")
    headers = [t("Category"), t("Rate r"), t("Years of operation n"), t("From"), t("To"), t("Document")]
    st.html(blocks.heading(title, "declared"))
    st.html(tables.data_table(headers, rows, "lrrllw", title))
    for row in rules.programme_rules(atlas, topic="validity").to_dict("records"):
        required = pick({"zh": row["requires_zh"], "en": row["requires_en"]})
        words = figures.bracketed(
            originals.plain(atlas, row["document"]), originals.plain(atlas, row["document_number"])
        )
        st.html(blocks.credit(t("{document}: {words}", document=words, words=required)))
    if rules.has_programme_rules(atlas):
        controls.page_button(t("All rules of the programme"), "rules", view, icon=":material/policy:")
