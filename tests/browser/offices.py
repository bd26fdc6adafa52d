"""The desk of an invented country with people who sign in: the atlas, the provider, the roles, and who they are."""

from __future__ import annotations

import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import serving
import signing
from mini_profile import MINI, Profile
from people import Visitor
from playwright.sync_api import BrowserContext
from signing import SignIn

from atlas.look import language

VILLAGE, WARD, ELSEWHERE = "010101100", "010101", "010201"
PATH = "ZZ/01/0101/010101"
CARRIER = "zed_wire"
USERS = {
    "con": {"name": "Contributor", "roles": ["contributor"], "areas": [WARD]},
    "ope": {"name": "Operator", "roles": ["operator"], "areas": ["ZZ"], "carrier": CARRIER},
    "far": {"name": "Far Reviewer", "roles": ["reviewer"], "areas": [ELSEWHERE]},
    "rev": {},
    "pub": {"name": "Publisher", "roles": ["publisher"]},
    "aud": {"name": "Auditor", "roles": ["auditor"]},
}
ROLES = """\
session_hours = 2
[claims]
roles = "roles"
areas = "areas"
operator = "carrier"
[[person]]
sub = "rev"
name = "Own Reviewer"
[[person.grant]]
role = "reviewer"
place = "010101"
"""
OPERATOR = f"""
[[operator]]
operator_id = "{CARRIER}"
name = {{ zh = "泽线", en = "Zed Wire" }}
"""

TARGET, MEETS = 'published_target = "wired_target"\n', '[standard.meets]\ntechnology = "broadband"\n'


@dataclass(frozen=True)
class Office:
    """An atlas with a desk that people sign in to."""

    address: str
    sign_in: SignIn
    folder: Path

    @property
    def roles(self) -> Path:
        return self.folder / "roles.toml"

    @property
    def log(self) -> Path:
        return self.folder / "requests.log"

    def end(self, sub: str) -> None:
        self.roles.write_text(f'ended = ["{sub}"]\n{ROLES}', encoding="utf-8")

    def photo(self, number: int, cookie: str = "", key: str = "") -> int:
        """The status with which a photo's address answers."""
        asked = urllib.request.Request(f"{self.address}/evidence/{number}.jpg" + (f"?key={key}" if key else ""))
        if cookie:
            asked.add_header("Cookie", f"{signing.COOKIE}={cookie}")
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                assert answer.headers["Cache-Control"] == "no-store" and answer.read()[:2] == b"\xff\xd8"
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


def built(folder: Path) -> Path:
    """The build folder of the mini country with a carrier, and a standard that registers speak of."""
    shutil.copytree(MINI, folder / "mini")
    profile = Profile(folder / "mini", folder / "build")
    profile.edit("profile.toml", TARGET, TARGET + MEETS)
    text = profile.file("profile.toml")
    text.write_text(text.read_text(encoding="utf-8") + OPERATOR, encoding="utf-8")
    profile.build()
    return profile.build_dir


@contextmanager
def office(folder: Path, users: Mapping[str, Mapping[str, Any]] = USERS) -> Iterator[Office]:
    """Started with its provider, and stopped."""
    build_dir, port = built(folder), serving.free_port()
    with signing.provider(users) as provider:
        sign_in = signing.sign_in(folder, f"http://localhost:{port}", provider)
        made = Office(sign_in.origin, sign_in, folder)
        made.roles.write_text(ROLES, encoding="utf-8")
        settings = {"ATLAS_SIGN_IN": str(sign_in.secrets), "ATLAS_ROLES": str(made.roles)}
        settings |= {"ATLAS_DESK_DIR": str(folder / "desk"), "ATLAS_PROFILE": str(folder / "mini")}
        settings |= {"ATLAS_LOG": "text", "ATLAS_LOG_FILE": str(made.log)}
        process, _ = serving.serve(build_dir, port, settings)
        try:
            yield made
        finally:
            serving.stop(process)


class Colleague(Visitor):
    """Somebody who goes through the provider's page, which loads a style from elsewhere: that is not looked at."""

    def __init__(self, context: BrowserContext, name: str, at: Office, lang: str = "en") -> None:
        super().__init__(context, name, looks_at_maps=False)
        self.at, self.lang = at, lang
        context.route(re.compile("jsdelivr"), lambda route: route.abort())

    def _note(self, url: str) -> None:
        if "jsdelivr" not in url:
            super()._note(url)

    def goes(self, page: str, lang: str = "") -> None:
        self.open(f"{self.at.address}/{page}{'&' if '?' in page else '?'}lang={lang or self.lang}")

    def says(self, english: str, **values: object) -> str:
        """A text of the screen as this person reads it."""
        with language.speaking(self.lang):
            return language.t(english, **values)

    def signs_in(self, sub: str) -> None:
        """From the page Desk, and back to it."""
        self.goes("desk")
        self.page.get_by_role("button", name=self.says("Sign in")).click()
        self.page.get_by_role("button", name=sub, exact=True).click()
        self.page.wait_for_url(re.compile(rf"^{re.escape(self.at.address)}/desk"))
        self.settled()

    def reads(self) -> str:
        return self.page.locator("[data-testid=stMain]").inner_text()

    def offers(self, button: str) -> bool:
        return self.page.get_by_role("button", name=button, exact=True).count() > 0
