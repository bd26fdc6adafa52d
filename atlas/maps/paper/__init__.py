"""Maps as drawings, SVG by address: what paper shows in place of a map that moves, and what a handout holds."""
