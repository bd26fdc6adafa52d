"""Villages among operators: targets, an allocation near them, next year's."""
