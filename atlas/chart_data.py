"""The data of a chart that is kept: written once as Streamlit sends it, not at each rerun."""

from __future__ import annotations

from typing import Any

from streamlit.dataframe_util import convert_anything_to_arrow_bytes


def packed(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification with its tables as Arrow bytes: converting them takes longer than all else of a rerun."""
    held = spec.get("datasets", {})
    return spec | {"datasets": {name: convert_anything_to_arrow_bytes(rows) for name, rows in held.items()}}
