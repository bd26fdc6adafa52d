"""Where sites go: which villages a site covers, and the fewest or best sites."""
