"""Coverage modelled from cell sites: a village is covered where a site stands within a radius.

A model, and labelled so: hills, antennas and power are not in it. The sites themselves are in the table `cell_site`,
those without position among them; what is drawn of them is the profile's to say ([map] may_publish_sites).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ground.sphere import nearest_km, on_sphere

BY = ["technology", "operator", "as_of"]


def coverage_of_sites(
    villages: pd.DataFrame, sites: pd.DataFrame, *, radius_km: Mapping[str, float], is_complete: bool
) -> pd.DataFrame:
    """Rows of `coverage` for every village and every technology, operator and date of the sites.

    `villages`: place_no, lon, lat (degrees; surveyed positions only). `sites`: lon, lat, technology, as_of, and
    operator where known. `radius_km`: by technology. A village beyond the radius is not covered where the list of sites
    `is_complete`, and unknown where it is not: a site that nobody listed may serve it. Sites of a technology without a
    radius say nothing.
    """
    known = sites.dropna(subset=["lon", "lat", "technology", "as_of"])
    known = known[known["technology"].isin(list(radius_km))]
    if "operator" not in known:
        known = known.assign(operator=None)
    points = on_sphere(villages["lon"].to_numpy(dtype=float), villages["lat"].to_numpy(dtype=float))
    parts = [
        _covered(villages, points, group, dict(zip(BY, said, strict=True)), radius_km, is_complete)
        for said, group in known.groupby(BY, dropna=False, sort=True)
    ]
    columns = ["place_no", *BY, "distance_km", "is_covered"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _covered(
    villages: pd.DataFrame,
    points: np.ndarray,
    sites: pd.DataFrame,
    said: dict[str, object],
    radius_km: Mapping[str, float],
    is_complete: bool,
) -> pd.DataFrame:
    others = on_sphere(sites["lon"].to_numpy(dtype=float), sites["lat"].to_numpy(dtype=float))
    distance = nearest_km(points, others) if len(villages) else np.empty(0)
    near = distance <= radius_km[str(said["technology"])]
    covered = pd.Series(near, dtype=object).where(near | is_complete, None)
    operator = None if pd.isna(said["operator"]) else said["operator"]
    return pd.DataFrame(
        {
            "place_no": villages["place_no"].to_numpy(),
            "technology": said["technology"],
            "operator": pd.Series([operator] * len(villages), dtype=object),
            "as_of": said["as_of"],
            # Beyond the radius an incomplete list says nothing, not even how far the nearest site is.
            "distance_km": np.where(near | is_complete, distance, np.nan),
            "is_covered": covered,
        }
    )
