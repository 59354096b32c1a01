"""The half pixel between our principal points and those of OpenCV, ROS, Kalibr, KITTI and nuScenes.

Ours are measured from the image's corner, so that pixel centres lie at half-integers; theirs from the centre
of the first pixel, so that pixel centres lie at whole numbers. Nothing else in the project adds or takes it.
"""

from __future__ import annotations

__all__ = ["principal_from_whole_centres", "principal_to_whole_centres"]

_HALF_PX = 0.5


def principal_from_whole_centres(cx_px: float, cy_px: float) -> tuple[float, float]:
    """A principal point of a file whose pixel centres are whole numbers, from the image's corner, pixels."""
    return cx_px + _HALF_PX, cy_px + _HALF_PX


def principal_to_whole_centres(cx_px: float, cy_px: float) -> tuple[float, float]:
    """A principal point from the image's corner as a file has it whose pixel centres are whole numbers."""
    return cx_px - _HALF_PX, cy_px - _HALF_PX
