"""Frames -> files that Croissant metadata describe: images, two tables, and croissant.json."""

from sim.writers.croissant.writer import CroissantWriter

__all__ = ["CroissantWriter"]
