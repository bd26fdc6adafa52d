"""A sign-in for tests: a provider that asks for no password, the atlas's secrets and roles, and cookies as it signs
them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving import ROOT, free_port
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

SECRET = "for tests alone, and long enough to be one"
COOKIE = "_streamlit_user"


@dataclass(frozen=True)
class SignIn:
    """Where the atlas will answer, and the file that tells it how people sign in."""

    origin: str
    secrets: Path

    def cookie(self, sub: str, age_s: float = 0, secret: str = SECRET, **claims: Any) -> str:
        """What the atlas gives to whoever signed in `age_s` seconds ago."""
        told = {"sub": sub, "iat": int(time.time() - age_s), "is_logged_in": True, "provider": "default"}
        value = json.dumps(told | {"origin": self.origin} | claims)
        return create_signed_value(secret, COOKIE, value).decode()


@contextmanager
def provider(users: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Its address; `users`: identifier → claims."""
    port = free_port()
    claims = [f"--user-claims={json.dumps({'sub': sub} | dict(told))}" for sub, told in users.items()]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *claims]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    address = f"http://localhost:{port}"
    try:
        _wait(f"{address}/.well-known/openid-configuration")
        yield address
    finally:
        process.terminate()
        process.wait(10)


def sign_in(folder: Path, origin: str, provider: str, base: str = "") -> SignIn:
    """The secrets file for an atlas at `origin`, under the path `base`."""
    told = {
        "redirect_uri": f"{origin}{base}/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "atlas",
        "client_secret": "of the atlas",
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
    }
    secrets = folder / "sign-in.toml"
    secrets.write_text("[auth]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items()))
    return SignIn(origin, secrets)


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise RuntimeError("the provider did not come up")
