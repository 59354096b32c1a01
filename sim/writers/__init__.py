"""TODO: writers."""
