"""The tables that the log makes, and what each kind of entry does to them."""
