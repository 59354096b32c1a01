"""Channels of a capture -> class and instance id of every pixel, whichever way they were recorded."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.dataset import SequenceInfo
from sim.frame import PANOPTIC_CLASS

__all__ = [
    "NO_CLASSES",
    "NO_IDS",
    "cameras_without",
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
