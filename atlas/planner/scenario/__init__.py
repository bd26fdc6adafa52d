"""Saved answers: as a file, side by side, as a report."""
