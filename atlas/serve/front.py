"""What every request passes on its way in, and every answer on its way out; the outermost first."""

from __future__ import annotations

from starlette.middleware import Middleware

from atlas.serve import base_path
from atlas.serve.bodies import Bodies
from atlas.serve.headers import SafeHeaders
from atlas.serve.hosts import Hosts
from atlas.serve.internals import Internals
from atlas.serve.origins import Origins
from atlas.serve.sessions import Sessions


def middleware() -> list[Middleware]:
    """For `st.App(middleware=…)`: runs before Streamlit's own."""
    return [
        Middleware(SafeHeaders),
        Middleware(base_path.BasePath, base_path.configured()),
        *(Middleware(one) for one in (Hosts, Origins, Internals, Bodies, Sessions)),
    ]
