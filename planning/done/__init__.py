"""What was done: progress, inspections, changes of contract, and how evenly it is spread."""
