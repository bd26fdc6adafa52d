"""What every room stands on: words, names and handles. Imports nothing of ours."""
