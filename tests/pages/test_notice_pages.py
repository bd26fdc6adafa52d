"""Pages of public notices, without a browser: anybody reads and objects, drafts stay hidden, texts stay texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from one_page import markup, run, shown, words
from sqlalchemy import select
from starlette.requests import Request
from test_desk_pages import (
    COUNTY,
    ELSEWHERE,
    HOSTILE,
    LOCAL,
    PLACE,
    REVIEWER,
    STRANGER,
    VILLAGE,
    Seat,
    chinese,
    held,
    own,
    press,
    seat,
    submitted,
)

from atlas.desk import at_hand, served
from atlas.desk.asked import NoticesFeed
from atlas.desk.corrections import rates
from desk.desk import ANYBODY, Desk
from desk.log import instant
from desk.notices import objecting, opening
from desk.notices.opening import Shown
from desk.notices.terms import NoticeTerms, day
from desk.people.rights import Grant, Person
from desk.projected.notices import OBJECTION
from desk.submissions import hand_in
from indicators.database import Atlas

__all__ = ["own", "seat"]  # fixtures
TERMS = NoticeTerms(1)
SECRETS = ("Title of who drafted", "file of the bureau", "District", "Reviewer", "1380000", "bureau alone")
PAGES = ("register_notices", "register_notice", "submission", "desk")
REVIEWERS = Person("other", "Second <i>reviewer</i>", (Grant("reviewer", "0100"),))


@pytest.fixture(autouse=True)
def _no_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "take_objection", lambda address: None)


def last_day() -> str:
    return TERMS.least(day(instant(datetime.now(UTC)), "UTC"))


def on_notice(desk: Desk, atlas: Atlas, title: str = "Register of the place", words: str = "For all to read") -> int:
    number = submitted(desk, atlas, title="Title of who drafted it", file_name="file of the bureau.csv")
    version = held(desk, number)["version"]
    opening.put(desk, REVIEWER, number, version, last_day(), title, words, Shown(2, 1, 1, 1), TERMS)
    return number


def later(monkeypatch: pytest.MonkeyPatch, desk: Desk, days: int = 10) -> None:
    """The desk's clock, some days on."""
    moved = Desk(desk.engine, desk.files, lambda: datetime.now(UTC) + timedelta(days=days))
    monkeypatch.setattr(at_hand, "desk", lambda: moved)


def states(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        return list(connection.execute(select(OBJECTION.c.state).order_by(OBJECTION.c.objection_no)).scalars())


@pytest.mark.parametrize("who", [ANYBODY, LOCAL, COUNTY, REVIEWER, STRANGER], ids=lambda one: str(one.sub))
@pytest.mark.parametrize("state", ["none", "running", "over", "ended"])
def test_every_page_for_everybody(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, state: str, who: Person
) -> None:
    seat(who)
    lang = "zh" if who in (ANYBODY, REVIEWER) else "en"
    if state != "none":
        number = on_notice(own, mini_atlas)
        for text in HOSTILE:
            objecting.file(own, number, text, None, "13800000000")
    if state == "over":
        later(monkeypatch, own)
    if state == "ended":
        hand_in.give_back(own, REVIEWER, 1, held(own, 1)["version"], "words for the bureau alone")
    for name in PAGES:
        page = run(monkeypatch, mini_atlas, name, {"place": PLACE, "notice.no": "1", "submission.no": "1"}, lang)
        text = markup(page) + shown(page)
        assert markup(page).count("<h1>") == 1 and "<script>alert" not in markup(page)
        if name.startswith("register_"):
            assert not [secret for secret in SECRETS if secret in text]
            assert not any("alert(1)" in one.value for one in page.text), "what was written is the office's"
    if who in (ANYBODY, STRANGER):
        assert "1380000" not in shown(run(monkeypatch, mini_atlas, "submission", {"submission.no": "1"}, lang))


def test_a_closed_desk_says_so(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, seat: Seat) -> None:
    def closed() -> Desk:
        raise at_hand.Closed

    monkeypatch.setattr(at_hand, "desk", closed)
    seat(ANYBODY)
    for name in ("register_notices", "register_notice", "notices"):
        assert "<h1>" in markup(run(monkeypatch, mini_atlas, name, {"notice.no": "1"}, "en"))


def test_what_is_not_on_notice_is_like_what_there_is_not(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    number = submitted(own, mini_atlas, title="Secret title")
    for who in (ANYBODY, STRANGER, REVIEWER):
        seat(who)
        there = run(monkeypatch, mini_atlas, "register_notice", {"notice.no": str(number)}, "en")
        none = run(monkeypatch, mini_atlas, "register_notice", {"notice.no": "777"}, "en")
        assert words(markup(there)) == words(markup(none)) and "There is no notice" in shown(there)
        assert "Secret title" not in shown(run(monkeypatch, mini_atlas, "register_notices", {}, "en"))


@pytest.mark.parametrize("number", ["0", "-1", "x", "٣", "9" * 400, "<script>alert(1)</script>", "\x00", "", "²"])
def test_wrong_numbers_and_keys_open_nothing(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, number: str
) -> None:
    on_notice(own, mini_atlas)
    objecting.file(own, 1, "secret words")
    seat(ANYBODY)
    for query in ({"notice.no": number}, {"objection.key": number or "x"}, {"objection.key": "x", "notice.no": "1"}):
        page = run(monkeypatch, mini_atlas, "register_notice", query, "en")
        assert "There is no notice" in shown(page) and "secret words" not in shown(page)
    wrong = {"notice.no": "1", "objection.before": number, "notice.before": number}
    for name in ("register_notice", "register_notices"):
        run(monkeypatch, mini_atlas, name, wrong, "en")


def test_an_objection_through_the_form(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    number = on_notice(own, mini_atlas)
    seat(ANYBODY)
    page = run(monkeypatch, mini_atlas, "register_notice", {"notice.no": str(number)}, "zh")
    assert chinese("Would turn connected") in shown(page) and "Register of the place" in shown(page)
    page.session_state["objecting"] = True
    page.run()
    press(page, "Hand in the objection")
    assert states(own) == [] and not page.exception
    page.text_area[0].set_value("<b>wrong</b> of my village")
    page.selectbox[0].set_value(VILLAGE)
    page.text_input[0].set_value("me@example.org")
    press(page, "Hand in the objection")
    [code] = page.code
    key = code.value.partition("objection.key=")[2]
    assert "/register-notice?lang=zh&objection.key=" in code.value and len(key) > 20
    mine = run(monkeypatch, mini_atlas, "register_notice", {"objection.key": key}, "en")
    assert "<b>wrong</b> of my village" in [one.value for one in mine.text]
    everybody = run(monkeypatch, mini_atlas, "register_notice", {"notice.no": str(number)}, "en")
    assert "<b>wrong" not in shown(everybody) and not [one for one in everybody.text if "wrong" in one.value]
    press(mine, "Take it back for good")
    assert states(own) == ["taken_back"]


def test_the_rate_is_said(monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat) -> None:
    monkeypatch.undo()
    rates._limiter.cache_clear()
    for _ in range(rates.OBJECTIONS_PER_HOUR):
        rates.take_objection("192.0.2.1")
    with pytest.raises(rates.TooMany, match=str(rates.OBJECTIONS_PER_HOUR)):
        rates.take_objection("192.0.2.1")
    rates.take_objection("192.0.2.2")
    rates.take("192.0.2.1")
    rates._limiter.cache_clear()


def test_put_on_notice_answered_and_approved(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    number = submitted(own, mini_atlas, title="Register")
    query = {"submission.no": str(number), "place": PLACE}
    seat(COUNTY)
    page = run(monkeypatch, mini_atlas, "submission", query, "zh")
    assert chinese("Put on public notice") not in [one.label for one in page.button]
    seat(REVIEWER)
    page = run(monkeypatch, mini_atlas, "submission", query, "zh")
    page.text_area[0].set_value("**what** it is")
    press(page, "Put on public notice")
    assert chinese("It is on public notice.") in shown(page)
    objecting.file(own, number, "{x} <i>no</i>", None, "13800000000")
    page = run(monkeypatch, mini_atlas, "submission", query, "zh")
    assert "{x} <i>no</i>" in [one.value for one in page.text] and "13800000000" in shown(page)
    approve = next(one for one in page.button if one.label == chinese("Approve"))
    assert approve.disabled and chinese("Answer") not in [one.label for one in page.button]
    assert "None" not in shown(run(monkeypatch, mini_atlas, "desk", {}, "en"))
    later(monkeypatch, own, 40)
    office = shown(run(monkeypatch, mini_atlas, "desk", {}, "en"))
    assert "Public notices to decide: 1" in office and "Objections that wait for an answer: 1" in office
    page = run(monkeypatch, mini_atlas, "submission", query, "zh")
    page.checkbox[0].set_value(True)
    page.radio[0].set_value("rejected")
    answer = next(one for one in page.text_area if one.label == chinese("Reasons"))
    answer.set_value("*measured* there")
    press(page, "Answer")
    assert states(own) == ["rejected"]
    page = run(monkeypatch, mini_atlas, "submission", query, "zh")
    press(page, "Approve")
    assert held(own, number)["state"] == "approved"
    seat(ANYBODY)
    text = shown(run(monkeypatch, mini_atlas, "register_notice", {"notice.no": str(number)}, "en"))
    assert "*measured* there" in text and "Objection not accepted" in text and "Approved after the notice" in text
    past = shown(run(monkeypatch, mini_atlas, "register_notices", {}, "en"))
    assert "Past notices" in past and "Approved after the notice" in past


def test_another_place_sees_no_objection(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    number = on_notice(own, mini_atlas)
    objecting.file(own, number, "secret words")
    for who in (ANYBODY, STRANGER, COUNTY):
        seat(who)
        page = run(monkeypatch, mini_atlas, "submission", {"submission.no": str(number)}, "en")
        assert "secret words" not in shown(page) and not [one for one in page.text if "secret" in one.value]
    seat(REVIEWERS)
    page = run(monkeypatch, mini_atlas, "submission", {"submission.no": str(number)}, "en")
    assert [one.value for one in page.text] == ["secret words"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_and_words(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat, text: str
) -> None:
    on_notice(own, mini_atlas, title=text[:100], words=text)
    seat(ANYBODY)
    for name in ("register_notice", "register_notices", "notices"):
        page = run(monkeypatch, mini_atlas, name, {"notice.no": "1"}, "en")
        assert "<script>alert" not in markup(page) and not [one for one in page.markdown if "alert" in one.value]


def test_the_notices_of_projects_lead_to_those_of_registers(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    seat(ANYBODY)
    assert "Registers on public notice" not in shown(run(monkeypatch, mini_atlas, "notices", {}, "en"))
    on_notice(own, mini_atlas)
    page = run(monkeypatch, mini_atlas, "notices", {}, "en")
    assert "Registers on public notice: 1" in shown(page) and "register-notice?" in markup(page)


def test_a_notice_must_be_where_the_profile_says_so(
    monkeypatch: pytest.MonkeyPatch, mini_atlas: Atlas, own: Desk, seat: Seat
) -> None:
    number = submitted(own, mini_atlas)
    monkeypatch.setattr(at_hand, "notice_terms", lambda atlas: NoticeTerms(1, is_required=True))
    seat(REVIEWER)
    query: dict[str, Any] = {"submission.no": str(number)}
    page = run(monkeypatch, mini_atlas, "submission", query, "en")
    assert "has to be on public notice" in shown(page)
    assert next(one for one in page.button if one.label == "Approve").disabled


def test_the_feed_says_what_everybody_may_know(mini_atlas: Atlas, own: Desk) -> None:
    on_notice(own, mini_atlas, title="<b>Title</b> & more")
    submitted(own, mini_atlas, title="Secret title", file_sha256="9" * 64)
    scope = {"type": "http", "scheme": "http", "server": ("127.0.0.1", 80), "root_path": "", "query_string": b""}
    request = Request({**scope, "path": "/", "headers": [(b"host", b"127.0.0.1")], "app": None})
    for place_id, n in (("ZZ", 1), (PLACE, 1), (ELSEWHERE, 0)):
        [*items] = served._notices(request, mini_atlas, NoticesFeed(place_id, "en"))
        assert len(items) == n and not any(secret in repr(items) for secret in (*SECRETS, "Secret title"))
        assert not items or "register-notice?notice.no=1" in items[0].link
    with pytest.raises(served.Refused):
        served._notices(request, mini_atlas, NoticesFeed("none", "en"))
