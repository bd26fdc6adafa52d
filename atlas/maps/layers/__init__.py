"""The layers of the map, one file each."""
