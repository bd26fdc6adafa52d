"""Who wins which lot."""
