"""Great-circle distances by way of points on the unit sphere, which a k-d tree can search."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
Numbers = NDArray[np.float64]


def on_sphere(lon: Numbers, lat: Numbers) -> Numbers:
    """Points on the unit sphere, n × 3, from degrees."""
    theta, phi = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=1)


def chord_to_km(chord: Numbers) -> Numbers:
    """Length along the sphere of straight lines between points on the unit sphere."""
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1)))


def km_to_chord(km: Numbers) -> Numbers:
    """The other way: half around the Earth is the longest."""
    return np.asarray(2 * np.sin(np.minimum(km / EARTH_RADIUS_KM, np.pi) / 2))


def apart_km(lon: Numbers, lat: Numbers, other_lon: Numbers, other_lat: Numbers) -> Numbers:
    """Great-circle distances between points in degrees, pair by pair."""
    lon, lat, other_lon, other_lat = np.radians([lon, lat, other_lon, other_lat])
    half = np.sin((lat - other_lat) / 2) ** 2 + np.cos(lat) * np.cos(other_lat) * np.sin((lon - other_lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)), dtype=np.float64)


def nearest_km(points: Numbers, others: Numbers) -> Numbers:
    """Kilometres from each point (n × 3, as `on_sphere` makes them) to the nearest of the others."""
    return chord_to_km(cKDTree(others).query(points)[0])
