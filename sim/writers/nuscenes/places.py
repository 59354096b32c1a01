"""Poses -> the fields ``translation`` and ``rotation`` of nuScenes' records."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.geometry import Pose
from sim.geometry.quaternion import quaternion_wxyz

__all__ = ["MAP_CORNER_M", "place", "place_on_map"]

MAP_CORNER_M = 300.0
"""The map's south-west corner, where nuScenes' coordinates begin, lies so far from our origin."""


def place(pose: Pose) -> dict[str, Any]:
    """A pose in a frame that we share, for example the ego frame."""
    return {"translation": pose.translation_m.tolist(), "rotation": quaternion_wxyz(pose.rotation)}


def place_on_map(pose: Pose) -> dict[str, Any]:
    """A pose in our world, in the coordinates of the map."""
    return place(Pose(pose.rotation, pose.translation_m + np.array([MAP_CORNER_M, MAP_CORNER_M, 0.0])))
