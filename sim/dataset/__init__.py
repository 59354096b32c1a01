"""What is on disk: the native format, its manifest, and how to read it (see SCHEMA.md)."""

from sim.dataset.info import SequenceInfo
from sim.dataset.manifest import read_manifest, write_manifest
from sim.dataset.reader import Dataset, RecordedSequence, read

__all__ = [
    "Dataset",
    "RecordedSequence",
    "SequenceInfo",
    "read",
    "read_manifest",
    "write_manifest",
]
