"""An address is read as it was written: every kind of question, and through the routes that serve it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.routing import Match

from atlas.look import figures, language, parameters
from atlas.look.addressed import BUILD, VERSION, Addressed, Part, Said
from atlas.look.addresses import RELEASE
from atlas.look.language import LANGUAGES
from atlas.look.parameters import Parameter, Unreadable
from atlas.maps.asked import LevelsParameter, TileParameter, VillageTile
from atlas.maps.beside import Beside, BesidesParameter
from atlas.maps.tiles import cell_words
from atlas.maps.tiles import villages as tiles
from atlas.serve.asking import asked_of
from atlas.serve.routes import DATA, LOOK, routes
from atlas.view import classes, filter_query, handout_asked, held, published_query, suggestions
from atlas.work.refused import Refused
from indicators import facts, places
from indicators.chosen.area import area
from indicators.chosen.selection import Filters
from indicators.database import Atlas
from indicators.published.figures import Asked as AskedFigures

KINDS = [served.question for served in (*DATA, *LOOK)]
by_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.PATH)
some = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))

STEPS = st.text(min_size=1, max_size=12).filter(lambda text: "/" not in text)
WORDS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=64)
AREAS = st.sampled_from([None, area("100,30;101,30;101,31"), area("circle:100.5,30.25,12.5")])
COUNTS = st.none() | st.integers(0, 999_999_999)
DAYS = st.none() | st.dates(date(1000, 1, 1), date(9998, 12, 31))
SHORT = st.text(max_size=80)
FILTERS = st.builds(
    Filters,
    kind=st.none() | WORDS,
    terrain=st.none() | WORDS,
    policy_category=st.none() | WORDS,
    batch=st.none() | st.integers(0, 999),
    population_from=COUNTS,
    population_to=COUNTS,
    area=AREAS,
)
CLASSES = ["", *classes.METHODS, classes.read("5,10,20"), classes.read("1万,2.5万")]


def some_of(allowed: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """At least one of them, in their own order."""
    chosen = st.sets(st.sampled_from(allowed), min_size=1)
    return chosen.map(lambda found: tuple(one for one in allowed if one in found))


def tiles_of_the_world() -> st.SearchStrategy[tuple[int, int, int]]:
    return st.integers(0, tiles.MAX_ZOOM).flatmap(
        lambda z: st.tuples(st.just(z), st.integers(0, 2**z - 1), st.integers(0, 2**z - 1))
    )


def published(atlas: Atlas) -> st.SearchStrategy[AskedFigures]:
    said = {"text": SHORT.map(str.strip), "topic": SHORT, "seen": SHORT, "contradiction": SHORT}
    return st.builds(AskedFigures, within=nation(atlas), first=DAYS, last=DAYS, **said)


def nation(atlas: Atlas) -> st.SearchStrategy[str]:
    return st.just(str(facts.settings(atlas)["nation"]["place_id"]))


def batches(atlas: Atlas) -> st.SearchStrategy[int | None]:
    listed = facts.pilot_lists(atlas, facts.settings(atlas)["nation"]["place_id"])["batch"]
    return st.sampled_from([None, *map(int, listed)])


#: How a value of each kind of parameter is drawn; what is more special stands first.
BESIDE = st.builds(Beside, WORDS.filter(str.isprintable), WORDS.filter(str.isprintable))
VALUES: list[tuple[type[Parameter], Callable[[Any, Atlas], st.SearchStrategy[Any]]]] = [
    (parameters.StepOf, lambda one, atlas: st.sampled_from(one.allowed)),
    (parameters.Steps, lambda one, atlas: WORDS.filter(lambda text: "//" not in f"/{text}/")),
    (parameters.AnyStep, lambda one, atlas: STEPS),
    (held.HeldPlace, lambda one, atlas: st.sampled_from(some_places(atlas))),
    (LevelsParameter, lambda one, atlas: st.frozensets(st.sampled_from(["province", "prefecture", "县"]))),
    (parameters.TextOrNone, lambda one, atlas: st.just(one.missing) | WORDS),
    (parameters.Text, lambda one, atlas: WORDS),
    (suggestions.QuestionParameter, lambda one, atlas: WORDS),
    (parameters.Date, lambda one, atlas: DAYS.filter(bool)),
    (parameters.OneOf, lambda one, atlas: st.sampled_from(one.allowed)),
    (parameters.SomeOf, lambda one, atlas: some_of(one.allowed)),
    (parameters.Switch, lambda one, atlas: st.booleans()),
    (Part, lambda one, atlas: st.none() | questions(one.kind, atlas)),
    (TileParameter, lambda one, atlas: tiles_of_the_world()),
    (filter_query.FilterParameters, lambda one, atlas: FILTERS),
    (filter_query.StatesParameter, lambda one, atlas: some_of(tuple(filter_query.STATES))),
    (BesidesParameter, lambda one, atlas: st.lists(BESIDE, max_size=4).map(tuple)),
    (handout_asked.Written, lambda one, atlas: st.text("ab村 \n", max_size=one.most)),
    (classes.ClassesParameter, lambda one, atlas: st.sampled_from(CLASSES)),
    (held.HeldBatch, lambda one, atlas: batches(atlas)),
    (published_query.PublishedParameters, lambda one, atlas: published(atlas)),
]


def some_places(atlas: Atlas) -> list[str]:
    whole = str(facts.settings(atlas)["nation"]["place_id"])
    level = places.level_below(atlas, whole)
    return [whole, *(one.place_id for one in places.parts(atlas, whole, level or ""))]


def values(one: Parameter, atlas: Atlas) -> st.SearchStrategy[Any]:
    return next(draw(one, atlas) for kind, draw in VALUES if isinstance(one, kind))


def questions(kind: type[Said], atlas: Atlas) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{field: values(one, atlas) for field, one in kind.parameters().items()})


def requested(address: str) -> tuple[str, Request]:
    """The path of the route that takes an address, and the request as it comes in there."""
    parts = urlsplit(address)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/" + unquote(parts.path),
        "query_string": parts.query.encode(),
        "headers": [],
    }
    for route in routes:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return route.path, Request(scope | found)
    raise AssertionError(address)


@by_kind
def test_a_question_is_read_as_it_was_written(
    kind: type[Addressed], mini_atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_BUILD_DIR", str(mini_atlas.path.parent))

    @some
    @given(questions(kind, mini_atlas))
    def check(question: Addressed) -> None:
        path, request = requested(question.url({BUILD: mini_atlas.build_id, VERSION: "0f0f"}.get(kind.PIN, "")))
        assert path == f"/{kind.PATH}"
        assert kind.read(asked_of(request, kind)) == question

    check()


@by_kind
def test_what_it_does_not_have_is_refused(kind: type[Addressed]) -> None:
    for query in ("colour=red", "%00=", f"{kind.PIN}=1&{kind.PIN}=1" if kind.PIN else "build=x"):
        with pytest.raises(Refused) as refused:
            asked_of(requested(f"{_example(kind)}?{query}")[1], kind)
        known = {*kind.plan().query, *((RELEASE,) if kind.PIN == BUILD else ())}  # a release stands for its build
        assert (refused.value.status, refused.value.expected) == (400, sorted(known))


def _example(kind: type[Addressed]) -> str:
    """A path of this kind, whatever it leads to."""
    return re.sub(r"{(\w+)(:path)?}", "1", kind.PATH)


def test_a_layer_names_any_tile() -> None:
    asked = VillageTile("fibre", date(2017, 12, 31), "zh")
    assert asked.url("b") == "tiles/villages/{z}/{x}/{y}.mvt?build=b&standard=fibre&as_of=2017-12-31&lang=zh"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tiles_and_pages_speak_the_same_languages(lang: str) -> None:
    with language.speaking(lang):
        assert cell_words.words_of(lang).states[1] == language.t("Unconnected")
        assert cell_words.words_of(lang).number(12345) == figures.count(12345)


@pytest.mark.parametrize(
    ("one", "said", "status", "error"),
    [
        (parameters.Text("within"), "", 400, "missing or malformed within"),
        (parameters.Text("within"), "a" * 65, 400, "missing or malformed within"),
        (parameters.Text("within"), "a\n", 400, "missing or malformed within"),
        (parameters.Date("as_of"), "２017-12-31", 400, "missing or malformed as_of"),
        (parameters.Date("as_of"), "20171231", 400, "missing or malformed as_of"),
        (parameters.OneOf("lang", ("zh", "en")), "", 400, "unknown lang"),
        (parameters.SomeOf("states", ("a", "b")), "a,,b", 400, "unknown states"),
        (parameters.Switch("demo"), "yes", 400, "unknown demo"),
        (parameters.StepOf("suffix", ("csv",)), "exe", 404, "no such format"),
    ],
)
def test_hostile_values_are_refused(one: Parameter, said: str, status: int, error: str, mini_atlas: Atlas) -> None:
    with pytest.raises(Unreadable) as refused:
        one.read(parameters.Asked({one.name: said}, lambda: mini_atlas))
    assert (refused.value.status, refused.value.error) == (status, error)
    assert said == "" or said not in str(refused.value.expected)
