"""A first declaration for a file nobody has described."""
