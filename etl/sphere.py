"""Great-circle distances by way of points on the unit sphere, which a k-d tree can search."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

EARTH_RADIUS_KM = 6371.0088
Numbers = NDArray[np.float64]


def on_sphere(lon: Numbers, lat: Numbers) -> Numbers:
    """Points on the unit sphere, n × 3, from degrees."""
    theta, phi = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=1)


def chord_to_km(chord: Numbers) -> Numbers:
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1)))


def nearest_km(points: Numbers, others: Numbers) -> Numbers:
    """Kilometres from each point (n × 3, as `on_sphere` makes them) to the nearest of the others."""
    return chord_to_km(cKDTree(others).query(points)[0])
