"""Published builds that are kept for good, as differences, and brought back to the byte."""
