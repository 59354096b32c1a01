"""Everybody on foot, what goes with them and what stands about -> who and what is nearest to each."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.agents.crowd import Crowd
from sim.agents.setting import Setting

__all__ = ["Broad", "Neighbors", "broad_of", "neighbors_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_SIGHT_M = 6.0
_SPACING_M, _THING_SPACING_M = 0.12, 0.05
"""Room kept beside others and beside things."""
_PEOPLE, _THINGS = 7, 3
_FAR_M = 1e6


@dataclass(frozen=True, eq=False)
class Neighbors:
    """What is near each of P people: K discs each; those that do not exist lie far away.

    Attributes:
        x_m, y_m: (P, K) from the person to the disc.
        vx_mps, vy_mps: (P, K) velocity of the disc.
        reach_m: (P, K) distance of the centers at which both touch, with some room.
        stranger: (P, K) bool, a person who is not in company of this one.
    """

    x_m: Floats
    y_m: Floats
    vx_mps: Floats
    vy_mps: Floats
    reach_m: Floats
    stranger: NDArray[np.bool_]

    def of(self, who: Ints) -> Neighbors:
        """Those of some of the people."""
        return Neighbors(**{field.name: getattr(self, field.name)[who] for field in fields(self)})


@dataclass(frozen=True, eq=False)
class Broad:
    """Who takes more room than a person: B rows.

    Attributes:
        who: (B,) places in the crowd.
        middle_m: (B, 2) middle of a person and what goes with them.
        radius_m: (B,) of a disc around both.
    """

    who: Ints
    middle_m: Floats
    radius_m: Floats


def broad_of(setting: Setting, crowd: Crowd) -> Broad:
    """Who of the crowd takes more room than a person."""
    company = setting.company
    who = company.owners_in(crowd)
    c, s = np.cos(crowd.yaw_rad[who]), np.sin(crowd.yaw_rad[who])
    x, y = company.middle_m[company.owners].T
    middle = crowd.xy_m[who] + np.stack([c * x - s * y, s * x + c * y], 1)
    return Broad(who, middle, company.radius_m[company.owners])


def neighbors_of(
    who: Ints,
    xy_m: Floats,
    velocity_mps: Floats,
    group: Ints,
    radius_m: float,
    broad: Broad,
    things_m: Floats,
    tree: cKDTree | None,
) -> Neighbors:
    """The nearest people and things of some of the crowd.

    Args:
        who: (K,) whose neighbors, places in the crowd.
        xy_m: (P, 2) positions of everybody on foot.
        velocity_mps: (P, 2).
        group: (P,) number of whom each is with, -1 for those alone.
        radius_m: of a person.
        broad: who pushes, leads or sits in something: they keep their own disc clear of others, others keep
            clear of both.
        things_m: (M, 3) x, y, radius of what does not move.
        tree: of the things' centers, None if there are none.
    """
    count = len(xy_m)
    owner = np.concatenate([np.arange(count), broad.who, [count]])
    discs = np.concatenate([xy_m, broad.middle_m, [[_FAR_M, _FAR_M]]])
    sizes = np.concatenate([np.full(count, radius_m), broad.radius_m, [radius_m]])
    here, own = xy_m.copy(), np.full(count, radius_m)
    here[broad.who], own[broad.who] = broad.middle_m, broad.radius_m
    here, own = here[who], own[who]
    _, near = cKDTree(discs[:-1]).query(here, k=min(_PEOPLE + 2, len(discs)), distance_upper_bound=_SIGHT_M)
    near = near.reshape(len(who), -1)
    near = np.where(owner[near] == who[:, None], len(discs) - 1, near)
    of_disc = np.concatenate([group, group[broad.who], [-1]])[near]
    mine = group[who, None]
    stranger = (near < len(discs) - 1) & ((of_disc != mine) | (mine < 0))
    speeds = np.concatenate([velocity_mps, velocity_mps[broad.who], [[0.0, 0.0]]])
    x, y = discs[near, 0] - here[:, :1], discs[near, 1] - here[:, 1:]
    columns = [x, y, speeds[near, 0], speeds[near, 1], sizes[near] + own[:, None] + _SPACING_M, stranger]
    if tree is not None:
        _, beside = tree.query(here, k=min(_THINGS, len(things_m)), distance_upper_bound=_SIGHT_M)
        beside = beside.reshape(len(who), -1)
        places = np.concatenate([things_m, [[_FAR_M, _FAR_M, radius_m]]])[beside]
        still, reach = np.zeros(beside.shape), places[..., 2] + own[:, None] + _THING_SPACING_M
        x, y = places[..., 0] - here[:, :1], places[..., 1] - here[:, 1:]
        things = [x, y, still, still, reach, np.zeros(beside.shape, bool)]
        columns = [np.concatenate(pair, 1) for pair in zip(columns, things, strict=True)]
    return Neighbors(*columns)
