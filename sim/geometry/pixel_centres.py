"""The half pixel between our places in images and those of OpenCV, ROS, Kalibr, KITTI, nuScenes and COCO.

Ours are measured from the image's corner, so that pixel centres lie at half-integers; theirs from the centre
of the first pixel, so that pixel centres lie at whole numbers. Nothing else in the project adds or takes it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "places_from_whole_centres",
    "places_to_whole_centres",
    "principal_from_whole_centres",
    "principal_to_whole_centres",
]

_HALF_PX = 0.5


def principal_from_whole_centres(cx_px: float, cy_px: float) -> tuple[float, float]:
    """A principal point of a file whose pixel centres are whole numbers, from the image's corner, pixels."""
    return cx_px + _HALF_PX, cy_px + _HALF_PX


def principal_to_whole_centres(cx_px: float, cy_px: float) -> tuple[float, float]:
    """A principal point from the image's corner as a file has it whose pixel centres are whole numbers."""
    return cx_px - _HALF_PX, cy_px - _HALF_PX


def places_to_whole_centres(places_px: NDArray[np.floating]) -> NDArray[np.float64]:
    """Places (...) from the corner of the image as files have them whose pixel centres are whole numbers."""
    return np.asarray(places_px, np.float64) - _HALF_PX


def places_from_whole_centres(places_px: NDArray[np.floating]) -> NDArray[np.float64]:
    """Places (...) of a file whose pixel centres are whole numbers, from the corner of the image."""
    return np.asarray(places_px, np.float64) + _HALF_PX
