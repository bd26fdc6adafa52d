"""What could be done: one file per question of the planner."""
