"""What could be done: pure functions on DataFrames, arrays and dataclasses, with units in the names."""
