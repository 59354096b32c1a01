"""What is on disk: the native format, its manifest, and how to read it (see SCHEMA.md)."""

from sim.dataset.encodings import Encodings
from sim.dataset.info import SequenceInfo
from sim.dataset.manifest import read_manifest, write_manifest
from sim.dataset.reader import Dataset, RecordedSequence, read
from sim.dataset.splits import SPLITS, Splits, split_of

__all__ = [
    "SPLITS",
    "Dataset",
    "Encodings",
    "RecordedSequence",
    "SequenceInfo",
    "Splits",
    "read",
    "read_manifest",
    "split_of",
    "write_manifest",
]
