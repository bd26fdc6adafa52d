"""Who may do what where: roles, the people that have them, and the one check."""
