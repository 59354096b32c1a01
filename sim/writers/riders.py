"""Annotations of riders and of what they ride -> one each, for formats whose boxes hold both."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.frame import Annotation
from sim.geometry import Box2, Box3D, Pose, rotation_from_euler
from sim.taxonomy import category

__all__ = ["joined"]


def joined(
    annotations: Sequence[Annotation], info: SequenceInfo, state: WorldState, target: str
) -> tuple[Annotation, ...]:
    """Annotations of a capture in which a rider and their machine are one record.

    KITTI calls both a Cyclist; nuScenes' bicycles and motorcycles include their riders. Of the two the record
    that the target has a word for stays, with identity and mask of its own and a box around both. Where the
    target has a word for neither, both stay as they are.

    Args:
        annotations: of one capture, by instance id.
        info: of the sequence.
        state: that the capture shows; the box of both is of constant size, whether both are in view or not.
        target: one of `sim.taxonomy.TARGETS`.
    """
    found = {a.instance_id: a for a in annotations}
    for rider_row, vehicle_row in info.roster.rider_of.items():
        kinds = (info.roster.categories[rider_row].name, info.roster.categories[vehicle_row].name)
        named = [category(kind).label(target) is not None for kind in kinds]
        if named[0] == named[1]:
            continue
        rider, vehicle = found.get(rider_row + 1), found.get(vehicle_row + 1)
        kept, other = (rider, vehicle) if named[0] else (vehicle, rider)
        if kept is None:
            continue
        if other is not None:
            kept = _both(kept, other)
            del found[other.instance_id]
        box = _box(info, state, rider_row, vehicle_row)
        found[kept.instance_id] = dataclasses.replace(kept, box3d=box)
    return tuple(found[number] for number in sorted(found))


def _both(kept: Annotation, other: Annotation) -> Annotation:
    """Boxes in the image and counts of pixels of two that belong together."""
    visible_px, whole = kept.visible_px + other.visible_px, _whole_px(kept, other)
    inside = [_area(a.box2d_amodal) for a in (kept, other)]
    entire = [area / max(1 - a.truncation, 1e-6) for a, area in zip((kept, other), inside, strict=True)]
    return dataclasses.replace(
        kept,
        box2d_visible=_around(kept.box2d_visible, other.box2d_visible),
        box2d_amodal=_around(kept.box2d_amodal, other.box2d_amodal) or kept.box2d_amodal,
        visible_px=visible_px,
        unoccluded_px=whole,
        visibility=None if whole is None else visible_px / whole if whole else 0.0,
        truncation=min(max(1 - sum(inside) / sum(entire), 0.0), 1.0),
    )


def _whole_px(one: Annotation, other: Annotation) -> int | None:
    """Pixels both would own with nobody else before them; what one hides of the other counts once."""
    if one.unoccluded_px is None or other.unoccluded_px is None:
        return None
    pairs = ((one, other.instance_id), (other, one.instance_id))
    shared = sum(o.hidden_px for a, number in pairs for o in a.occluders or () if o.instance_id == number)
    return max(one.unoccluded_px + other.unoccluded_px - shared, one.visible_px + other.visible_px)


def _around(one: Box2 | None, other: Box2 | None) -> Box2 | None:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _area(box: Box2) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _box(info: SequenceInfo, state: WorldState, rider: int, vehicle: int) -> Box3D:
    """The box around the boxes of both, in the axes of the machine."""
    turn = rotation_from_euler(float(state.poses.yaw_rad[vehicle]))
    origin = state.poses.position_m[vehicle]
    ahead = turn.T @ (state.poses.position_m[rider] - origin)
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for row, shift in ((vehicle, np.zeros(3)), (rider, ahead)):
        centre, half = np.array(info.centres_m[row]) + shift, np.array(info.sizes_lwh_m[row]) / 2
        low, high = np.minimum(low, centre - half), np.maximum(high, centre + half)
    length, width, height = (float(v) for v in high - low)
    return Box3D(Pose(turn, origin + turn @ ((low + high) / 2)), (length, width, height))
