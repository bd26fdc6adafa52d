"""Cells to typed rows, as a declaration says."""
