"""Who sends a request that is no page's: by the cookie that Streamlit's sign-in set, signed by this server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from atlas.desk import at_hand
from atlas.guard.sign_in import has_sign_in
from atlas.intake import allowed
from desk.people.rights import Person
from indicators.database import Atlas


def person(atlas: Atlas, request: Request) -> Person:
    """The person of a request; `ANYBODY` where nobody is signed in."""
    claims = _claims(request) if has_sign_in() else {}
    return at_hand.of_claims(atlas, claims, is_here=allowed.is_here(request.headers))


def _claims(request: Request) -> Mapping[str, Any]:
    """What the sign-in told, {} where the cookie is none of ours. Streamlit reads it for its pages in the same way."""
    secret = get_cookie_secret()

    def signed(name: str) -> bytes | None:
        value = request.cookies.get(name)
        return None if value is None else decode_signed_value(secret, name, value.encode("latin-1", "replace"))

    try:
        told = json.loads(get_cookie_with_chunks(signed, USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
