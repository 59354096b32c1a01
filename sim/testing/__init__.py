"""TODO: testing."""
