"""Names of the native format's files: every path below a dataset's root is spelled here and nowhere else."""

from __future__ import annotations

from pathlib import Path

from sim.errors import UsageError
from sim.frame import CHANNELS

__all__ = [
    "IMAGE_SUFFIX",
    "LABELS",
    "MANIFEST",
    "SCHEMA_VERSION",
    "SEQUENCE",
    "SEQUENCES",
    "STATES",
    "complete_sequences",
    "image_name",
    "partial_folder",
    "require_name",
    "sequence_folder",
    "staging_folder",
    "video_name",
]

SCHEMA_VERSION = 3
"""Changes whenever a reader of the former version would misread a file; see SCHEMA.md."""

MANIFEST = "manifest.json"
SEQUENCES = "sequences"
SEQUENCE = "sequence.json"
LABELS = "labels.jsonl"
STATES = "states.parquet"

IMAGE_SUFFIX = {name: ".tiff" if c.dtype == "float32" else ".png" for name, c in CHANNELS.items()}
"""Usual file type of each channel; see `sim.dataset.encodings` for others."""

_PARTIAL = ".partial-"


def sequence_folder(root: Path, name: str) -> Path:
    """Where a complete sequence lies."""
    return root / SEQUENCES / name


def partial_folder(root: Path, name: str) -> Path:
    """Where a sequence is written until it is complete."""
    return root / SEQUENCES / f"{_PARTIAL}{name}"


def staging_folder(sequence: Path, format_name: str) -> Path:
    """Where another format keeps a sequence's files until the data set is finished."""
    return sequence / f".{format_name}"


def image_name(sensor: str, channel: str, index: int, suffix: str | None = None) -> str:
    """Path of an image below its sequence, with forward slashes; by default of the usual file type."""
    return f"{sensor}/{channel}/{index:06d}{suffix or IMAGE_SUFFIX[channel]}"


def video_name(sensor: str) -> str:
    """Path of the video of a camera's colors below its sequence, where they are stored as one."""
    return f"{sensor}/rgb.mkv"


def complete_sequences(root: Path) -> list[str]:
    """Names of the complete sequences of a data set, sorted."""
    return sorted(
        path.parent.name
        for path in (root / SEQUENCES).glob(f"*/{SEQUENCE}")
        if not path.parent.name.startswith(".")
    )


def require_name(name: str) -> str:
    """The name itself if a folder can be called so on every system. Raises UsageError."""
    if not name or not all(c.isascii() and (c.isalnum() or c in "_-") for c in name):
        raise UsageError(f"sequence name {name!r}: wanted letters, digits, '_' and '-'")
    return name
