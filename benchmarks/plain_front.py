"""The atlas as Streamlit alone would send it: its index, its files as they are. For `first_view`, beside the atlas."""

from __future__ import annotations

import streamlit as st

from atlas.serve import first_pages, front
from atlas.serve.app_code import AppCode
from atlas.serve.first_pages import Nowhere
from atlas.serve.routes import routes
from atlas.serve.startup import lifespan

LEFT_OUT: tuple[object, ...] = (AppCode, Nowhere)
front.prepare()
app = st.App(
    front.APP,
    routes=[one for one in routes if one not in first_pages.routes],
    middleware=[one for one in front.middleware() if one.cls not in LEFT_OUT],
    lifespan=lifespan,
)
