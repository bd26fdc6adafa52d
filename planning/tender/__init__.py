"""A tender for the least subsidy."""
