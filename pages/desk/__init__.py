"""Pages of the desk: corrections, registers, releases, the day of an office."""
