"""From declared sources to one checked, published DuckDB file: `python -m etl`."""
