"""People, where they want to go and what is near -> the heading and speed each takes to get past.

The heuristics of Moussaid, Helbing and Theraulaz (2011, PNAS 108:6884): people take the heading that leads
straightest to where they want to go, given how far each heading is free, and keep a second's distance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

__all__ = ["Broad", "Neighbors", "free_way", "neighbors_of"]

Floats = NDArray[np.float64]

_HEADINGS_RAD = np.deg2rad(
    [0, -8, 8, -16, 16, -26, 26, -38, 38, -52, 52, -68, 68, -88, 88, -110, 110, -135, 135, -165, 165]
)
_BACK_RAD = np.deg2rad(90)
_SIGHT_M = 6.0
_SPACING_M = 0.12
"""Room kept beside others."""
_REACT_S = 0.55
_PEOPLE, _THINGS = 7, 3


@dataclass(frozen=True, eq=False)
class Neighbors:
    """What is near each person: K discs each; those that do not exist lie far away.

    Attributes:
        offset_m: (P, K, 2) from the person to the disc.
        velocity_mps: (P, K, 2).
        reach_m: (P, K) distance of the centres at which both touch, with some room.
    """

    offset_m: Floats
    velocity_mps: Floats
    reach_m: Floats


@dataclass(frozen=True, eq=False)
class Broad:
    """Who takes more room than a person: B rows.

    Attributes:
        who: (B,) places in the crowd.
        middle_m: (B, 2) middle of a person and what goes with them.
        radius_m: (B,) of a disc around both.
    """

    who: NDArray[np.intp]
    middle_m: Floats
    radius_m: Floats


def neighbors_of(
    xy_m: Floats,
    velocity_mps: Floats,
    things_m: Floats,
    tree: cKDTree | None,
    radius_m: float,
    broad: Broad | None = None,
) -> Neighbors:
    """The nearest people and things of everybody.

    Args:
        xy_m: (P, 2) positions.
        velocity_mps: (P, 2).
        things_m: (M, 3) x, y, radius of what does not move.
        tree: of the things' centres, None if there are none.
        radius_m: of a person.
        broad: who pushes, leads or sits in something; their discs count beside those of people.
    """
    if broad is not None and len(broad.who):
        return _neighbors_of_broad(xy_m, velocity_mps, things_m, tree, radius_m, broad)
    count = len(xy_m)
    far = np.full((1, 2), 1e6)
    k = min(_PEOPLE + 1, count + 1)
    _, near = cKDTree(xy_m).query(xy_m, k=k, distance_upper_bound=_SIGHT_M)
    near = near.reshape(count, -1)
    near = np.where(near == np.arange(count)[:, None], count, near)
    people, speed = np.concatenate([xy_m, far])[near], np.concatenate([velocity_mps, 0 * far])[near]
    reach = np.full(near.shape, 2 * radius_m + _SPACING_M)
    if tree is not None:
        _, beside = tree.query(xy_m, k=min(_THINGS, len(things_m)), distance_upper_bound=_SIGHT_M)
        beside = beside.reshape(count, -1)
        people = np.concatenate([people, np.concatenate([things_m[:, :2], far])[beside]], 1)
        speed = np.concatenate([speed, np.zeros((*beside.shape, 2))], 1)
        sizes = np.concatenate([things_m[:, 2], [0.1]])[beside]
        reach = np.concatenate([reach, sizes + radius_m + 0.05], 1)
    return Neighbors(people - xy_m[:, None], speed, reach)


def _neighbors_of_broad(
    xy_m: Floats,
    velocity_mps: Floats,
    things_m: Floats,
    tree: cKDTree | None,
    radius_m: float,
    broad: Broad,
) -> Neighbors:
    """The same where some are broad: they keep their own disc clear of others, others keep clear of both."""
    count, far = len(xy_m), np.full((1, 2), 1e6)
    owner = np.concatenate([np.arange(count), broad.who, [count]])
    discs = np.concatenate([xy_m, broad.middle_m, far])
    sizes = np.concatenate([np.full(count, radius_m), broad.radius_m, [radius_m]])
    here, own = xy_m.copy(), np.full(count, radius_m)
    here[broad.who], own[broad.who] = broad.middle_m, broad.radius_m
    k = min(_PEOPLE + 2, len(discs))
    _, near = cKDTree(discs[:-1]).query(here, k=k, distance_upper_bound=_SIGHT_M)
    near = near.reshape(count, -1)
    near = np.where(owner[near] == np.arange(count)[:, None], len(discs) - 1, near)
    speeds = np.concatenate([velocity_mps, velocity_mps[broad.who], 0 * far])
    places, speed = discs[near], speeds[near]
    reach = sizes[near] + own[:, None] + _SPACING_M
    if tree is not None:
        _, beside = tree.query(here, k=min(_THINGS, len(things_m)), distance_upper_bound=_SIGHT_M)
        beside = beside.reshape(count, -1)
        places = np.concatenate([places, np.concatenate([things_m[:, :2], far])[beside]], 1)
        speed = np.concatenate([speed, np.zeros((*beside.shape, 2))], 1)
        thick = np.concatenate([things_m[:, 2], [0.1]])[beside]
        reach = np.concatenate([reach, thick + own[:, None] + 0.05], 1)
    return Neighbors(places - here[:, None], speed, reach)


def free_way(
    wanted_rad: Floats,
    wanted_mps: Floats,
    yaw_rad: Floats,
    near: Neighbors,
    left_m: Floats,
    right_m: Floats,
    along_rad: Floats,
    stuck: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """Heading and speed that get past the neighbours.

    Args:
        wanted_rad: (P,) heading toward the goal.
        wanted_mps: (P,) comfortable speed.
        yaw_rad: (P,) present heading.
        near: who is there.
        left_m: (P,) room to the left edge of the way.
        right_m: (P,) room to the right edge of the way.
        along_rad: (P,) direction of the way.
        stuck: (P,) who made no progress and takes any way out, even back.

    Returns:
        (P,) heading and (P,) speed.
    """
    heading = wanted_rad[:, None] + _HEADINGS_RAD[None, :]
    direction = np.stack([np.cos(heading), np.sin(heading)], -1)
    walk = np.maximum(wanted_mps, 0.4)
    free = _free_m(direction * walk[:, None, None], walk, near)
    # A heading that leaves the way is free as far as its edge.
    sideways = np.sin(heading - along_rad[:, None])
    room = np.where(sideways > 0, left_m[:, None], right_m[:, None])
    edge = np.maximum(room, 0.0) / np.maximum(np.abs(sideways), 1e-3)
    aside = np.abs(_HEADINGS_RAD[None, :]) > 0.01
    free = np.where(aside, np.minimum(free, np.maximum(edge, 0.05)), free)
    turn = np.abs(_wrapped(heading - yaw_rad[:, None]))
    detour = _SIGHT_M**2 + free**2 - 2 * _SIGHT_M * free * np.cos(_HEADINGS_RAD)[None, :] + 1.2 * turn
    back = np.abs(_HEADINGS_RAD)[None, :] > _BACK_RAD
    detour = np.where(stuck[:, None], np.where(free < 0.7, 1e3, detour), np.where(back, 1e3, detour))
    best = detour.argmin(1)
    every = np.arange(len(best))
    ahead = _free_m(
        np.stack([np.cos(yaw_rad), np.sin(yaw_rad)], -1)[:, None] * walk[:, None, None], walk, near
    )[:, 0]
    speed = np.minimum(wanted_mps, np.minimum(free[every, best], ahead) / _REACT_S)
    return _wrapped(heading[every, best]), speed


def _free_m(velocity: Floats, speed: Floats, near: Neighbors) -> Floats:
    """(P, A) distance that each of A velocities (P, A, 2) is free for, at most the sight."""
    relative = velocity[:, :, None] - near.velocity_mps[:, None]
    offset = near.offset_m[:, None]
    a = np.maximum((relative**2).sum(-1), 1e-9)
    b = (relative * offset).sum(-1)
    c = (offset**2).sum(-1) - near.reach_m[:, None] ** 2
    root = b * b - a * c
    hit = (root > 0) & (b > 0)
    t = np.where(hit, (b - np.sqrt(np.maximum(root, 0))) / a, np.inf)
    free = np.maximum(t, 0.0) * speed[:, None, None]
    return np.asarray(np.minimum(free.min(-1), _SIGHT_M))


def _wrapped(angle: Floats) -> Floats:
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
