"""What the subsidy rule gives."""
