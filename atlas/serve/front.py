"""What every request passes on its way in, and every answer on its way out; the outermost first."""

from __future__ import annotations

from starlette.middleware import Middleware

from atlas.guard import base_path, origins, outbound, quiet, sign_in
from atlas.guard.headers import SafeHeaders
from atlas.guard.hosts import Hosts
from atlas.guard.internals import Internals
from atlas.guard.origins import Origins
from atlas.guard.request_log import RequestLog
from atlas.guard.sessions import Sessions
from atlas.guard.sign_in import SignIn
from atlas.serve.app_code import AppCode
from atlas.serve.bodies import Bodies
from atlas.serve.first_pages import Nowhere
from atlas.serve.stored import Stored

APP = "atlas/main.py"
INSIDE = (
    RequestLog,
    Hosts,
    Origins,
    Internals,
    SignIn,
    Bodies,
    Stored,
    Sessions,
    AppCode,
    Nowhere,
)  # they see paths as at the root of a host


def middleware() -> list[Middleware]:
    """For `st.App(middleware=…)`: runs before Streamlit's own."""
    return [
        Middleware(SafeHeaders),
        Middleware(base_path.BasePath, base_path.configured()),
        *(Middleware(one) for one in INSIDE),
    ]


def prepare() -> None:
    """What of Streamlit and of the logs is changed for the whole process, before anything is served."""
    outbound.forbid()
    origins.trust_public()
    sign_in.prepare()
    quiet.apply()
