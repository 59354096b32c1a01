"""Frames and states -> Rerun recordings, one a sequence."""

from sim.writers.rerun.writer import RerunWriter

__all__ = ["RerunWriter"]
