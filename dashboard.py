"""The whole service in one process: pages, tiles and files.

uvicorn dashboard:app            (what `make run` starts)
streamlit run dashboard.py       (the same, slower on small answers)
"""

from __future__ import annotations

import streamlit as st

from atlas.serve import front
from atlas.serve.routes import routes
from atlas.serve.startup import lifespan

front.prepare()
app = st.App(front.APP, routes=routes, middleware=front.middleware(), lifespan=lifespan)
