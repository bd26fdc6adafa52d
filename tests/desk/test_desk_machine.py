"""Any order of what people do at the desk, the wrong things too: the tables stay what the log and the rules say."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import own_cluster
from desk_words import (
    COUNTY,
    NOBODY,
    OPERATORS,
    OTHER_REVIEWER,
    REVIEWER,
    STANDARDS,
    TELECOM,
    TERMS,
    VILLAGES,
    Ticking,
    claim,
    person,
    row,
    rows,
)
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from desk import backup, engine, projection
from desk.challenges import case as cases
from desk.challenges.claim import Village
from desk.challenges.file import file, file_in_bulk
from desk.desk import Desk, opened
from desk.errors import Overtaken, Refused
from desk.people.rights import Grant, Person
from desk.projected.challenges import COUNT
from desk.projected.states import ANSWERS, DECISIONS, ENDED, FILED, GRADES, OPEN, WITHDRAWN

PEOPLE = (
    *(NOBODY, REVIEWER, OTHER_REVIEWER, COUNTY, TELECOM),
    person("both", Grant("reviewer", "450000"), Grant("contributor", "450100")),
    person("移动员", Grant("operator", "430000", "移动")),
    person("Unicom", Grant("operator", "430100", "Unicom"), Grant("auditor")),
)
VILLAGE = st.sampled_from(VILLAGES[:5])
NUMBER = st.integers(1, 12)
WAYS = {  # state → where to in one step
    **{one: {*OPEN, *ENDED} for one in ("", FILED)},
    **{one: {one, *ENDED} for one in ANSWERS},
    **{one: {one} for one in ENDED},
}


class AtTheDesk(RuleBasedStateMachine):
    """The same done on every desk of `desks`, of which each must take it alike."""

    make: Callable[[], list[Desk]]

    def __init__(self) -> None:
        super().__init__()
        self.desks = self.make()
        self.keys: list[list[str]] = [[] for _ in self.desks]
        self.states: dict[int, str] = {}

    @property
    def desk(self) -> Desk:
        return self.desks[0]

    def teardown(self) -> None:
        for desk in self.desks:
            assert backup.verify(desk) == []
            desk.engine.dispose()
            shutil.rmtree(desk.files.folder.parent)

    def everywhere(self, act: Callable[[Desk], Any]) -> type[Refused] | None:
        """How it was refused, on all desks alike; None where it was done."""
        fates = set()
        for desk in self.desks:
            try:
                act(desk)
                fates.add(None)
            except Refused as refused:
                fates.add(type(refused))
        [fate] = fates
        return fate

    def held(self, number: int) -> dict[str, Any] | None:
        return row(self.desk, number) if number <= len(self.states) else None

    def must_be_allowed(self, who: Person, number: int, right: str, fate: type[Refused] | None) -> None:
        """What succeeded was done by somebody of that place, and that carrier: told here by hand, not by rights.py."""
        case = self.held(number)
        if fate is None:
            assert case is not None and any(_grants(one, right, case) for one in who.grants)

    @rule(
        village=VILLAGE, standard=st.sampled_from(STANDARDS[:2]), operator=st.sampled_from(OPERATORS), n=st.integers()
    )
    def file(self, village: Village, standard: str, operator: str, n: int) -> None:
        one = claim(village, standard=standard, operator=operator, text=f"说 {n}" if n % 2 else "")
        for desk, keys in zip(self.desks, self.keys, strict=True):
            keys.append(file(desk, one, TERMS, "13800000000" if n % 3 else "").key)

    @rule(who=st.sampled_from(PEOPLE), villages=st.lists(VILLAGE, max_size=4), at=st.sampled_from(VILLAGES[:5]))
    def file_in_bulk(self, who: Person, villages: list[Village], at: Village) -> None:
        claims = [claim(one, standard=STANDARDS[0], operator=OPERATORS[1]) for one in villages]
        fate = self.everywhere(lambda desk: file_in_bulk(desk, who, claims, TERMS, "", at.path))
        if fate is None:
            assert any(one.role == "contributor" and one.place_id in at.path.split("/") for one in who.grants)
            assert {one.path for one in villages} == {at.path}

    @rule(who=st.sampled_from(PEOPLE), number=NUMBER, answer=st.sampled_from((*ANSWERS, "upheld")), late=st.booleans())
    def answer(self, who: Person, number: int, answer: str, late: bool) -> None:
        seen = self.seen(number, late)
        fate = self.everywhere(lambda desk: cases.answer(desk, who, number, seen, answer, "是", TERMS))
        self.must_be_allowed(who, number, "answer", fate)
        assert fate is not None or not late

    @rule(who=st.sampled_from(PEOPLE), number=NUMBER, decision=st.sampled_from(DECISIONS), late=st.booleans())
    def decide(self, who: Person, number: int, decision: str, late: bool) -> None:
        grade, seen = GRADES[0] if decision == "upheld" else "", self.seen(number, late)
        fate = self.everywhere(lambda desk: cases.decide(desk, who, number, seen, decision, "核实", grade))
        self.must_be_allowed(who, number, "decide", fate)
        assert fate is not None or not late

    @rule(number=NUMBER, decision=st.sampled_from(DECISIONS[1:]))
    def two_decide(self, number: int, decision: str) -> None:
        """Both saw the same; the first that may wins."""
        seen = self.seen(number, False)
        first = self.everywhere(lambda desk: cases.decide(desk, REVIEWER, number, seen, decision, "一"))
        second = self.everywhere(lambda desk: cases.decide(desk, OTHER_REVIEWER, number, seen, "dismissed", "二"))
        if first is None:
            assert second is Overtaken

    @rule(n=st.integers(0, 30))
    def withdraw(self, n: int) -> None:
        if self.keys[0]:
            taken = iter([keys[n % len(keys)] for keys in self.keys])
            self.everywhere(lambda desk: cases.withdraw(desk, next(taken)))

    @rule(who=st.sampled_from(PEOPLE), number=NUMBER)
    def redact(self, who: Person, number: int) -> None:
        fate = self.everywhere(lambda desk: cases.redact(desk, who, number, "涉及个人"))
        self.must_be_allowed(who, number, "decide", fate)

    @rule(who=st.sampled_from(PEOPLE), number=NUMBER, village=st.sampled_from(VILLAGES))
    def move(self, who: Person, number: int, village: Village) -> None:
        before = self.held(number)
        fate = self.everywhere(lambda desk: cases.move(desk, who, number, village))
        self.must_be_allowed(who, number, "decide", fate)
        if fate is None:
            assert before is not None and any(_grants(one, "decide", before) for one in who.grants)

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        clocks = [desk.clock for desk in self.desks if isinstance(desk.clock, Ticking)]
        latest = max(clock.now for clock in clocks) + timedelta(days=days)
        for clock in clocks:
            clock.now = latest

    def seen(self, number: int, late: bool) -> int:
        case = self.held(number)
        return (case["version"] if case else 1) - late

    @invariant()
    def rules_hold(self) -> None:
        held = rows(self.desk)
        by_number = {one["challenge_no"]: one for one in held}
        for one in held:
            number, state = one["challenge_no"], one["state"]
            assert state in WAYS[self.states.get(number, "")]
            self.states[number] = state
            assert (one["due_on"] != "") == (state in OPEN)
            assert one["joined"] >= 0
            if one["joined_no"] is not None:
                main = by_number[one["joined_no"]]
                assert main["joined_no"] is None
                assert one["path"] == main["path"] and one["village_id"] == main["village_id"]
                assert state == WITHDRAWN or (state, one["due_on"]) == (main["state"], main["due_on"])
        with self.desk.reading() as connection:
            told = {tuple(one[:-1]): one[-1] for one in connection.execute(COUNT.select())}
        assert told == _counted(held)
        assert len({str(self.digests(desk)) for desk in self.desks}) == 1

    def digests(self, desk: Desk) -> dict[str, str]:
        with desk.reading() as connection:
            held = projection.digests(connection)
            scratch = engine.opened("sqlite://")
            with engine.writing(scratch) as target:
                for metadata in projection.METADATA:
                    metadata.create_all(target)
                projection.replay(connection, target, desk.files)
                assert projection.digests(target) == held
            scratch.dispose()
        return held if len(self.desks) == 1 else self.without_secrets(desk)

    def without_secrets(self, desk: Desk) -> dict[str, str]:
        """Keys are drawn: they differ from desk to desk."""
        with desk.reading() as connection:
            others = [table for table in projection.TABLES if table.name != "challenge"]
            found = {table.name: projection.digest(connection, table) for table in others}
        return found | {"challenge": str([{**one, "key_sha256": bool(one["key_sha256"])} for one in rows(desk)])}


def _grants(grant: Grant, right: str, case: dict[str, Any]) -> bool:
    if grant.place_id not in case["path"].split("/"):
        return False
    if right == "decide":
        return grant.role == "reviewer"
    own = grant.role == "operator" and grant.operator == case["operator"] != ""
    return own or (grant.role == "contributor" and case["operator"] == "")


def _counted(held: list[dict[str, Any]]) -> dict[tuple[Any, ...], int]:
    found: Counter[tuple[Any, ...]] = Counter()
    for one in held:
        if one["joined_no"] is None:
            for place_id in one["path"].split("/"):
                found[place_id, one["standard"], one["operator"], one["state"], one["due_on"]] += 1
    return dict(found)


def _new(address: str = "") -> Desk:
    folder = Path(tempfile.mkdtemp(prefix="desk-machine-"))
    return opened(folder, address or engine.url(folder), Ticking())


def _run(make: Callable[[], list[Desk]], examples: int, steps: int) -> None:
    machine = type("Machine", (AtTheDesk,), {"make": staticmethod(make)})
    allowed = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=allowed)  # type: ignore[no-untyped-call]


def test_any_order_on_sqlite() -> None:
    _run(lambda: [_new()], 25, 25)


def test_the_same_on_both(cluster: own_cluster.Cluster) -> None:
    _run(lambda: [_new(), _new(cluster.database())], 8, 20)
