"""Maps: tiles, coloured areas, the close-up, layers."""
