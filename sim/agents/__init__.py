"""TODO: agents."""
