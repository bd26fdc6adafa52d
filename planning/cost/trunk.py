"""Villages in a chain share the trunk: the cheapest tree that ties each of them to a connected place.

Every village by itself needs a cable to the nearest connected one. Together they need a minimum spanning tree over the
villages and one root, which stands for all that is connected and is as far from each village as its nearest connected
one. A village bears the piece that leads from it towards the root; the pieces add up to the tree.

What it assumes: straight distances, made longer by each village's own road and terrain factors as everywhere in the
model; that a cable has room for all villages behind it; that all villages of the tree are built, and nobody branches
off between two of them. Between points that were placed at random it means nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree
from scipy.spatial import Delaunay

from ground import mercator
from ground.sphere import apart_km

Floats = NDArray[np.float64]
LEAST_KM = 1e-9  # an edge of no length would be none in a sparse matrix
FEW = 3  # up to so many points are all tied to each other


def shared_km(lon: Floats, lat: Floats, distance_km: Floats) -> Floats:
    """The length in km of each village's own piece of the tree; never more than its distance.

    distance_km: to the nearest connected place. Where position or distance is unknown the distance stays as it is, and
    nobody is tied to that village.
    """
    known = np.flatnonzero(~(np.isnan(lon) | np.isnan(lat) | np.isnan(distance_km)))
    pieces = distance_km.astype(np.float64).copy()
    if len(known) > 1:
        pieces[known] = _pieces(lon[known], lat[known], distance_km[known])
    return pieces


def _pieces(lon: Floats, lat: Floats, distance_km: Floats) -> Floats:
    """The root is the last point."""
    root = len(lon)
    one, other = _beside(lon, lat).T
    ends = np.concatenate([one, np.arange(root)]), np.concatenate([other, np.full(root, root)])
    length = np.concatenate([apart_km(lon[one], lat[one], lon[other], lat[other]), distance_km])
    graph = sparse.coo_matrix((np.maximum(length, LEAST_KM), ends), shape=(root + 1, root + 1))
    tree = minimum_spanning_tree(graph.tocsr())
    _, towards = breadth_first_order(tree, root, directed=False)
    both = (tree + tree.T).tocsr()
    return np.asarray(both[np.arange(root), towards[:root]], dtype=np.float64).ravel()


def _beside(lon: Floats, lat: Floats) -> NDArray[np.int64]:
    """Pairs of points that a shortest tree can tie: the sides of the triangles between them (Delaunay), each once.

    On a Mercator map, which keeps angles: triangles of a few km are the ones that they are on the ground.
    """
    if len(lon) <= FEW:
        return np.argwhere(np.triu(np.ones((len(lon), len(lon))), 1))
    north = 180.0 - 360.0 * mercator.down(lat)  # degrees of the equator
    corners = Delaunay(np.column_stack([lon, north]), qhull_options="Qbb Qc Q12 QJ").simplices  # QJ: in a line, too
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    return np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)
