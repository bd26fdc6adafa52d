"""Charts: histories, distributions, spreads."""
