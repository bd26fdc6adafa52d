"""Projects of the programme: stages, counts, money, inspections, what is stuck, what was found."""
