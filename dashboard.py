"""The whole service in one process: pages, tiles and files.

uvicorn dashboard:app            (what `make run` starts)
streamlit run dashboard.py       (the same, slower on small answers)
"""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from atlas.routes import routes
from atlas.serve import base_path
from atlas.startup import lifespan

app = st.App(
    "atlas/main.py",
    routes=routes,
    middleware=[Middleware(base_path.BasePath, base_path.configured())],
    lifespan=lifespan,
)
