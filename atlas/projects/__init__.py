"""Screens of projects: lists, progress, inspections, money."""
