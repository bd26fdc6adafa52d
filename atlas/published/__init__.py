"""Screens and files of published figures with their words and sources."""
