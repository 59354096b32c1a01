"""Data sets that others made (COCO, KITTI, MOTChallenge) -> native ones; what their formats lack is null."""

from sim.importing.importer import import_dataset
from sim.importing.names import FORMATS
from sim.importing.writing import Summary

__all__ = ["FORMATS", "Summary", "import_dataset"]
