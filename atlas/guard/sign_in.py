"""The sign-in by OpenID Connect, which is Streamlit's: where it is set up, that this is whole, and its cookies.

Streamlit asks the provider through authlib and httpx: the only question of this server to another, and only to the one
that the file names. It keeps who signed in in cookies that it signs, calls them neither Secure nor bound to the atlas's
path, and sends whoever comes back to the first page: that is put right on the way out.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, user_info
from streamlit.runtime.secrets import secrets_singleton

SETTING = "ATLAS_SIGN_IN"  # the file with [auth]; without it Streamlit's own, .streamlit/secrets.toml
SECTION = "auth"
CALLBACK = "/oauth2callback"
DESK = b"/desk"
SECRET_CHARACTERS = 32
OF_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
COOKIES = (b"_streamlit_user", b"_streamlit_session")  # how the names of the sign-in's cookies begin
NO_STORE = (b"cache-control", b"no-store")


class UnfitSignIn(ValueError):
    """A sign-in that is not set up whole: the message says what is missing."""


def prepare() -> None:
    """Name the file to Streamlit, and read it. Raises UnfitSignIn: a server whose desk was meant to be closed must not
    start with an open one.
    """
    setattr(user_info, "make_url_path", _beside)  # noqa: B010 - mypy would have Streamlit's own kept
    if named := os.environ.get(SETTING):
        if not Path(named).is_file():
            raise UnfitSignIn(f"{SETTING}: there is no such file")
        config.set_option("secrets.files", [named], SETTING)
        secrets_singleton._reset()
    is_there = any(Path(one).exists() for one in config.get_option("secrets.files"))
    if is_there and not secrets_singleton.load_if_toml_exists():
        raise UnfitSignIn("the secrets file cannot be read: expected TOML in UTF-8")
    if has_sign_in():
        _check()
    elif named:
        raise UnfitSignIn(f"{SETTING}: the file has no section [{SECTION}]")


def _beside(base: str, path: str) -> str:
    """The address of the sign-in as seen from a page: Streamlit's, from the root of the host, would leave the path
    that the atlas stands under.
    """
    del base
    return path.lstrip("/")


def has_sign_in() -> bool:
    """Whether somebody has said in Streamlit's secrets how visitors sign in."""
    return secrets_singleton.load_if_toml_exists() and SECTION in secrets_singleton


def _check() -> None:
    told = secrets_singleton[SECTION].to_dict()
    if missing := [name for name in OF_PROVIDER if not told.get(name)]:
        raise UnfitSignIn(f"[{SECTION}]: {', '.join(missing)} is needed")
    if len(str(told.get("cookie_secret", ""))) < SECRET_CHARACTERS:
        raise UnfitSignIn(f"[{SECTION}] cookie_secret: at least {SECRET_CHARACTERS} random characters are needed")
    if not str(told.get("redirect_uri", "")).endswith(CALLBACK):
        raise UnfitSignIn(f"[{SECTION}] redirect_uri: expected the address of this atlas, ending in {CALLBACK}")


class SignIn:
    """Bounds the cookies to the atlas (its path, HTTPS where it is), and leads whoever comes back to the desk."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        scheme, _, path = urlsplit(str(secrets_singleton[SECTION].get("redirect_uri", "")) if has_sign_in() else "")[:3]
        self.is_https = scheme == "https"
        self.path = (path.removesuffix(CALLBACK) or "/").encode("ascii", "ignore")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def bounding(message: Message) -> None:
            if message["type"] == "http.response.start":
                pairs = [self._of(name, value, scope["path"]) for name, value in message["headers"]]
                message["headers"] = pairs + ([NO_STORE] if _is_of_sign_in(scope["path"]) else [])
            await send(message)

        await self.app(scope, receive, bounding if scope["type"] == "http" else send)

    def _of(self, name: bytes, value: bytes, path: str) -> tuple[bytes, bytes]:
        lower = name.lower()
        if lower == b"set-cookie" and value.startswith(COOKIES):
            return name, self._bounded(value)
        return name, DESK if lower == b"location" and value == b"/" and path == CALLBACK else value

    def _bounded(self, cookie: bytes) -> bytes:
        parts = [part.strip() for part in cookie.split(b";")]
        kept = [part for part in parts if part.lower() != b"secure" and not part.lower().startswith(b"path=")]
        return b"; ".join([*kept, b"Path=" + self.path, *([b"Secure"] if self.is_https else [])])


def _is_of_sign_in(path: str) -> bool:
    return path == CALLBACK or path.startswith("/auth/")
