"""The check of a file that a visitor hands in: policy, turns, and the process of its own that reads it."""
