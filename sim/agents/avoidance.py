"""People, where they want to go and what is near -> the heading and speed each takes to get past.

The heuristics of Moussaid, Helbing and Theraulaz (2011, PNAS 108:6884): people take the heading that leads
straightest to where they want to go, given how far each heading is free. Behind others they keep the distance
of single file: 0.36 m + 1.06 s times their speed (Seyfried, Steffen, Klingsch and Boltes 2005, J. Stat. Mech.
P10002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.neighbors import Neighbors

__all__ = ["HEADWAY_S", "Way", "free_way", "room_for_others"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HEADWAY_S = 1.06
"""Slope of the distance that people keep to those before them over their speed."""
_STANDING_M = 0.36
_FILE_M = 0.3
"""Who is no further aside than this is straight ahead."""
_HEADINGS_RAD = np.deg2rad(
    [0, -8, 8, -16, 16, -26, 26, -38, 38, -52, 52, -68, 68, -88, 88, -110, 110, -135, 135, -165, 165]
)
_BACK_RAD = np.deg2rad(90)
_SIGHT_M = 6.0
_REACT_S = 0.55
_BESIDE_M, _COMES_M, _STANDS_M, _STILL_MPS = 1.2, 5.5, 3.0, 0.3
"""Who comes or stands so near ahead is let pass."""
_BRAKE_MPS2 = 2.0


@dataclass(frozen=True, eq=False)
class Way:
    """Where people want to go, a row each.

    Attributes:
        wanted_rad: (P,) heading toward the goal.
        wanted_mps: (P,) comfortable speed.
        yaw_rad: (P,) present heading.
        left_m, right_m: (P,) room to the edges of the way.
        along_rad: (P,) direction of the way.
        stuck: (P,) who made no progress and takes any way out, even back.
        headway_s: (P,) time kept to who walks ahead, see `HEADWAY_S`.
    """

    wanted_rad: Floats
    wanted_mps: Floats
    yaw_rad: Floats
    left_m: Floats
    right_m: Floats
    along_rad: Floats
    stuck: Bools
    headway_s: Floats


def free_way(way: Way, near: Neighbors) -> tuple[Floats, Floats]:
    """(P,) heading and (P,) speed that get past the neighbors."""
    walk = np.maximum(way.wanted_mps, 0.4)
    both = np.stack([way.wanted_rad, way.yaw_rad], 1)
    free = _free_m(both, walk, near)
    straight, ahead = free[:, 0], free[:, 1]
    heading, reach = way.wanted_rad.copy(), straight.copy()
    # Where the straight way is free as far as people look, none is better.
    who = np.flatnonzero((straight < _SIGHT_M) | way.stuck)
    if len(who):
        heading[who], reach[who] = _round(way, near, who, walk[who])
    free_m = np.minimum(reach, ahead)
    speed = np.minimum(way.wanted_mps, np.minimum(free_m / _REACT_S, np.sqrt(2 * _BRAKE_MPS2 * free_m)))
    return _wrapped(heading), np.minimum(speed, _behind_mps(way, near))


def room_for_others(yaw_rad: Floats, near: Neighbors) -> Floats:
    """(P,) 1 for people who should keep right, -1 left, 0 neither, to let pass who comes or stands ahead."""
    c, s = np.cos(yaw_rad)[:, None], np.sin(yaw_rad)[:, None]
    along, aside = c * near.x_m + s * near.y_m, c * near.y_m - s * near.x_m
    speed = c * near.vx_mps + s * near.vy_mps
    ahead = near.stranger & (along > 0.2) & (np.abs(aside) < _BESIDE_M)
    comes = (ahead & (speed < -_STILL_MPS) & (along < _COMES_M)).any(1)
    stands = ahead & (np.abs(speed) <= _STILL_MPS) & (along < _STANDS_M)
    first = np.where(stands, along, np.inf).argmin(1)
    side = np.where(aside[np.arange(len(first)), first] > -0.05, 1.0, -1.0)
    return np.where(comes, 1.0, np.where(stands.any(1), side, 0.0))


def _round(way: Way, near: Neighbors, who: NDArray[np.intp], walk: Floats) -> tuple[Floats, Floats]:
    """(K,) best headings of some and (K,) how far each is free."""
    heading = way.wanted_rad[who, None] + _HEADINGS_RAD
    free = _free_m(heading, walk, near.of(who))
    # A heading that leaves the way is free as far as its edge.
    sideways = np.sin(heading - way.along_rad[who, None])
    room = np.where(sideways > 0, way.left_m[who, None], way.right_m[who, None])
    edge = np.maximum(room, 0.0) / np.maximum(np.abs(sideways), 1e-3)
    aside = np.abs(_HEADINGS_RAD) > 0.01
    free = np.where(aside, np.minimum(free, np.maximum(edge, 0.05)), free)
    turn = np.abs(_wrapped(heading - way.yaw_rad[who, None]))
    detour = _SIGHT_M**2 + free**2 - 2 * _SIGHT_M * free * np.cos(_HEADINGS_RAD) + 1.2 * turn
    back = np.abs(_HEADINGS_RAD) > _BACK_RAD
    stuck = way.stuck[who, None]
    detour = np.where(np.where(stuck, free < 0.7, back), 1e3, detour)
    best, every = detour.argmin(1), np.arange(len(who))
    return heading[every, best], free[every, best]


def _behind_mps(way: Way, near: Neighbors) -> Floats:
    """(P,) speed at which the distance to whoever walks ahead in the same direction is right."""
    c, s = np.cos(way.yaw_rad)[:, None], np.sin(way.yaw_rad)[:, None]
    along, aside = c * near.x_m + s * near.y_m, c * near.y_m - s * near.x_m
    same = c * near.vx_mps + s * near.vy_mps > 0.3
    gap = np.where(same & near.stranger & (along > 0) & (np.abs(aside) < _FILE_M), along, np.inf).min(1)
    return np.asarray(np.maximum(gap - _STANDING_M, 0.0) / way.headway_s)


def _free_m(heading_rad: Floats, speed: Floats, near: Neighbors) -> Floats:
    """(P, A) distance that each of A headings is free for at a speed (P,), at most the sight."""
    vx, vy = np.cos(heading_rad) * speed[:, None], np.sin(heading_rad) * speed[:, None]
    rx, ry = vx[:, :, None] - near.vx_mps[:, None], vy[:, :, None] - near.vy_mps[:, None]
    a = np.maximum(rx * rx + ry * ry, 1e-9)
    b = rx * near.x_m[:, None] + ry * near.y_m[:, None]
    c = near.x_m**2 + near.y_m**2 - near.reach_m**2
    root = b * b - a * c[:, None]
    t = np.where((root > 0) & (b > 0), (b - np.sqrt(np.maximum(root, 0))) / a, np.inf)
    return np.asarray(np.minimum(np.maximum(t.min(-1), 0.0) * speed[:, None], _SIGHT_M))


def _wrapped(angle: Floats) -> Floats:
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
