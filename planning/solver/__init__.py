"""Linear and mixed-integer models, and searches that always end with an answer."""
