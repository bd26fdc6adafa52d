"""Vector tiles: villages and cells, boundaries, names, and how a tile is written."""
