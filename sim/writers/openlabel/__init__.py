"""Frames -> ASAM OpenLABEL 1.0: one JSON file a sequence, and the pictures it names."""

from sim.writers.openlabel.writer import OpenLabelWriter

__all__ = ["OpenLabelWriter"]
