"""What could be done: pure functions on tables with units in the names. Imports nothing of ours."""
