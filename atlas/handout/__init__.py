"""What one takes to a meeting: any page on one or two sheets of A4, as PDF or Word, both from one model."""
