"""The naive way to compare with: every village as a row of a page's own map. Run by `naive`, not by hand.

ATLAS_FILE=... ROWS=100000 streamlit run naive_app.py
"""

from __future__ import annotations

import os

import duckdb
import pydeck as pdk
import streamlit as st

QUERY = """
    SELECT v.name, round(v.lon, 5) AS lon, round(v.lat, 5) AS lat, s."{column}" AS state
    FROM village AS v INNER JOIN village_status AS s USING (place_no)
    WHERE v.in_programme
    ORDER BY hash(v.place_no)
    LIMIT {rows}
"""
HEIGHT_PX = 660  # as the gap map
VIEW = pdk.ViewState(longitude=104.0, latitude=37.0, zoom=3.2)


def main() -> None:
    """A title and a map."""
    rows, column = int(os.environ["ROWS"]), os.environ["STATUS_COLUMN"]
    assert column.replace("_", "").isalnum(), column
    with duckdb.connect(os.environ["ATLAS_FILE"], read_only=True) as connection:
        frame = connection.execute(QUERY.format(column=column, rows=rows)).df()
    st.set_page_config(layout="wide")
    st.title(f"{len(frame):,} villages")
    layer = pdk.Layer(
        "ScatterplotLayer",
        frame,
        get_position="[lon, lat]",
        get_fill_color="[state * 80, 90, 160]",
        get_radius=2000,
        radius_min_pixels=1,
        pickable=True,
    )
    deck = pdk.Deck(layers=[layer], initial_view_state=VIEW, map_provider=None, tooltip={"text": "{name}"})
    st.pydeck_chart(deck, height=HEIGHT_PX)


if __name__ == "__main__":
    main()
