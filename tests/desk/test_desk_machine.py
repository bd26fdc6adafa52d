"""Any order of what people do at the desk, the wrong things too: the tables stay what the log and the rules say."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
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

from desk import backup, engine, log, projection
from desk.apart import OBJECTION_CONTACT
from desk.challenges import case as cases
from desk.challenges.claim import Village
from desk.challenges.file import file, file_in_bulk
from desk.desk import Desk, opened
from desk.errors import Overtaken, Refused
from desk.notices import answering, objecting, opening
from desk.notices import read as notices
from desk.notices.terms import NoticeTerms
from desk.people.rights import Grant, Person
from desk.projected.challenges import COUNT
from desk.projected.notices import NOTICE, OBJECTION
from desk.projected.states import ANSWERS, DECISIONS, ENDED, FILED, GRADES, OPEN, WITHDRAWN
from desk.projected.submissions import SUBMISSION
from desk.submissions import hand_in as register
from desk.submissions import read as registers

PEOPLE = (
    *(NOBODY, REVIEWER, OTHER_REVIEWER, COUNTY, TELECOM),
    person("both", Grant("reviewer", "450000"), Grant("contributor", "450100")),
    person("移动员", Grant("operator", "430000", "移动")),
    person("Unicom", Grant("operator", "430100", "Unicom"), Grant("auditor")),
)
VILLAGE = st.sampled_from(VILLAGES[:5])
NUMBER = st.integers(1, 12)
COUNTY_PATH = VILLAGES[0].path
SHOWN = opening.Shown(1, 1, 1, 1)
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
        self.registers = 0
        self.objections: list[list[str]] = []

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

    # --- a register on notice: only the ways that end well or are refused, by people of its place and others ----------

    @rule(n=st.integers(0, 99))
    def hand_in(self, n: int) -> None:
        self.registers += 1
        for desk in self.desks:
            number = register_drafted(desk, COUNTY, f"{n:064x}", COUNTY_PATH)
            assert number == self.registers
            register.submit(desk, COUNTY, number, self.register(number, desk)["version"], "")

    @rule(who=st.sampled_from(PEOPLE), number=NUMBER, days=st.integers(0, 5))
    def put_on_notice(self, who: Person, number: int, days: int) -> None:
        if number > self.registers:
            return
        last = (self.today() + timedelta(days=days)).isoformat()
        seen = self.register(number)["version"]
        fate = self.everywhere(
            lambda desk: opening.put(
                desk, who, number, seen, last, "公示", "说明", SHOWN, NoticeTerms(1), four_eyes=False
            )
        )
        if fate is None:
            assert any(one.role == "reviewer" and one.place_id in COUNTY_PATH.split("/") for one in who.grants)

    @rule(number=NUMBER, n=st.integers(0, 3))
    def object_to_it(self, number: int, n: int) -> None:
        before = self.notice(number)
        keys: list[str] = []
        contact = "me@example.org" if n % 2 else ""
        fate = self.everywhere(
            lambda desk: keys.append(objecting.file(desk, number, f"异议 {n}", VILLAGES[0] if n else None, contact).key)
        )
        assert (fate is None) == (before is not None and before["state"] == "running")
        if fate is None:
            self.objections.append(keys)

    @rule(n=st.integers(0, 30))
    def take_an_objection_back(self, n: int) -> None:
        if self.objections:
            taken = iter(self.objections[n % len(self.objections)])
            self.everywhere(lambda desk: objecting.withdraw(desk, next(taken)))

    @rule(who=st.sampled_from(PEOPLE), number=NUMBER, one=NUMBER, answer=st.sampled_from(("accepted", "rejected")))
    def answer_an_objection(self, who: Person, number: int, one: int, answer: str) -> None:
        before = self.notice(number)
        fate = self.everywhere(lambda desk: answering.answer(desk, who, number, [one], answer, "核实"))
        if fate is None:
            assert before is not None and before["state"] == "over"
            assert any(grant.role == "reviewer" and grant.place_id in COUNTY_PATH.split("/") for grant in who.grants)

    @rule(number=NUMBER, way=st.sampled_from(("approve", "give_back", "withdraw")), must=st.booleans())
    def decide_the_register(self, number: int, way: str, must: bool) -> None:
        if number > self.registers:
            return
        before, seen = self.notice(number), self.register(number)["version"]
        if way == "approve":
            fate = self.everywhere(
                lambda desk: register.approve(desk, REVIEWER, number, seen, "", notice_required=must)
            )
            if fate is None:
                assert not must if before is None else (before["state"], before["unanswered"]) == ("over", 0)
        elif way == "give_back":
            self.everywhere(lambda desk: register.give_back(desk, REVIEWER, number, seen, "退回"))
        else:
            self.everywhere(lambda desk: register.withdraw(desk, COUNTY, number, seen))

    def register(self, number: int, desk: Desk | None = None) -> dict[str, Any]:
        with (desk or self.desk).reading() as connection:
            found = registers.one(connection, number)
        assert found is not None
        return dict(found)

    def notice(self, number: int) -> dict[str, Any] | None:
        clock = self.desk.clock
        assert isinstance(clock, Ticking)
        with self.desk.reading() as connection:
            found = notices.one(connection, number, log.standing(connection, clock.now))
        return None if found is None else dict(found)

    def today(self) -> date:
        clock = self.desk.clock
        assert isinstance(clock, Ticking)
        return clock.now.date()

    @invariant()
    def notices_end_with_their_registers(self) -> None:
        with self.desk.reading() as connection:
            states = {one.submission_no: one.state for one in connection.execute(SUBMISSION.select())}
            ended = {number for number, state in states.items() if state != "submitted"}
            for one in connection.execute(NOTICE.select()):
                assert one.state == ("open" if one.submission_no not in ended else states[one.submission_no])
            held = {one.objection_no: one for one in connection.execute(OBJECTION.select())}
            for one in connection.execute(OBJECTION_CONTACT.select()):
                assert held[one.objection_no].state == "filed", "who has an answer is not reached any more"
            for one in held.values():
                assert one.state != "filed" or one.submission_no not in ended
                assert not one.text_sha256 or self.desk.files.has(one.text_sha256)

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
            others = [table for table in projection.TABLES if table.name not in ("challenge", "objection")]
            found = {table.name: projection.digest(connection, table) for table in others}
            said = [dict(one) for one in connection.execute(OBJECTION.select().order_by("objection_no")).mappings()]
        found["objection"] = str([{**one, "key_sha256": ""} for one in said])
        return found | {"challenge": str([{**one, "key_sha256": bool(one["key_sha256"])} for one in rows(desk)])}


def register_drafted(desk: Desk, who: Person, sha256: str, path: str) -> int:
    """The same file may be handed in twice: the number makes it another."""
    file = desk.files.keep(io.BytesIO(f"{sha256}{log_length(desk)}".encode()))
    names = ("file_sha256", "shape_sha256", "declaration_sha256", "rows_sha256", "report_sha256")
    told: dict[str, Any] = dict.fromkeys(names, file) | {"path": path, "kind": "coverage", "title": "5G"}
    told |= {"file_name": "a.csv", "codes_as_of": "", "as_of": "2026-06-30", "against": "b"}
    return register.draft(desk, who, register.Draft(rows_read=1, rows_rejected=0, rows_said=1, **told))


def log_length(desk: Desk) -> int:
    with desk.reading() as connection:
        return log.head(connection)[0]


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
