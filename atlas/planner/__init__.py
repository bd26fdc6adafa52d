"""The planner: one folder per question, and what they share."""
