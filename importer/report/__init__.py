"""What became of the rows: quality, rejects, a workbook to fill in."""
