"""The state of every village by standard and date: registered, or simulated to published rates."""
