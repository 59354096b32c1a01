"""Light and weather as values: sun, sky, rain, snow, fog, and how they change during a run."""

from sim.environment.environment import RANGES, Environment

__all__ = ["RANGES", "Environment"]
