"""The words of `village.location_quality`: how the position of a village is known.

A position that somebody gives has the word of its source (surveyed, geocoded), and OUTSIDE behind it where it lies
beyond the border of its place; one that nobody gives is ours: PLACED, and then how, and the level of the place.
"""

PLACED = "placed_"
WITHIN, NEAR = "placed_within_", "placed_near_"  # somewhere in its place, or around the seat of its place
OUTSIDE = "_outside_place"
NOWHERE = "unknown"
