"""Which operator connects which villages."""
