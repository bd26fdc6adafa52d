"""What is measured: one SQL file per indicator, and the only way from a question to a number."""
