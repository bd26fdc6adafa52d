"""What it costs society to raise the money."""
