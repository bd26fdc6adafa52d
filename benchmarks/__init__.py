"""What is timed, and how to repeat it: `python -m benchmarks`. See README.md in this folder."""
