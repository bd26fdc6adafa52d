"""How the atlas looks and how it is served: pages' building blocks, map layers, tiles, routes."""
