"""What is on disk: the native format, its manifest, and how to read and check it (see SCHEMA.md)."""

from sim.dataset.check import Finding, check, counts
from sim.dataset.info import SequenceInfo
from sim.dataset.manifest import read_manifest, write_manifest
from sim.dataset.reader import Dataset, RecordedSequence, read

__all__ = [
    "Dataset",
    "Finding",
    "RecordedSequence",
    "SequenceInfo",
    "check",
    "counts",
    "read",
    "read_manifest",
    "write_manifest",
]
