"""From declared sources to one checked, published DuckDB file. Imports nothing else of the project."""
