"""What connecting villages costs."""
