"""Channels of a capture -> class and instance id of every pixel, whichever way they were recorded."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.dataset import SequenceInfo
from sim.frame import PANOPTIC_CLASS
from sim.taxonomy import TARGETS

__all__ = [
    "NO_CLASSES",
    "NO_IDS",
    "areas_px",
    "cameras_without",
    "carrier_id",
    "class_table",
    "classes_and_ids",
    "has_classes_and_ids",
    "has_ids",
    "ids_of",
]

_Channels = Mapping[str, NDArray[np.generic]]

NO_IDS = "neither instance nor panoptic"
NO_CLASSES = "neither panoptic nor both instance and semantic"


def has_ids(channels: Container[str]) -> bool:
    """True if the instance id of every pixel is recorded."""
    return "instance" in channels or "panoptic" in channels


def has_classes_and_ids(channels: Container[str]) -> bool:
    """True if both class and instance id of every pixel are recorded."""
    return "panoptic" in channels or ("instance" in channels and "semantic" in channels)


def cameras_without(info: SequenceInfo, has: Callable[[Container[str]], bool], what: str) -> tuple[str, ...]:
    """One sentence per camera with pictures that does not say what their pixels are.

    Args:
        info: of the sequence.
        has: `has_ids` or `has_classes_and_ids`.
        what: is missing, `NO_IDS` or `NO_CLASSES`.
    """
    blind = [camera.name for camera in info.sensors if "rgb" in camera.channels and not has(camera.channels)]
    return tuple(f"camera {name}: left out, for it records {what}" for name in blind)


def ids_of(channels: _Channels) -> NDArray[np.integer]:
    """(H, W) instance ids, 0 where there is no agent. Needs `has_ids`."""
    if "instance" in channels:
        return channels["instance"]  # type: ignore[return-value]
    return classes_and_ids(channels)[1]


def classes_and_ids(channels: _Channels) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """(H, W) `sim.taxonomy.Semantic` and (H, W) instance ids. Needs `has_classes_and_ids`."""
    if "panoptic" in channels:
        panoptic: NDArray[np.integer] = channels["panoptic"]  # type: ignore[assignment]
        return panoptic // PANOPTIC_CLASS, panoptic % PANOPTIC_CLASS
    return channels["semantic"], channels["instance"]  # type: ignore[return-value]


def class_table(target: str, missing: int, dtype: type[np.integer]) -> NDArray[np.integer]:
    """(256,) `sim.taxonomy.Semantic` -> a format's number for the class.

    Args:
        target: its taxonomy, one of `sim.taxonomy.TARGETS`.
        missing: what classes are that it has no word for.
        dtype: of the numbers.
    """
    table = np.full(256, missing, dtype)
    for semantic, label in TARGETS[target].classes.items():
        if label is not None and label.id is not None:
            table[semantic] = label.id
    return table


def carrier_id(info: SequenceInfo, camera: str) -> int:
    """Instance id of the agent a camera is mounted on; 0, nobody's, if it is fixed."""
    mount = info.camera(camera).mount
    return info.roster.names.index(mount) + 1 if mount else 0


def areas_px(ids: NDArray[np.integer], agents: int) -> NDArray[np.intp]:
    """(N + 1,) instance id -> how many pixels it has; what is no agent has none.

    Args:
        ids: (H, W) instance ids.
        agents: N, how many there are in the sequence.
    """
    out = np.bincount(ids.reshape(-1), minlength=agents + 1)
    out[0] = 0
    return out
