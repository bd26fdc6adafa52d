"""Five people sign in one after the other, and each sees what they may; a citizen needs no account."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import signing
from offices import CARRIER, PATH, ROLES, USERS, VILLAGE, Colleague, Office, office
from PIL import Image
from playwright.sync_api import Browser, expect

from desk.challenges import file as filing
from desk.challenges.claim import Claim, Terms, Village
from desk.desk import opened

pytestmark = pytest.mark.browser
SEEN = "The pole fell in March and was never put up again."


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as found:
        yield found


@pytest.fixture
def somebody(browser: Browser, at: Office) -> Iterator[Colleague]:
    """Whoever sits at one browser, one after the other."""
    context = browser.new_context(viewport={"width": 1440, "height": 1100}, locale="en-GB")
    person = Colleague(context, "office", at)
    yield person
    assert (person.strangers, person.dialogs, person.violations) == ([], [], [])
    context.close()


def picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (80, 60), (200, 30, 30)).save(held, "JPEG")
    return held.getvalue()


def files_a_correction(person: Colleague) -> str:
    """With a photo; returns the secret link."""
    person.goes(f"correct?place={VILLAGE}&standard=wire&as_of=2012-12-31")
    person.page.get_by_role("radiogroup").locator("label").first.click()
    person.page.get_by_role("combobox", name=re.compile("Carrier")).click()
    person.page.get_by_role("option", name="Zed Wire").click()
    person.page.get_by_role("textbox", name=re.compile("What you saw")).fill(SEEN)
    person.page.locator("input[type=file]").set_input_files(
        {"name": "pole.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    person.settled()
    person.page.get_by_role("button", name="Hand in").click()
    link = person.page.locator("[data-testid=stCode] code")
    link.wait_for()
    return link.inner_text()


def test_the_whole_day_of_a_correction(somebody: Colleague, at: Office) -> None:
    page = somebody.page
    somebody.goes("desk")
    assert somebody.offers("Sign in") and "Desk:" not in page.locator("header").inner_text()
    key = files_a_correction(somebody).partition("correction.key=")[2]
    somebody.goes("correction?correction.no=1")
    assert SEEN not in somebody.reads() and page.locator("img[src*=evidence]").count() == 0
    somebody.goes(f"correction?correction.key={key}")
    assert SEEN in somebody.reads() and somebody.offers("Take it back")

    somebody.signs_in("con")
    assert "Contributor" in page.locator("header").inner_text()
    assert "Nothing waits here" in somebody.reads()  # another's matter: a carrier is named
    somebody.goes("correction?correction.no=1")
    assert SEEN in somebody.reads() and not somebody.offers("Answer") and not somebody.offers("Decide")
    signs_out(somebody)

    somebody.signs_in("far")
    somebody.goes("correction?correction.no=1")
    assert SEEN not in somebody.reads() and page.locator("img[src*=evidence]").count() == 0
    assert not somebody.offers("Answer") and not somebody.offers("Decide")
    signs_out(somebody)

    somebody.signs_in("ope")
    page.get_by_role("link", name=re.compile("000001|No. 1|1$")).first.click()
    page.wait_for_url(re.compile("correction.no=1"))
    somebody.settled()
    assert SEEN in somebody.reads() and not somebody.offers("Decide")
    expect(page.locator("img[src*=evidence]")).to_have_js_property("naturalWidth", 80)
    page.locator("label").filter(has_text="Dispute").click()
    page.get_by_role("textbox", name=re.compile("Why, and what")).fill("It stands again since April.")
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_text("The answer is recorded.").wait_for()
    signs_out(somebody)

    somebody.signs_in("rev")
    assert "Own Reviewer" in page.locator("header").inner_text()
    somebody.goes("correction?correction.no=1")
    assert SEEN in somebody.reads() and not somebody.offers("Answer")
    page.locator("label").filter(has_text="Uphold").click()
    page.get_by_role("textbox", name="Reasons").fill("The photo shows it.")
    page.get_by_role("button", name="Decide", exact=True).click()
    page.get_by_text("The decision is recorded.").wait_for()
    page.get_by_role("button", name="Remove text and photo").click()
    at.end("rev")
    page.get_by_role("button", name="Remove them for good").click()
    page.get_by_text(SEEN).wait_for(state="detached")
    somebody.settled()
    assert at.photo(1, key=key) == 200  # nothing was removed
    assert SEEN not in somebody.reads() and "It stands again" in somebody.reads()
    somebody.goes("desk")
    assert "has no access" in somebody.reads() and somebody.offers("Sign in")
    somebody.page.context.clear_cookies()

    somebody.signs_in("pub")
    somebody.goes("releases")
    assert "Make a release" in somebody.reads()
    somebody.goes("correction?correction.no=1")
    assert SEEN not in somebody.reads()
    signs_out(somebody)

    somebody.signs_in("aud")
    assert "Auditor" in somebody.reads()
    for one in ("releases", "correction?correction.no=1"):
        somebody.goes(one)
        assert SEEN not in somebody.reads() and "Make a release" not in somebody.reads()
        assert not somebody.offers("Answer") and not somebody.offers("Decide")
    somebody.keep("signed-in-auditor")
    assert_nothing_secret_was_logged(at, key)


def test_a_photo_is_for_those_who_may_see_the_case(at: Office) -> None:
    """By the signed cookie, or by the key; everybody else is told that there is none."""
    at.roles.write_text(ROLES, encoding="utf-8")
    office_desk = opened(at.folder / "desk")
    photo = office_desk.files.keep(io.BytesIO(picture()))
    claim = Claim(Village(VILLAGE, PATH), "radio", "unconnected", "no_signal", CARRIER, "t", photo)
    filed, other = (filing.file(office_desk, one, Terms()) for one in (claim, replace(claim, photo_sha256="")))
    number, may = filed.challenge_no, {"con", "ope", "rev"}

    def signed(sub: str, **how: Any) -> str:
        return at.sign_in.cookie(sub, **how, **USERS[sub])

    assert {sub for sub in USERS if at.photo(number, signed(sub)) == 200} == may
    assert {at.photo(number, signed(sub)) for sub in USERS if sub not in may} == {404}
    assert at.photo(number) == at.photo(number, "rubbish") == at.photo(number, key=other.key) == 404
    assert at.photo(number, key=filed.key) == 200 and at.photo(999, signed("rev")) == 404
    over = 2 * 3600 + 60
    assert at.photo(number, signed("rev", age_s=over - 120)) == 200
    assert at.photo(number, signed("rev", age_s=over)) == 404 == at.photo(number, signed("rev", age_s=-3600))
    assert at.photo(number, signed("rev", secret="another server's, as long as it may be")) == 404
    assert at.photo(number, at.sign_in.cookie("rev", is_logged_in=False)) == 404
    assert at.photo(number, at.sign_in.cookie("rev", iat=None)) == 404
    at.end("rev")
    assert at.photo(number, signed("rev")) == 404 and at.photo(number, signed("ope")) == 200
    at.roles.write_text("session_hours = [", encoding="utf-8")
    assert at.photo(number, signed("ope")) == 404  # what cannot be read gives nobody a role
    at.roles.write_text(ROLES, encoding="utf-8")
    assert at.photo(number, signed("ope")) == 200


def test_a_session_of_yesterday_is_over(somebody: Colleague, at: Office) -> None:
    somebody.goes("desk")  # Streamlit reads its cookie only beside another that the first visit sets
    cookie = at.sign_in.cookie("pub", age_s=24 * 3600, **USERS["pub"])
    somebody.page.context.add_cookies([{"name": signing.COOKIE, "value": cookie, "url": at.address}])
    somebody.goes("desk")
    assert "your session is over" in somebody.reads() and somebody.offers("Sign in")
    assert "Desk:" not in somebody.page.locator("header").inner_text()


def signs_out(person: Colleague) -> None:
    person.goes("desk")
    person.page.get_by_role("button", name="Sign out").click()
    person.page.get_by_role("button", name="End session").click()
    person.page.wait_for_url(re.compile(rf"^{re.escape(person.at.address)}/desk"))
    person.settled()
    assert person.offers("Sign in") and "Desk:" not in person.page.locator("header").inner_text()
    assert not [one for one in person.page.context.cookies(person.at.address) if one["name"] == signing.COOKIE]


def assert_nothing_secret_was_logged(at: Office, key: str) -> None:
    lines = at.log.read_text(encoding="utf-8")
    assert "/oauth2callback 302" in lines and "/correction 200" in lines
    for secret in (key, "code=", "state=", "token", "correction.key"):
        assert secret not in lines
