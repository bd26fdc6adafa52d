"""Visitors' files, checked in a process that is confined."""
