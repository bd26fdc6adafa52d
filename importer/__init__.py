"""Turns any file that a bureau keeps into checked, typed rows. Knows no country and no database."""
