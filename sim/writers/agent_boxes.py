"""A sequence's sizes and a state's poses -> the box of every agent, seen by a camera or not."""

from __future__ import annotations

import numpy as np

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.geometry import Box3D, Pose

__all__ = ["agent_boxes"]


def agent_boxes(info: SequenceInfo, state: WorldState) -> list[Box3D]:
    """Upright boxes in the world, of constant size, one per row: those of `Annotation.box3d`."""
    p = state.poses
    columns = np.column_stack([p.position_m, p.yaw_rad]).tolist()
    boxes = []
    for place, size, centre in zip(columns, info.sizes_lwh_m, info.centres_m, strict=True):
        body = Pose.from_xyz_euler(*place)
        boxes.append(Box3D(Pose(body.rotation, body.apply(np.array(centre))), size))
    return boxes
