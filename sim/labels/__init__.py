"""TODO: labels."""
