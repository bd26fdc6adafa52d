"""A place beside others: in a table, in words, on a scale, and the ways there."""
