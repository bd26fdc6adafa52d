"""A scenario in words: what its inputs and results are called, and what has changed since it was saved.

The words are those that the question itself declares; a file may come from a stranger, so what it holds beside them
goes by its own name.
"""

from __future__ import annotations

from collections.abc import Iterable

from atlas.look import figures
from atlas.look.language import mark, t
from atlas.planner.inputs import Input
from atlas.planner.question import CODE, NUMBER, SHARE, Result
from atlas.planner.questions import saved
from indicators.database import Atlas
from planning import side_by_side
from planning.scenario import Scalar, Scenario
from planning.side_by_side import Changes
from planning.solver.search import Run

#: What a scenario holds beside the question's own inputs: what is planned for, and the seed of chance.
SCOPE: dict[str, str] = {
    "place": mark("Place"),
    "standard": mark("Standard"),
    "as_of": mark("Date"),
    "area": mark("Area drawn on the map"),
    "kind": mark("Kind"),
    "category": mark("Policy category"),
    "batch": mark("Pilot places"),
    "people": mark("Population"),
    "terrain": mark("Terrain"),
    "seed": mark("Seed"),
}
MOST_NAMED = 6


def question_word(name: str) -> str:
    return saved()[name].title() if name in saved() else name


def result_of(question: str, name: str) -> Result:
    """As its question declares it; what no question does goes by its own name, as a number."""
    found = saved()[question].result(name) if question in saved() else None
    return found or Result(name, "", NUMBER)


def result_word(result: Result) -> str:
    return t(result.word) or result.name


def input_of(atlas: Atlas, question: str, name: str) -> Input[object] | None:
    """The declaration of a flattened input, as `asked.budget` or `asked.bids.lines`; None where there is none."""
    return saved()[question].declared(atlas).get(_short(name)) if question in saved() else None


def input_word(atlas: Atlas, question: str, name: str) -> str:
    found = input_of(atlas, question, name)
    return found.label() if found else t(SCOPE.get(_short(name), "")) or _short(name)


def code_words(atlas: Atlas, question: str, name: str, code: str) -> str:
    """What a code of a choice means; a text that is no choice stays as it is."""
    found = input_of(atlas, question, name)
    return found.code_words(atlas, code) if found else code


def _short(name: str) -> str:
    return name.removeprefix("asked.").removesuffix(".lines")


def value_text(result: Result, value: Scalar) -> str:
    """A result with its unit."""
    if value is None:
        return figures.unknown()
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, str):
        return t(result.codes.get(value, "")) or value
    if result.unit == SHARE:
        return figures.percent(100 * value)
    return figures.decimal(value, 4) if result.unit in (NUMBER, CODE) else figures.value_text(value, result.unit)


def table_words(tables: Iterable[str]) -> str:
    """Names of tables whose digests are kept, in words."""
    words = {name: word for one in saved().values() for name, word in one.tables.items()}
    return figures.sentence(dict.fromkeys(t(words[name]) if name in words else name for name in tables))


def again(old: Scenario, new: Scenario) -> tuple[bool, str]:
    """Whether the same question still has the same answer, and the sentence that says so."""
    different = side_by_side.different_answers(old.results, new.results)
    saved = figures.bracketed(old.created[:10], t("build {build_id}", build_id=old.build_id))
    tables = side_by_side.changes(old.digests, new.digests)
    if not different:
        words = t("The same scenario was saved on {saved}; the answer is the same.", saved=saved)
        return True, figures.sentence([words, _tables(tables)])
    declared = [result_of(new.question, name) for name in different[:MOST_NAMED]]
    listed = [f"{result_word(result)}: {_at(old, result)} → {_at(new, result)}" for result in declared]
    more = len(different) - MOST_NAMED
    listed += [t("and {n} more", n=figures.count(more))] if more > 0 else []
    words = t("The same scenario was saved on {saved}; the answer has changed.", saved=saved)
    return False, figures.sentence([words, *listed, _tables(tables) or _why(old, new)])


def _at(one: Scenario, result: Result) -> str:
    return value_text(result, one.results[result.name]) if result.name in one.results else figures.DASH


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
