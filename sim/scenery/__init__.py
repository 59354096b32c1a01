"""TODO: scenery."""
