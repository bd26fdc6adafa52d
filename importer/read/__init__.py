"""Each form of file, taken apart in pieces, every cell as text."""
