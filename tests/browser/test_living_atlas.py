"""A number's whole life in a browser: published, cited, made otherwise by a register and by a citizen, and still there.

Five people are signed in, each in a browser of their own and in their language; a citizen has a phone and no account.
"""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

import pytest
from offices import CARRIER, WARD, Colleague, Office, office
from playwright.sync_api import Browser, Locator, expect

from atlas.look import language

pytestmark = pytest.mark.browser

#: The contributor has a reviewer's role, too: only the four eyes keep them from approving their own.
USERS: dict[str, dict[str, Any]] = {
    "con": {"name": "Ctirad Contributor", "roles": ["contributor", "reviewer"], "areas": [WARD]},
    "rev": {},
    "pub": {"name": "Petra Publisher", "roles": ["publisher"]},
    "ope": {"name": "Otto Operator", "roles": ["operator"], "areas": ["ZZ"], "carrier": CARRIER},
    "aud": {"name": "Adam Auditor", "roles": ["auditor"]},
}
LANGUAGES = {"con": "zh", "rev": "en", "pub": "zh", "ope": "zh", "aud": "en", "phone": "zh"}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DAY = "2014-12-31"
AT = f"standard=wire&as_of={DAY}"
HIS_VILLAGE, OTHER_VILLAGE = "010101121", "010101107"  # Dubová turns connected by the register, Černá unconnected
NAMES = {HIS_VILLAGE: "Dubová", OTHER_VILLAGE: "Černá"}
#: As bureaus write it: in GBK, a column that nobody asked for, and no word of which day it is.
FIRST = f"村编码,是否通宽带,备注\n{HIS_VILLAGE},是,光纤\n{OTHER_VILLAGE},是,无\n010101135,是,光纤\n".encode("gbk")
MENDED = f"村编码,是否通宽带,备注\n{HIS_VILLAGE},是,光纤\n{OTHER_VILLAGE},否,拆除\n010101135,是,光纤\n".encode("gbk")
SEEN = "The cable ends at the bridge, 300 m before the first house."
CONTACT = "ludmila@example.org"
FILES = (
    f"download/villages.csv?within={WARD}&{AT}&lang=zh&release={{number}}",
    f"download/villages.csv?within={WARD}&{AT}&lang=en&release={{number}}",
    f"tiles/villages/5/10/18.mvt?{AT}&lang=zh&release={{number}}",
    "tiles/boundaries/3/2/4.mvt?levels=region&release={number}",
    f"place?place={HIS_VILLAGE}&{AT}&lang=zh&release={{number}}",  # the page as it is before a script runs
)
THREE_MINUTES = 180
LONG_MS = 60_000


@contextmanager
def step(where: str) -> Iterator[None]:
    """A failure says at which step of the walk it was."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"the walk stopped where {where}")
        raise


@dataclass
class Walk:
    """The people, and which page was seen in which language."""

    at: Office
    people: dict[str, Person]
    seen: set[tuple[str, str]] = field(default_factory=set)

    def __getattr__(self, name: str) -> Person:
        return self.people[name]


class Person(Colleague):
    """Somebody at an own browser."""

    def __init__(self, browser: Browser, sub: str, at: Office, **how: Any) -> None:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 1100}, "locale": "en-GB"} | how)
        super().__init__(context, sub, at, LANGUAGES[sub])
        self.seen: set[tuple[str, str]] = set()

    def goes(self, page: str, lang: str = "") -> None:
        super().goes(page, lang)
        self.seen.add((page.partition("?")[0], lang or self.lang))

    def button(self, english: str, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.says(english, **values), exact=True)

    def presses(self, english: str) -> None:
        self.button(english).click()

    def told(self, english: str, **values: object) -> None:
        self.page.get_by_text(self.says(english, **values)).first.wait_for()
        self.settled()

    def chooses_of(self, english: str) -> None:
        self.page.get_by_role("radiogroup").locator("label").filter(has_text=self.says(english)).click()

    def writes(self, english: str, text: str) -> None:
        self.page.get_by_role("textbox", name=self.says(english)).first.fill(text)

    def unfolds(self, english: str) -> None:
        self.page.locator("summary").filter(has_text=self.says(english)).click()
        self.settled()

    def sees_row(self, *words: str) -> None:
        """One row of a table says all of them."""
        row = self.page.get_by_role("row")
        for word in words:
            row = row.filter(has_text=word)
        expect(row.first).to_be_visible()

    def fetches(self, address: str) -> bytes:
        with urllib.request.urlopen(f"{self.at.address}/{address}", timeout=60) as answer:
            assert answer.status == 200
            content: bytes = answer.read()
        assert content
        return content


@pytest.fixture
def walk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with office(tmp_path_factory.mktemp("living"), USERS) as at:
        people = {sub: Person(browser, sub, at) for sub in USERS}
        people["phone"] = Person(browser, "phone", at, **PHONE)
        for one in people.values():
            one.page.set_default_timeout(LONG_MS)
        yield Walk(at, people)
        for one in people.values():
            assert (one.strangers, one.dialogs, one.violations) == ([], [], []), one.name
            one.page.context.close()


def test_the_life_of_a_number(walk: Walk) -> None:
    con, rev, pub, ope, aud, phone = (walk.people[one] for one in (*USERS, "phone"))
    with step("five people sign in"):
        for sub in USERS:
            walk.people[sub].signs_in(sub)
    with step("the publisher makes the first release"):
        first = publishes(pub, "The first", "Nothing was published before.")
    with step("a citizen cites a village's number"):
        address = cited(phone, first)
        kept = fetched(phone, first)
        page_then = read_of(phone, address)
    with step("the contributor hands in a register, in GBK, that tells no day"):
        number = hands_in(con, FIRST, "光缆台账", "初稿")
        assert number == 1 and con.page.get_by_text("Dubová").count()
    with step("the reviewer returns it with words"):
        finds_at_the_desk(rev, "Registers to review")
        rev.told("Review")
        rev.writes("What the reviewer says", "The cable of Černá was taken away in May.")
        rev.presses("Return with these words")
        rev.told("It is returned.")
    with step("the contributor reads them and hands in again"):
        con.goes(f"submission?submission.no={number}")
        assert "taken away in May" in con.reads() and con.says("Returned") in con.reads()
        number = hands_in(con, MENDED, "光缆台账（更正）", "已核实", columns_first=True)
        assert number == 2
    with step("the contributor may not approve it, the reviewer does"):
        con.presses("Approve")
        con.told("You handed this in yourself: somebody else has to review it.")
        finds_at_the_desk(rev, "Registers to review")
        rev.presses("Approve")
        rev.told("It is approved; the next release carries it.")
    with step("the publisher makes the second release, which the register changes"):
        second = publishes(pub, "With the register", "Ward of Újezd", sees=("Dubová", pub.says("new data")))
        differs(
            pub, first, second, (NAMES[HIS_VILLAGE], "光缆台账（更正）"), (NAMES[OTHER_VILLAGE], pub.says("new data"))
        )
    with step("a phone files a correction"):
        link = files_a_correction(phone)
    with step("the operator disputes it"):
        finds_at_the_desk(ope, "Corrections to answer")
        assert SEEN in ope.reads()
        ope.chooses_of("Dispute: it is not as claimed")
        ope.writes("Why, and what shows it", "The cable was laid to the last house in June.")
        ope.presses("Answer")
        ope.told("The answer is recorded.")
    with step("the office decides"):
        finds_at_the_desk(rev, "Corrections to decide")
        rev.chooses_of("Uphold: the next release says so")
        rev.writes("Reasons", "Our surveyor stood at the bridge: it ends there.")
        rev.presses("Decide")
        rev.told("The decision is recorded.")
    with step("the phone reads it by its secret link, and the list names nobody"):
        phone.open(link)
        said = phone.reads()
        for words in (SEEN, "to the last house", "Our surveyor stood", phone.says("Upheld")):
            assert words in said
        names_nobody(phone)
    with step("the publisher makes the third release, which the correction changes"):
        third = publishes(
            pub, "With the correction", "No. 1", sees=(NAMES[HIS_VILLAGE], pub.says("No. {n}", n="000001"))
        )
        differs(pub, second, third, (NAMES[HIS_VILLAGE], pub.says("No. {n}", n="000001")))
    with step("the village's page says the new state"):
        phone.goes(f"place?place={HIS_VILLAGE}&{AT}")
        assert phone.says("Unconnected") in phone.reads()
        phone.sees_row(phone.says("No. {n}", n="000001"), phone.says("Upheld"), third)
    with step("what was cited is still the same"):
        assert fetched(phone, first) == kept
        assert fetched(phone, second) != kept != fetched(phone, third)
        still_says(read_of(phone, address), page_then, first)
    with step("the auditor finds all of it, and the log is whole"):
        audits(aud, first, second, third)
    with step("each page is seen in both languages"):
        sees_the_rest(walk)


def publishes(pub: Person, title: str, notes: str, sees: tuple[str, ...] = ()) -> str:
    """Builds it, sees how far it is, looks at what it changes, publishes; returns its number."""
    pub.goes("releases")
    pub.unfolds("Make a release")
    box = pub.page.get_by_role("textbox", name=pub.says("Number"))
    number = box.input_value()
    pub.writes("Title", title)
    pub.writes("Notes: what is new, and why", notes)
    pub.presses("Build it")
    pub.page.get_by_role("progressbar").first.wait_for()
    pub.button("Publish it").wait_for()
    pub.settled()
    if sees:
        pub.sees_row(*sees)
    pub.presses("Publish it")
    pub.told("Release {number} is published and served.", number=number)
    pub.sees_row(number, title, pub.says("served now"))
    return number


def cited(phone: Person, release: str) -> str:
    """The address of a village's page that names its release, as the page tells it."""
    phone.goes(f"place?place={HIS_VILLAGE}&{AT}")
    phone.unfolds("Cite this page")
    address = phone.page.locator("[data-testid=stCode] code").first.inner_text()
    assert f"release={release}" in address and phone.says("The address below shows these numbers for ever.")
    return address


def fetched(phone: Person, release: str) -> dict[str, bytes]:
    """To the byte: lists of villages in both languages, a tile of villages, a tile of boundaries."""
    return {one: phone.fetches(one.format(number=release)) for one in FILES}


def read_of(phone: Person, address: str) -> list[str]:
    phone.open(address)
    return phone.reads().splitlines()


def still_says(now: list[str], then: list[str], release: str) -> None:
    """Every line of then, in its order. New are a word of which release it is, and what the desk has done since."""
    changed = SequenceMatcher(None, then, now, autojunk=False).get_opcodes()
    lost = [then[a:b] for what, a, b, _, _ in changed if what not in ("equal", "insert")]
    assert lost == []
    new = " ".join(line for what, _, _, a, b in changed if what == "insert" for line in now[a:b])
    assert release in new and "000001" in new


def hands_in(con: Person, content: bytes, title: str, note: str, *, columns_first: bool = False) -> int:
    """Check, questions, columns, difference, draft, submitted; returns its number."""
    con.goes(f"submit?place={WARD}")
    file = {"name": "台账.csv", "mimeType": "text/csv", "buffer": content}
    con.page.locator("input[type=file]").set_input_files(file)
    con.told("Questions about the file")
    for do in (says_columns, says_the_day) if columns_first else (says_the_day, says_columns):
        do(con)
        con.told("What it would change")
    con.sees_row(NAMES[HIS_VILLAGE])
    con.writes("Title", title)
    con.page.get_by_role("textbox", name=con.says("Title")).press("Tab")
    con.settled()
    con.presses("Keep as a draft")
    con.page.wait_for_url(re.compile(r"submission\.no=\d+"))
    con.writes("Note to the reviewer (optional)", note)
    con.presses("Submit it for review")
    con.told("It is submitted.")
    assert title in con.title() and con.says("Waits for review") in con.reads()
    found = re.search(r"submission\.no=(\d+)", con.page.url)
    assert found
    return int(found[1])


def says_the_day(con: Person) -> None:
    box = con.page.get_by_test_id("stDateInput").locator("input")
    box.fill(DAY)
    box.press("Escape")
    con.presses("Check again with these answers")
    expect(con.page.get_by_text("2000-01-01")).to_have_count(0)
    con.settled()


def says_columns(con: Person) -> None:
    """As they were understood."""
    con.unfolds("Which column is what")
    expect(con.page.get_by_role("combobox", name="代码", exact=True)).to_have_value("村编码")
    expect(con.page.get_by_role("combobox", name=re.compile("大区"))).not_to_have_count(0)
    con.presses("Read it so")
    con.settled()


def finds_at_the_desk(one: Person, heading: str) -> None:
    """What waits there, opened by its link."""
    one.goes("desk")
    expect(one.page.get_by_text(re.compile(f"{re.escape(one.says(heading))}: 1"))).to_be_visible()
    one.page.get_by_role("row").get_by_role("link").first.click()
    one.page.wait_for_url(re.compile(r"(submission|correction)\.no=\d+"))
    one.settled()


def differs(pub: Person, older: str, newer: str, *rows: tuple[str, ...]) -> None:
    """The page of the difference, and its file."""
    pub.goes(f"releases?release.from={older}&release.to={newer}")
    for words in rows:
        pub.sees_row(*words)
    file = pub.fetches(f"download/changes/{older}/{newer}.csv?within=ZZ&lang=en").decode("utf-8-sig")
    for village, *_ in rows:
        assert village in file


def files_a_correction(phone: Person) -> str:
    """Without an account, in less than three minutes; returns the secret link."""
    begun = time.monotonic()
    phone.goes(f"place?place={HIS_VILLAGE}&{AT}")
    phone.page.locator("[data-testid=stMain] a").filter(has_text=phone.says("Report an error")).first.tap()
    phone.page.wait_for_url(re.compile("/correct"))
    phone.settled()
    phone.page.get_by_role("radiogroup").locator("label").filter(has_text="线路或基站未建成").tap()
    phone.page.get_by_role("combobox", name=re.compile(phone.says("Carrier"))).tap()
    phone.page.get_by_role("option", name="泽线").tap()
    phone.writes("What you saw, where and when (optional)", SEEN)
    phone.writes("How to reach you (optional)", CONTACT)
    phone.button("Hand in").tap()
    code = phone.page.locator("[data-testid=stCode] code")
    code.wait_for()
    assert phone.says("No. {n}", n="000001") in phone.title()
    assert time.monotonic() - begun < THREE_MINUTES
    return code.inner_text()


def names_nobody(phone: Person) -> None:
    for page in ("corrections", "correction?correction.no=1"):
        phone.goes(page)
        said = phone.reads()
        assert NAMES[HIS_VILLAGE] in said
        for word in (*(str(told["name"]) for told in USERS.values() if told), "Own Reviewer", SEEN, CONTACT):
            assert word not in said, (page, word)


def audits(aud: Person, *releases: str) -> None:
    """Each act is found by what it was about; every seal is right."""
    aud.goes("log")
    for words in (("release.published", "pub"), ("challenge.decided", "rev"), ("submission.approved", "rev")):
        aud.sees_row(*words)
    for about, kinds in (
        ("submission/1", ("submission.drafted", "submission.submitted", "submission.returned")),
        ("challenge/1", ("challenge.filed", "challenge.answered", "challenge.decided")),
    ):
        aud.goes(f"log?log.subject={about}")
        for kind in kinds:
            aud.sees_row(kind, about)
        assert "release.published" not in aud.reads()
    aud.presses("Verify now")
    aud.told("The log is whole; tables and files are what it says.")
    lines = [json.loads(line) for line in aud.page.request.get(f"{aud.at.address}/audit/log.jsonl").text().splitlines()]
    assert [one["entry_no"] for one in lines] == list(range(1, len(lines) + 1))
    assert [one["body"]["number"] for one in lines if one["kind"] == "release.published"] == list(releases)
    assert SEEN not in json.dumps(lines) and CONTACT not in json.dumps(lines)


def sees_the_rest(walk: Walk) -> None:
    """The pages of the walk in the language in which nobody has seen them so far."""
    who = {"submit": "con", "submission": "con", "desk": "rev", "releases": "pub", "log": "aud"}
    which = {"submission": "?submission.no=2", "correction": "?correction.no=1"}
    which |= {name: f"?place={HIS_VILLAGE}&{AT}" for name in ("place", "correct")}
    seen = set().union(*(one.seen for one in walk.people.values()))
    for page in ("place", "releases", "submit", "submission", "desk", "correct", "correction", "corrections", "log"):
        one = walk.people[who.get(page, "phone")]
        for lang in {"zh", "en"} - {told for name, told in seen if name == page}:
            one.goes(page + which.get(page, ""), lang)
            with language.speaking(lang):
                said = language.t("Cite this page")
            assert one.page.locator("summary").filter(has_text=said).count() == 1, (page, lang)
