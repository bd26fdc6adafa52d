"""What was published: figures, rates, rules and quotations, each with its source."""
