"""TODO: dataset."""
