"""Records of the programme: pilots, projects, payments, inspections, published figures, rules."""
