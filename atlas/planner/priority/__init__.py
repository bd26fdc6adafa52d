"""Which villages next under a budget."""
