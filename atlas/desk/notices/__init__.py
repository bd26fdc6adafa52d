"""Public notice (公示) on the screen: what is on it, what it says, objections by everybody, and their answers."""
