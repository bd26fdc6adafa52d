"""Screens of the desk: corrections by everybody, and what offices do with them."""
