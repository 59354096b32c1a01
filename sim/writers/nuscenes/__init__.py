"""Frames -> nuScenes: scenes of cars and of fixed cameras, as tables, pictures and points."""

from sim.writers.nuscenes.writer import NuScenesWriter

__all__ = ["NuScenesWriter"]
