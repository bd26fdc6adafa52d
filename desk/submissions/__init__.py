"""Registers handed in by the browser (报送): drafted, submitted, returned or approved, and what goes into a release."""
