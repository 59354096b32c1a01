"""One moment -> how far each driver may go before its body would touch somebody who is in its way.

Whoever is ahead on the driver's own lanes is a leader and does not count; all others do: people, what they
push, bodies that reach over from other lanes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.agents.crowd import Crowd
from sim.agents.lane_pose import vehicle_pose
from sim.agents.separation import disc_gap_m, rectangles_overlap
from sim.agents.setting import PERSON_RADIUS_M, Setting
from sim.agents.state import WaitReason
from sim.agents.traffic import PLAN_LANES, RoadView, Traffic

__all__ = ["hazards_m"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_BRAKE_MPS2, _LOOK_M, _SAMPLES = 2.5, 3.0, 11
"""Drivers look as far as they need to stop with ease, and so much farther, at so many places of their way."""
_BESIDE_M, _TIGHTEST_M = 0.04, 6.0
"""Room kept beside bodies; radius of the tightest ways."""


def hazards_m(setting: Setting, view: RoadView, crowd: Crowd) -> tuple[Floats, NDArray[np.uint8]]:
    """Free way of every driver.

    Args:
        setting: the street and its cast.
        view: the road.
        crowd: who is on foot.

    Returns:
        (V,) meters that the vehicle can go, inf if nobody is in the way as far as it looks, and (V,)
        `WaitReason`: PEOPLE or VEHICLE.
    """
    t = view.traffic
    out, kind = np.full(len(t), np.inf), np.full(len(t), WaitReason.PEOPLE, np.uint8)
    if not len(t):
        return out, kind
    pose, box = vehicle_pose(setting, t), setting.footprint_m[t.rows]
    look_m = _LOOK_M + t.speed_mps**2 / (2 * _BRAKE_MPS2)
    company = setting.company
    small_pose, small_box = company.poses(crowd), setting.footprint_m[company.boxes]
    disc = np.tile([-PERSON_RADIUS_M, PERSON_RADIUS_M, PERSON_RADIUS_M], (len(crowd), 1))
    standing = np.concatenate([crowd.xy_m, np.zeros((len(crowd), 1))], 1)
    others_pose = np.concatenate([pose, small_pose, standing])
    others_box = np.concatenate([box, small_box, disc])
    i, j = _near(pose, box, look_m, others_pose, others_box, len(t))
    # Leaders, and followers, are no hazards.
    both = np.flatnonzero(j < len(t))
    known = (view.slots[i[both]] == t.lane[j[both], None]).any(1)
    known |= t.leaving[i[both]] == t.lane[j[both]]
    known |= (view.slots[j[both]] == t.lane[i[both], None]).any(1) | (t.leaving[j[both]] == t.lane[i[both]])
    keep = np.ones(len(i), bool)
    keep[both[known]] = False
    i, j = i[keep], j[keep]
    if not len(i):
        return out, kind
    step = np.linspace(0.0, 1.0, _SAMPLES)[1:]
    # Many are near the way of one.
    drivers, own = np.unique(i, return_inverse=True)
    ways = np.repeat(drivers, len(step))
    along = vehicle_pose(setting, _further(view, ways, np.tile(step, len(drivers)) * look_m[ways]))
    who, other = np.repeat(i, len(step)), np.repeat(j, len(step))
    ahead_m = np.tile(step, len(i)) * look_m[who]
    there = along.reshape(len(drivers), len(step), 3)[own].reshape(-1, 3)
    is_disc = other >= len(t) + len(company.boxes)
    hit = np.zeros(len(who), bool)
    rect = np.flatnonzero(~is_disc)
    hit[rect] = rectangles_overlap(
        there[rect], box[who[rect]], others_pose[other[rect]], others_box[other[rect]], _BESIDE_M
    )
    round_ = np.flatnonzero(is_disc)
    gap_m = disc_gap_m(others_pose[other[round_], :2], there[round_], box[who[round_]])
    hit[round_] = gap_m < PERSON_RADIUS_M + _BESIDE_M
    first = np.where(hit, ahead_m - look_m[who] * step[0], np.inf).reshape(len(i), -1).min(1)
    # Who drives on in the same direction makes room, as hard as both may brake.
    vehicle = np.flatnonzero(j < len(t))
    turned = pose[j[vehicle], 2] - pose[i[vehicle], 2]
    onward_mps = np.maximum(t.speed_mps[j[vehicle]] * np.cos(turned), 0.0)
    first[vehicle] += onward_mps**2 / (2 * _BRAKE_MPS2)
    order = np.lexsort((first, i))
    nearest, at = np.unique(i[order], return_index=True)
    out[nearest] = first[order[at]]
    kind[nearest] = np.where(j[order[at]] < len(t), WaitReason.VEHICLE, WaitReason.PEOPLE)
    return out, kind


def _near(
    pose: Floats, box: Floats, look_m: Floats, others_pose: Floats, others_box: Floats, vehicles: int
) -> tuple[Ints, Ints]:
    """(K,) drivers and (K,) others that may be in their way."""
    c, s = np.cos(pose[:, 2]), np.sin(pose[:, 2])
    reach_m = (box[:, 1] + look_m) / 2
    middle = pose[:, :2] + reach_m[:, None] * np.stack([c, s], 1)
    parts = []
    for first, last in ((0, vehicles), (vehicles, len(others_pose))):
        own_m = np.hypot(np.abs(others_box[first:last, :2]).max(1, initial=0.0), others_box[first:last, 2])
        if last > first:
            tree = cKDTree(others_pose[first:last, :2])
            found = tree.query_ball_point(middle, reach_m + box[:, 2] + own_m.max())
            who = np.repeat(np.arange(len(pose)), [len(n) for n in found])
            other = np.array([k for n in found for k in n], np.intp) + first
            # Who is well to the side of a way that hardly bends is not on it.
            away = others_pose[other, :2] - pose[who, :2]
            along = c[who] * away[:, 0] + s[who] * away[:, 1]
            across = c[who] * away[:, 1] - s[who] * away[:, 0]
            bend_m = np.maximum(along, 0.0) ** 2 / (2 * _TIGHTEST_M)
            room_m = box[who, 2] + own_m[other - first] + bend_m + _BESIDE_M
            on = (np.abs(across) < room_m) & (along > -own_m[other - first]) & (who != other)
            parts.append((who[on], other[on]))
    none = np.zeros(0, np.intp)
    return (
        np.concatenate([none, *(a for a, _ in parts)]),
        np.concatenate([none, *(b for _, b in parts)]),
    )


def _further(view: RoadView, who: Ints, ahead_m: Floats) -> Traffic:
    """Traffic of `who`, so much farther along their ways."""
    t = view.traffic
    at_m = t.s_m[who] + ahead_m
    starts = np.where(view.slots[who] >= 0, view.starts_m[who], np.inf)
    slot = np.minimum((starts <= at_m[:, None]).sum(1) - 1, PLAN_LANES)
    names = ("rows", "speed_mps", "leaving", "shift_m", "shift_way_m")
    return replace(
        t,
        **{name: getattr(t, name)[who] for name in names},
        lane=view.slots[who, slot],
        s_m=at_m - starts[np.arange(len(who)), slot],
        shifted_m=t.shifted_m[who] + ahead_m,
    )
