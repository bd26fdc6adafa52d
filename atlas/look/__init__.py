"""How things look and are worded: colours, figures, languages, safe markup, addresses."""
