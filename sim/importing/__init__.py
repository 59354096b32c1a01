"""Data sets that others made (COCO, KITTI, MOTChallenge) -> native ones; what their formats lack is null."""

from sim.importing.drawing import draw_imported
from sim.importing.frames import (
    ImportedAnnotation,
    ImportedCapture,
    ImportedFrame,
    ImportedKeypoints,
    Region,
)
from sim.importing.importer import import_dataset
from sim.importing.names import FORMATS
from sim.importing.reader import ImportedSequence, is_imported, read
from sim.importing.writing import Summary

__all__ = [
    "FORMATS",
    "ImportedAnnotation",
    "ImportedCapture",
    "ImportedFrame",
    "ImportedKeypoints",
    "ImportedSequence",
    "Region",
    "Summary",
    "draw_imported",
    "import_dataset",
    "is_imported",
    "read",
]
