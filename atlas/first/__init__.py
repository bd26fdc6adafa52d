"""The first HTML of every page: its answer as text, before any script runs (docs/decisions/103)."""
