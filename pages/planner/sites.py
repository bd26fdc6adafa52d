"""Where sites go: the best places for so many sites, or so much money, with their coverage on the map."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from atlas.files import file_facts, take_away
from atlas.files.downloads import CONTENT_TYPES
from atlas.look import blocks, cards, figures, html, tables, theme
from atlas.look.language import pick, t
from atlas.pieces.panels import position_remark, sources_line
from atlas.planner import answer_map
from atlas.planner import scope as plan_scope
from atlas.planner.cost import answers as cost_answers
from atlas.planner.cost import inputs as cost_inputs
from atlas.planner.cost import text as cost_text
from atlas.planner.cost.inputs import CostAsked
from atlas.planner.scenario import panel as scenario_panel
from atlas.planner.sites import answers as sites_answers
from atlas.planner.sites import text as sites_text
from atlas.planner.sites.answers import Answer, Asked
from atlas.planner.subsidy import text as subsidy_text
from atlas.view import controls, inputs, paging
from atlas.view.page import Page
from atlas.view.page_part import page_part
from atlas.view.state import View
from atlas.work import patience
from ground.units import TEN_THOUSAND
from indicators import facts
from indicators import register as places
from indicators.database import Atlas
from planning.cost.parameters import ParameterError
from planning.cost.technologies import VillagesError
from planning.inputs import InputError
from planning.sites.reach import TooManyPairs

PAGE = Page(
    url_path="sites",
    order=43,
    icon=":material/add_location_alt:",
    title=lambda: t("Where sites go"),
    section=lambda: t("Planning"),
    is_there=sites_answers.has_towers,
)
PER_PAGE = 20
USUAL_SITES = 10
USUAL_BUDGET = 500.0  # of 10,000 yuan
MOST_RADIUS_KM = 50.0


def show(atlas: Atlas, view: View) -> None:
    controls.top_bar(atlas, view)
    heading = st.container()
    controls.filters(atlas, view)
    plan_scope.said(atlas, view)
    if not sites_answers.fitting(atlas, view.standard):
        _no_sites_for_it(atlas, view, heading)
        return
    count = plan_scope.count(atlas, view)
    if not count or sites_answers.is_too_large(atlas, view):
        _nothing_to_plan(view, heading, count)
        return
    left, right = st.columns([2, 3], gap="large")
    try:
        with left:
            asked, own_text = _asked(atlas, view)
        if asked is None:
            return
        with right:
            found = sites_answers.answer(atlas, view, asked)
    except patience.Stopped:
        return
    except (InputError, TooManyPairs, ParameterError, VillagesError) as error:
        st.html(blocks.notice("warning", t("This cannot be worked out: {why}", why=error)))
        return
    evidence = cost_answers.evidence(atlas, view)
    with heading:
        said = [t("within the radius of a site"), sites_text.gap_words(found.siting)]
        said += sites_text.budget_words(asked, found.siting)
        title = sites_text.title(found.siting, asked.technology)
        st.html(blocks.finding(plan_scope.headline(atlas, view, evidence, title), said, evidence))
    with right:
        _answer(atlas, asked, found, evidence)
        _map(atlas, view, found, evidence)
        _branches()
    _sites(atlas, view, asked, found, evidence)
    _files(atlas, view, asked, found, evidence)
    scenario_panel.bar(atlas, view, _scenario(atlas, view, asked, own_text, found, evidence))
    sources_line(atlas, ["model_parameter", "village_status", "village"])


def _nothing_to_plan(view: View, heading: DeltaGenerator, count: int) -> None:
    with heading:
        st.html(blocks.finding(t("Where sites go"), [figures.day(view.as_of)]))
    if not count:
        words = t("No unconnected village is known here under this standard and date.")
        st.html(blocks.notice("empty", words))
        return
    words = t(
        "{n} unconnected villages are too many at once; choose a place below, with at most {most}.",
        n=figures.count(count),
        most=figures.count(sites_answers.MOST_VILLAGES),
    )
    st.html(blocks.notice("info", words))


def _no_sites_for_it(atlas: Atlas, view: View, heading: DeltaGenerator) -> None:
    """A standard that no mast brings: said, with the standards for which sites can be planned."""
    standard = controls.standard_of(atlas, view)
    with heading:
        st.html(blocks.finding(t("Where sites go"), [cost_text.standard_words(standard, view.as_of)]))
    words = t(
        "A mast does not bring {standard}: no sites can be planned for villages {without}. Choose another standard.",
        standard=pick(standard.name),
        without=pick(standard.unconnected),
    )
    others = [one for one in facts.standards(atlas) if one.dates and one.standard_id in sites_answers.towers(atlas)]
    links = [
        (
            t("Plan sites for villages {without}", without=pick(one.unconnected)),
            view.link(standard=one.standard_id, as_of=one.dates[-1]),
        )
        for one in others
    ]
    st.html(blocks.notice("warning", words, links))


# --- what is asked -------------------------------------------------------------------------------------------


def _asked(atlas: Atlas, view: View) -> tuple[Asked | None, str]:
    """The question, and the own list as it was typed; None until a list that was asked for is there."""
    st.html(blocks.heading(t("What is wanted")))
    aim = inputs.choice(view, "site_aim", t("Cover"), _words(sites_text.AIM_WORDS), "sites", as_box=True)
    sites, budget, share = _how_much(view, aim)
    weigh = _weigh(atlas, view)
    st.html(blocks.heading(t("Candidate sites")))
    kind = inputs.choice(view, "from", t("Candidates"), _words(sites_text.CANDIDATE_WORDS), "unconnected", as_box=True)
    every, own_text = 1, ""
    own: tuple[tuple[str, float, float], ...] = ()
    if kind == sites_answers.OWN:
        own, own_text = _own_list(view)
        if not own:
            return None, own_text
    else:
        every = _every(atlas, view, kind)
    st.html(blocks.heading(t("What a site covers and costs")))
    held = sites_answers.fitting(atlas, view.standard)
    words = {code: t(word) for code, word in sites_text.TECHNOLOGY_WORDS.items() if code in held}
    generation = inputs.choice(view, "generation", t("Technology"), words, next(iter(held)))
    radius = tuple((ground, _radius(view, generation, ground)) for ground in sites_answers.terrains(atlas, view, kind))
    towers = _towers(view, held[generation])
    speed = cost_inputs.speed(view)
    changed = cost_inputs.changed(atlas, view, towers)
    asked = Asked(
        aim=aim,  # type: ignore[arg-type]
        sites=sites,
        budget_yuan=budget,
        share=share,
        candidates=kind,
        every=every,
        own=own,
        technology=generation,
        radius_km=radius,
        weigh=weigh,  # type: ignore[arg-type]
        cost=CostAsked(towers, speed, changed, cost_inputs.takes_placed(atlas, view)),
        limit_s=patience.limit_s(view),
    )
    return asked, own_text


def _towers(view: View, held: tuple[str, ...]) -> tuple[str, ...]:
    """How a site may be reached: what was chosen on the other pages of the planner, as far as it is a site's."""
    wanted = (inputs.given(view, "tech") or "").split(inputs.SEPARATOR)
    chosen = tuple(code for code in held if code in wanted) or held
    listed = figures.listed(cost_text.technology(code) for code in chosen)
    st.html(blocks.credit(t("Sites are priced as: {technologies}.", technologies=listed)))
    return chosen


def _words(marked: dict[str, str]) -> dict[str, str]:
    return {code: t(word) for code, word in marked.items()}


def _how_much(view: View, aim: str) -> tuple[int, float, float]:
    """Sites, budget in yuan, and share; only the one that the aim needs is asked for."""
    sites, budget, share = USUAL_SITES, USUAL_BUDGET, 95.0
    if aim == sites_answers.SITES:
        sites = int(
            inputs.number(view, "sites", t("Number of sites"), USUAL_SITES, low=0, high=5000, step=1, is_whole=True)
        )
    elif aim == sites_answers.BUDGET:
        label = t("Budget ({unit})", unit=subsidy_text.unit())
        budget = inputs.number(view, "site_budget", label, USUAL_BUDGET, low=0.0, high=1e9, step=100.0, decimals=0)
    else:
        label = t("Share to be covered, of what candidates can reach (%)")
        share = inputs.number(view, "site_share", label, 95.0, low=0.0, high=100.0, step=1.0, decimals=0)
    return sites, TEN_THOUSAND * budget, share / 100


def _weigh(atlas: Atlas, view: View) -> str:
    has_people = bool(cost_answers.rows(atlas, view)["population_persons"].notna().any())
    if not has_people:
        text = t("No population is known here: villages are counted instead of people.")
        st.html(blocks.notice("unknown", text))
        return "villages"
    return inputs.choice(view, "weigh", t("Counted in"), _words(sites_text.WEIGH_WORDS), "people")


def _every(atlas: Atlas, view: View, kind: str) -> int:
    usual, least = sites_answers.usual_step(atlas, view, kind), sites_answers.least_step(atlas, view, kind)
    return int(
        inputs.number(
            view,
            "every",
            t("Every how many-th village is a candidate"),
            usual,
            low=least,
            high=1000,
            step=1,
            is_whole=True,
            help=t("At most {n} candidates are tried.", n=figures.count(sites_answers.MOST_CANDIDATES)),
        )
    )


def _own_list(view: View) -> tuple[tuple[tuple[str, float, float], ...], str]:
    text = inputs.lines(
        view,
        "site_own",
        t("One site a line: name, longitude, latitude"),
        placeholder=t("Site 1, 111.61, 26.42"),
    )
    own, refused = sites_text.read_own(text)
    for line in refused:
        st.html(blocks.notice("warning", t("This line cannot be read: {line}", line=line[:60])))
    if not own:
        st.html(blocks.notice("info", t("Give at least one site.")))
    return own, text


def _radius(view: View, generation: str, ground: str) -> float:
    label = t("Radius (km), terrain {terrain}", terrain=sites_text.terrain_word(ground))
    usual = sites_answers.USUAL_RADIUS_KM[generation]
    return inputs.number(view, f"km_{ground}", label, usual, low=0.1, high=MOST_RADIUS_KM, step=0.5, decimals=1)


# --- the answer ----------------------------------------------------------------------------------------------


def _answer(atlas: Atlas, asked: Asked, found: Answer, evidence: str) -> None:
    siting = found.siting
    in_row = [
        cards.card_text(
            t("Covered"),
            *figures.parts(siting.covered_villages, "village"),
            evidence,
            t("of {n} unconnected", n=figures.count(len(siting.villages))),
        ),
        cards.card_text(
            t("Sites"),
            figures.count(len(siting.sites)),
            "",
            evidence,
            t("of {n} candidates", n=figures.count(len(found.candidates))),
        ),
        _cost_card(atlas, asked, found, evidence),
    ]
    st.html(cards.cards(in_row))
    beside = t(
        "Greedy, site by site, covers {greedy}; this choice {best}, {gap}.",
        greedy=sites_text.weighed(siting.greedy_weight, siting.weigh),
        best=sites_text.weighed(siting.weight, siting.weigh),
        gap=sites_text.gap_words(siting),
    )
    if asked.aim != sites_answers.SHARE:  # there greedy needs other sites, and covers more or less with them
        st.html(blocks.credit(beside))
    for kind, words in sites_text.remarks(siting, evidence):
        st.html(blocks.notice(kind, words))
    rows = sites_text.state_rows(siting)
    st.html(tables.data_table([t("Villages"), t("How many"), t("Share")], rows, "lrr", t("Villages")))


def _cost_card(atlas: Atlas, asked: Asked, found: Answer, evidence: str) -> html.Html:
    """P50 with P80 of all chosen sites; the search counts central values."""
    whole = sites_answers.spent(atlas, asked, found)
    if whole is None:
        return cards.card_text(t("Construction cost"), *figures.money_parts(found.siting.spent_yuan), evidence)
    return cost_text.total_card(t("Construction cost"), whole, cost_text.CAPEX, evidence)


def _map(atlas: Atlas, view: View, found: Answer, evidence: str) -> None:
    tokens = theme.tokens()
    covered, left_out, site = tokens["connected"], tokens["unconnected"], tokens["pilot"]
    answer_map.show(
        atlas,
        view,
        sites_text.points(found, covered, left_out, site),
        sites_text.circles(found, site),
        evidence=evidence,
        key="sites",
        alt=t("Chosen sites with their radius on the map"),
        title=t("Villages and sites"),
        legend=[
            (site, t("chosen site, with its radius")),
            (covered, t("covered")),
            (left_out, t("not covered")),
        ],
        notes=[position_remark(atlas, view.place_id)],
    )


def _branches() -> None:
    """The 4G rule has two branches; only one of them is answered here."""
    words = t(
        "Covered means: within the radius of a site, the distance branch of the rule. Whether there is a signal at "
        "committee, school, clinic and every settlement of 20 households is the other branch; it is not modelled "
        "here, and the two are not to be added up."
    )
    st.html(blocks.notice("info", words))
    words = t(
        "No list of existing sites with positions is held: villages that count as connected are left out, and no mast "
        "is assumed."
    )
    st.html(blocks.credit(words))


@page_part
def _sites(atlas: Atlas, view: View, asked: Asked, found: Answer, evidence: str) -> None:
    sites = sites_text.named_sites(found)
    st.html(
        blocks.heading(
            t("The chosen sites: {n}", n=figures.count(len(sites))),
            evidence,
            t("those that cover most first"),
        )
    )
    if sites.empty:
        st.html(blocks.notice("empty", t("No site can be built with this.")))
        return
    page = paging.page_of(len(sites), PER_PAGE, "sites")
    has_people = asked.weigh == "people"
    first = (page - 1) * PER_PAGE
    rows = sites_text.site_rows(atlas, sites.iloc[first : first + PER_PAGE], first + 1, view, has_people)
    align = "rlrr" + "r" * has_people + "r"
    st.html(tables.data_table(sites_text.site_headers(has_people), rows, align, t("The chosen sites")))


def _files(atlas: Atlas, view: View, asked: Asked, found: Answer, evidence: str) -> None:
    is_simulated = evidence == "simulated"
    told = sites_text.said(asked, found.siting, evidence)
    sites = sites_text.readable_sites(sites_text.named_sites(found), asked.weigh == "people")
    take_away.answer(atlas, view, t("Where sites go"), sites, told, "sites", is_simulated=is_simulated)
    with st.expander(t("Every village with its site"), icon=":material/download:"):
        rows = sites_text.readable_villages(found)
        take_away.answer(
            atlas,
            view,
            t("Every village with its site"),
            rows,
            told,
            "sites-villages",
            is_simulated=is_simulated,
        )
        st.download_button(
            t("Sites as {format}", format="GeoJSON"),
            data=sites_text.geojson(found, evidence),
            file_name=file_facts.file_name("sites", view.place_id, suffix="geojson", is_simulated=is_simulated),
            mime=CONTENT_TYPES["geojson"],
            key="sites_geojson",
            on_click="ignore",
            icon=":material/download:",
        )


def _scenario(
    atlas: Atlas, view: View, asked: Asked, own_text: str, found: Answer, evidence: str
) -> scenario_panel.Answer:
    level = places.level_below(atlas, view.place_id) or places.levels(atlas)[-2]
    return scenario_panel.Answer(
        question=PAGE.url_path,
        inputs=sites_text.to_save(asked, own_text),
        results=sites_text.results(found.siting),
        is_demonstration=evidence == "simulated",
        tables={"village": cost_answers.rows(atlas, view)},
        run=found.siting.run,
        by_place=sites_text.county_counts(found, level),
        place_unit="village",
        villages=sites_text.mapped_villages(found),
    )
