"""What several pages are made of: headlines, panels, lists of villages, findings."""
