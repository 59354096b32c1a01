"""Where everybody wants to be next -> where they may be: no two footprints overlap, by construction.

If the present places are free of overlap, so are the next: whoever would touch somebody keeps his place.
Drivers and walkers keep clear long before; this layer only turns "almost never" into "never".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

__all__ = ["disc_gap_m", "held_back", "pushed_apart", "rectangles_overlap"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_ROOM_M = 0.02


def rectangles_overlap(pose_a: Floats, box_a: Floats, pose_b: Floats, box_b: Floats, room_m: float) -> Bools:
    """Separating-axis test of oriented rectangles, pair by pair.

    Args:
        pose_a: (K, 3) x, y, yaw.
        box_a: (K, 3) x_min, x_max, half width in the body frame.
        pose_b: (K, 3).
        box_b: (K, 3).
        room_m: distance kept between them.

    Returns:
        (K,) bool.
    """
    apart = np.zeros(len(pose_a), bool)
    centre_a, half_a = _centred(pose_a, box_a)
    centre_b, half_b = _centred(pose_b, box_b)
    gap = centre_b - centre_a
    turn = pose_b[:, 2] - pose_a[:, 2]
    c, s = np.abs(np.cos(turn)), np.abs(np.sin(turn))
    for yaw, own, other in ((pose_a[:, 2], half_a, half_b), (pose_b[:, 2], half_b, half_a)):
        along = np.abs(gap[:, 0] * np.cos(yaw) + gap[:, 1] * np.sin(yaw))
        across = np.abs(-gap[:, 0] * np.sin(yaw) + gap[:, 1] * np.cos(yaw))
        apart |= along > own[:, 0] + other[:, 0] * c + other[:, 1] * s + room_m
        apart |= across > own[:, 1] + other[:, 0] * s + other[:, 1] * c + room_m
    return ~apart


def disc_gap_m(xy_m: Floats, pose: Floats, box: Floats) -> Floats:
    """(K,) distance from points to rectangles, pair by pair; 0 inside."""
    centre, half = _centred(pose, box)
    d = xy_m - centre
    c, s = np.cos(pose[:, 2]), np.sin(pose[:, 2])
    local = np.stack([c * d[:, 0] + s * d[:, 1], -s * d[:, 0] + c * d[:, 1]], 1)
    beyond = np.maximum(np.abs(local) - half, 0.0)
    return np.asarray(np.hypot(beyond[:, 0], beyond[:, 1]))


def pushed_apart(xy_m: Floats, fixed: Bools, radius_m: float, most_m: float) -> Floats:
    """Positions of people who stand too near to each other, moved apart a little.

    Args:
        xy_m: (P, 2) wanted positions.
        fixed: (P,) who does not give way.
        radius_m: of a person.
        most_m: nobody is moved further than this.
    """
    out = xy_m.copy()
    need = 2 * radius_m + 2 * _ROOM_M
    for _ in range(2):
        pairs = cKDTree(out).query_pairs(need, output_type="ndarray")
        if not len(pairs):
            break
        i, j = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].T
        d = out[j] - out[i]
        length = np.maximum(np.hypot(d[:, 0], d[:, 1]), 1e-6)
        push = d / length[:, None] * (need - length)[:, None] * 0.5
        np.add.at(out, i, np.where(fixed[i, None], 0.0, -push))
        np.add.at(out, j, np.where(fixed[j, None], 0.0, push))
    move = out - xy_m
    length = np.maximum(np.hypot(move[:, 0], move[:, 1]), 1e-9)
    return np.asarray(xy_m + move * np.minimum(1.0, most_m / length)[:, None])


def held_back(
    cars_now: Floats,
    cars_next: Floats,
    boxes: Floats,
    people_now: Floats,
    people_next: Floats,
    radius_m: float,
    tied: Ints | None = None,
    own: Ints | None = None,
) -> tuple[Bools, Bools]:
    """Who must keep their place so that nobody overlaps.

    Args:
        cars_now: (V, 3) x, y, yaw of every vehicle.
        cars_next: (V, 3) the same, wanted.
        boxes: (V, 3) x_min, x_max, half width.
        people_now: (P, 2).
        people_next: (P, 2) wanted.
        radius_m: of a person.
        tied: (T, 2) vehicles that hang together: they may touch, and keep their places together.
        own: (P,) the box that each person pushes, leads or sits in, -1 for none: the same holds for both.

    Returns:
        (V,) and (P,) bool. Who keeps his place may force others to; at the latest it ends when nobody moves.
    """
    hold_car, hold_person = np.zeros(len(cars_now), bool), np.zeros(len(people_now), bool)
    tied = np.zeros((0, 2), np.intp) if tied is None else tied
    own = np.full(len(people_now), -1, np.intp) if own is None else own
    has = np.flatnonzero(own >= 0)
    while True:
        cars = np.where(hold_car[:, None], cars_now, cars_next)
        people = np.where(hold_person[:, None], people_now, people_next)
        more_car, more_person = _touching(cars, boxes, people, radius_m, tied, own)
        more_person[has] |= more_car[own[has]]
        more_car[own[has]] |= more_person[has]
        more_car[tied] |= more_car[tied].any(1, keepdims=True)
        more_car &= ~hold_car
        more_person &= ~hold_person
        if not (more_car.any() or more_person.any()):
            return hold_car, hold_person
        hold_car |= more_car
        hold_person |= more_person


def _touching(
    cars: Floats, boxes: Floats, people: Floats, radius_m: float, tied: Ints, own: Ints
) -> tuple[Bools, Bools]:
    car, person = np.zeros(len(cars), bool), np.zeros(len(people), bool)
    reach = np.hypot(np.maximum(np.abs(boxes[:, 0]), boxes[:, 1]), boxes[:, 2]) if len(cars) else np.zeros(0)
    widest = float(reach.max(initial=0.0))
    tree = cKDTree(cars[:, :2]) if len(cars) else None
    if tree is not None:
        pairs = tree.query_pairs(2 * widest, output_type="ndarray")
        if len(pairs):
            i, j = pairs.T
            hit = rectangles_overlap(cars[i], boxes[i], cars[j], boxes[j], _ROOM_M)
            low, high = np.minimum(i, j), np.maximum(i, j)
            hit &= ~np.isin(low * len(cars) + high, tied.min(1) * len(cars) + tied.max(1))
            car[i[hit]] = car[j[hit]] = True
    if len(people):
        crowd = cKDTree(people)
        near = crowd.query_pairs(2 * radius_m + _ROOM_M, output_type="ndarray")
        person[near.ravel()] = True
        if tree is not None:
            lists = crowd.query_ball_tree(tree, widest + radius_m + _ROOM_M)
            p = np.repeat(np.arange(len(people)), [len(k) for k in lists])
            if len(p):
                v = np.concatenate([np.asarray(k, np.intp) for k in lists if k])
                hit = (disc_gap_m(people[p], cars[v], boxes[v]) < radius_m + _ROOM_M) & (own[p] != v)
                car[v[hit]] = True
                person[p[hit]] = True
    return car, person


def _centred(pose: Floats, box: Floats) -> tuple[Floats, Floats]:
    middle = (box[:, 0] + box[:, 1]) / 2
    centre = pose[:, :2] + np.stack([np.cos(pose[:, 2]), np.sin(pose[:, 2])], 1) * middle[:, None]
    return centre, np.stack([(box[:, 1] - box[:, 0]) / 2, box[:, 2]], 1)
