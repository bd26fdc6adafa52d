"""What every request passes on its way in, and every answer on its way out; the outermost first."""

from __future__ import annotations

from starlette.middleware import Middleware

from atlas.serve.hosts import Hosts


def middleware() -> list[Middleware]:
    """For `st.App(middleware=…)`: runs before Streamlit's own."""
    return [Middleware(Hosts)]
