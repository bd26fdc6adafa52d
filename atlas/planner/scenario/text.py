"""A scenario in words: what its inputs and results are called, and what has changed since it was saved."""

from __future__ import annotations

from collections.abc import Iterable

from atlas.look import figures
from atlas.look.language import mark, t
from planning import scenario
from planning.scenario import Changes, Scalar, Scenario
from planning.solver.search import Run

#: Questions of the planner: the page's url_path → what it is called.
QUESTIONS: dict[str, str] = {
    "cost": mark("Cost of connecting"),
    "priority": mark("Priority under a budget"),
    "sites": mark("Where sites go"),
    "sharing": mark("Sharing among operators"),
    "tender": mark("Tender"),
    "fund": mark("Fund"),
    "welfare": mark("Welfare"),
}
#: Words for results, by name; the unit is in the name's ending. A page may add its own here.
RESULTS: dict[str, str] = {
    "price_yuan": mark("Price"),
    "reserve_yuan": mark("Reserve"),
    "saved_yuan": mark("Saved"),
    "saved_share": mark("Saved, share of the reserve"),
    "unsold_lots": mark("Lots without a buyer"),
    "first_share": mark("Contribution factor, first year"),
    "last_share": mark("Contribution factor, last year"),
    "last_year": mark("Last year"),
    "raised_yuan": mark("Raised"),
    "total_general_taxes_yuan": mark("Cost in all: general taxes"),
    "total_developed_yuan": mark("Cost in all: public money, developed countries"),
    "total_long_distance_yuan": mark("Cost in all: a levy on long-distance calls"),
    "total_here_yuan": mark("Cost in all: public money here"),
    "total_own_yuan": mark("Cost in all: own assumption"),
    "untargeted_prices": mark("Discount for all, times the price"),
    "targeted_prices": mark("Targeted discount, times the price"),
    "shared_villages": mark("Villages to share"),
    "counted_deviation_share": mark("Most off the target, counted"),
    "deviation_share": mark("Most off the target, by cost"),
    "construction_yuan": mark("Cost of construction"),
    "split_counties": mark("Counties with more than one operator"),
    "chosen_villages": mark("Villages chosen"),
    "newly_connected_persons": mark("People newly connected"),
    "cost_yuan": mark("Construction cost"),
    "reached": mark("Reached"),
    "greedy": mark("Greedy, for comparison"),
    "gap_share": mark("Gap"),
    "covered_villages": mark("Villages covered"),
    "covered_persons": mark("People covered"),
    "sites": mark("Sites"),
    "technology": mark("Technology"),
    "unconnected_villages": mark("Unconnected villages"),
    "village_capex_yuan": mark("One village: construction"),
    "village_present_value_yuan": mark("One village: present value"),
    "village_capex_low_yuan": mark("One village: construction, low"),
    "village_capex_high_yuan": mark("One village: construction, high"),
    "village_present_value_low_yuan": mark("One village: present value, low"),
    "village_present_value_high_yuan": mark("One village: present value, high"),
    "all_capex_p50_yuan": mark("All villages: construction, P50"),
    "all_capex_p80_yuan": mark("All villages: construction, P80"),
    "all_present_value_p50_yuan": mark("All villages: present value, P50"),
    "all_present_value_p80_yuan": mark("All villages: present value, P80"),
}
#: Words for inputs, by name in the address; else the name itself stands there.
INPUTS: dict[str, str] = {
    "place": mark("Place"),
    "standard": mark("Standard"),
    "as_of": mark("Date"),
    "area": mark("Area drawn on the map"),
    "kind": mark("Kind"),
    "category": mark("Policy category"),
    "batch": mark("Pilot places"),
    "people": mark("Population"),
    "seed": mark("Seed"),
    "seconds": mark("Time limit (seconds)"),
    "lots": mark("Lots"),
    "bids": mark("Bids"),
    "aim": mark("What comes first"),
    "most_lots": mark("Most lots per bidder (empty: no limit)"),
    "bidders": mark("Bidders"),
    "low": mark("Lowest price (% of the reserve)"),
    "high": mark("Highest price (% of the reserve)"),
    "start": mark("Start from"),
    "years": mark("Years to look ahead"),
    "need_growth": mark("Growth of the need (% a year)"),
    "base_growth": mark("Growth of the base (% a year)"),
    "bases": mark("Other bases"),
    "need": mark("Need"),
    "base": mark("Base"),
    "year": mark("First year"),
    "raised": mark("Raised"),
    "reading": mark("How the figure for this country is read"),
    "own_low": mark("Own assumption: lost per unit, low"),
    "own_high": mark("Own assumption: lost per unit, high"),
    "epsilon": mark("Elasticity of demand ε"),
    "discount": mark("Discount δ (% of the price)"),
    "ramsey": mark("Ramsey number k (0 at cost, 1 a monopoly)"),
    "services": mark("Services, line by line: name, elasticity"),
    "operators": mark("Operators: name, revenue, profit, market share"),
    "owed": mark("Owed from the year before"),
    "w_revenue": mark("Weight of revenue"),
    "w_profit": mark("Weight of profit"),
    "w_market": mark("Weight of market share"),
    "basis": mark("Load is measured in"),
    "units": mark("What is given out"),
    "cost": mark("Cost of a village"),
    "source": mark("Bids"),
    "part": mark("Chance that a bidder bids for a lot (%)"),
    "tech": mark("Technologies"),
    "speed": mark("Speed wanted (Mbps)"),
    "placed": mark("Use distances between placed points"),
    "trunk": mark("Villages in a chain share the trunk"),
    "bound": mark("Of the range, take"),
    "level": mark("Rules are for each place of this level"),
    "least": mark("at least"),
    "most": mark("at most"),
    "measure": mark("counted in"),
    "groups": mark("Priority groups"),
    "floor": mark("of these at least (villages)"),
    "lot": mark("Smallest lot: villages of one place, or none there"),
    "started": mark("Started projects go first"),
    "limit": mark("Time limit (s)"),
    "km": mark("Distance to the nearest connected node (km)"),
    "terrain": mark("Terrain"),
    "households": mark("Households"),
    "every": mark("Every how many-th village is a candidate"),
    "generation": mark("Technology"),
    "weigh": mark("Counted in"),
    "plan_budget": mark("Budget (10,000 yuan)"),
    "plan_aim": mark("Connect as many as possible"),
    "plan_basis": mark("Cost from"),
    "published": mark("Technology"),
    "plan_own": mark("Rules of single places"),
    "w_one": mark("Points per village"),
    "w_thousand_persons": mark("Points per 1,000 people"),
    "w_is_priority": mark("Points per village of the priority groups"),
    "site_aim": mark("Cover"),
    "site_own": mark("Own list"),
    "site_budget": mark("Budget (10,000 yuan)"),
    "sites": mark("Number of sites"),
    "site_share": mark("Share to cover (%)"),
    "from": mark("Candidates"),
    "km_plain": mark("Radius (km), plain"),
    "km_hill": mark("Radius (km), hills"),
    "km_mountain": mark("Radius (km), mountains"),
    "km_plateau": mark("Radius (km), plateau"),
    "km_unknown": mark("Radius (km), terrain not known"),
}
#: Words for choices, by input and code.
CHOICES: dict[tuple[str, str], str] = {
    ("units", "villages"): mark("whole counties first, villages to even out"),
    ("units", "counties"): mark("whole counties only"),
    ("units", "connected_counties"): mark("whole counties in one piece"),
    ("basis", "cost"): mark("cost"),
    ("basis", "villages"): mark("number of villages"),
    ("cost", "flat"): mark("the same for each"),
    ("aim", "savings"): mark("the least subsidy"),
    ("aim", "most_lots"): mark("as many lots as possible"),
    ("source", "given"): mark("Bids given"),
    ("source", "simulated"): mark("Simulated bids"),
    ("start", "published"): mark("The American fund"),
    ("start", "own"): mark("Own figures"),
    ("reading", "extra"): mark("1 plus the figure"),
    ("reading", "total"): mark("the figure in all"),
    ("plan_aim", "persons"): mark("People"),
    ("plan_aim", "villages"): mark("Villages"),
    ("plan_aim", "score"): mark("Weighted score"),
    ("plan_basis", "model"): mark("Cost model, village by village"),
    ("plan_basis", "published"): mark("Published range per village"),
    ("bound", "low"): mark("low"),
    ("bound", "central"): mark("central"),
    ("bound", "high"): mark("high"),
    ("measure", "villages"): mark("number of villages"),
    ("measure", "yuan"): mark("10,000 yuan"),
    ("measure", "persons"): mark("people"),
    ("site_aim", "sites"): mark("Most with so many sites"),
    ("site_aim", "budget"): mark("Most with a budget"),
    ("site_aim", "share"): mark("Fewest sites for a share"),
    ("from", "unconnected"): mark("Unconnected villages"),
    ("from", "all"): mark("All villages"),
    ("from", "own"): mark("Own list"),
    ("generation", "4g"): mark("4G"),
    ("generation", "5g"): mark("5G"),
    ("weigh", "people"): mark("People"),
    ("weigh", "villages"): mark("Villages"),
    ("terrain", "plain"): mark("plain"),
    ("terrain", "hill"): mark("hills"),
    ("terrain", "mountain"): mark("mountains"),
    ("terrain", "plateau"): mark("plateau"),
    **{
        (name, code): word
        for name in ("tech", "published", "technology")
        for code, word in {
            "fibre": mark("Fibre"),
            "4g": mark("4G"),
            "5g": mark("5G"),
            "4g_microwave": mark("4G, microwave link"),
            "4g_fibre": mark("4G, fibre link"),
            "5g_microwave": mark("5G, microwave link"),
            "5g_fibre": mark("5G, fibre link"),
            "satellite": mark("Satellite"),
        }.items()
    },
}
#: Words for the tables whose digests are kept.
TABLES: dict[str, str] = {
    "villages": mark("villages with their states, distances and costs"),
    "village": mark("villages with their states, distances and costs"),
    "model_parameter": mark("parameters of the cost model"),
}
UNITS = {
    "_yuan": "yuan",
    "_persons": "person",
    "_households": "household",
    "_villages": "village",
    "_km": "km",
}
MOST_NAMED = 6


def question_word(question: str) -> str:
    return t(QUESTIONS[question]) if question in QUESTIONS else question


def result_word(name: str) -> str:
    return t(RESULTS[name]) if name in RESULTS else name


def input_word(name: str, question: str = "") -> str:
    """The word for a flattened input, as `asked.budget` or `asked.bids.lines`; a question may have its own."""
    short = name.removeprefix("asked.").removesuffix(".lines")
    found = INPUTS.get(f"{question}.{short}", INPUTS.get(short))
    return t(found) if found else short


def choice_word(name: str, value: str, question: str = "") -> str:
    """What a code of a choice means; a text that is no choice stays as it is."""
    short = name.removeprefix("asked.")
    found = CHOICES.get((f"{question}.{short}", value), CHOICES.get((short, value)))
    return t(found) if found else value


def value_text(name: str, value: Scalar) -> str:
    """A result with its unit, which its name ends in."""
    if value is None:
        return figures.unknown()
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, str):
        return choice_word(name, value)
    if name.endswith("_share"):
        return figures.percent(100 * value)
    unit = next((unit for ending, unit in UNITS.items() if name.endswith(ending)), None)
    return figures.value_text(value, unit) if unit else figures.decimal(value, 4)


def table_words(names: Iterable[str]) -> str:
    return figures.sentence(dict.fromkeys(t(TABLES[name]) if name in TABLES else name for name in names))


def again(old: Scenario, new: Scenario) -> tuple[bool, str]:
    """Whether the same question still has the same answer, and the sentence that says so."""
    different = scenario.different_answers(old.results, new.results)
    saved = figures.bracketed(old.created[:10], t("build {build_id}", build_id=old.build_id))
    tables = scenario.changes(old.digests, new.digests)
    if not different:
        words = t("The same scenario was saved on {saved}; the answer is the same.", saved=saved)
        return True, figures.sentence([words, _tables(tables)])
    listed = [f"{result_word(name)}: {_at(old, name)} → {_at(new, name)}" for name in different[:MOST_NAMED]]
    more = len(different) - MOST_NAMED
    listed += [t("and {n} more", n=figures.count(more))] if more > 0 else []
    words = t("The same scenario was saved on {saved}; the answer has changed.", saved=saved)
    return False, figures.sentence([words, *listed, _tables(tables) or _why(old, new)])


def _at(one: Scenario, name: str) -> str:
    return value_text(name, one.results[name]) if name in one.results else figures.DASH


def _tables(changed: Changes) -> str | None:
    names = [*changed.changed, *changed.added, *changed.removed]
    return t("data that changed since: {names}", names=table_words(names)) if names else None


def _why(old: Scenario, new: Scenario) -> str:
    """The data are the same: then it is the solver, the clock, or this programme."""
    if (old.solver, old.solver_version) != (new.solver, new.solver_version):
        return t(
            "the data are the same; the solver was {then} and is {now}",
            then=f"{old.solver} {old.solver_version}",
            now=f"{new.solver} {new.solver_version}",
        )
    if old.gap_share or new.gap_share:
        return t("the data are the same; the search was ended by the clock, so another answer may be found")
    return t("the data are the same; the calculation itself has been changed")


def run_words(run: Run) -> str:
    """How an answer was found, how long it took, and how far from the best it can be."""
    if run.solver == "none":
        return t("Nothing had to be searched for.")
    found = t(
        "{solver} {version}, {seconds} s",
        solver=run.solver,
        version=run.solver_version,
        seconds=figures.decimal(run.seconds, 1),
    )
    if run.status == "optimal" and not run.gap_share:
        return figures.sentence([t("proven to be the best"), found])
    how = {
        "time_limit": t("the time was up: the best found so far; another machine may find another one"),
        "stopped": t("stopped: the best found so far"),
    }.get(run.status)
    gap = (
        t("how far it is from the best is not proven")
        if run.gap_share is None
        else t("at most {gap} from the best", gap=figures.percent_at_most(100 * run.gap_share))
    )
    return figures.sentence([how, gap, found])
