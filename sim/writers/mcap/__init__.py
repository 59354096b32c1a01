"""Frames and states -> MCAP recordings with Foxglove's schemas, one a sequence."""

from sim.writers.mcap.writer import McapWriter

__all__ = ["McapWriter"]
