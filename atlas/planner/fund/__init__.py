"""How large a fund's contribution would be."""
