"""Words for kinds of things: what was seen, rates, pilots, filters, qualifiers."""
