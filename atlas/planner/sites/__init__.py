"""Where sites should stand."""
