"""People who walk together -> places of each beside the others, and who is ahead or has fallen behind.

Pairs walk abreast, about 0.8 m apart; of three, the one in the middle walks a little behind (Moussaid,
Perozo, Garnier, Helbing and Theraulaz 2010, PLoS ONE 5:e10047); larger groups fall into pairs and threes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.setting import Setting

__all__ = ["Together", "abreast_m"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_APART_M, _BEHIND_M, _ROW_M = 0.78, 0.22, 1.15
_FILE_M = 0.85
"""Where there is no room side by side they walk so far behind each other."""
_BESIDE_M = 0.2
"""Room between what two people beside each other push or lead."""
_KEEP_PER_M = 0.55
_HURRY, _WAIT_M, _LOST_M = 1.35, 1.5, 14.0


def abreast_m(count: int) -> Floats:
    """(count, 2) places ahead and to the left of the middle of people who walk together."""
    rows = [count] if count < 4 else [3] * (count % 2) + [2] * ((count - 3 * (count % 2)) // 2)
    out = []
    for n, size in enumerate(rows):
        for k in range(size):
            middle = size == 3 and k == 1
            out.append((-n * _ROW_M - (_BEHIND_M if middle else 0.0), (k - (size - 1) / 2) * _APART_M))
    return np.array(out) - [np.mean([ahead for ahead, _ in out]), 0.0]


class Together:
    """Who walks with whom.

    Args:
        setting: the street and its cast.
        rows: (K,) roster rows of people who walk.
        free: (K,) who plays about: the others do not wait for them.

    Attributes:
        group: (K,) number of the group, each alone in one of their own where nobody is with them.
        first: (K,) the first of each person's group.
        size: (K,) of the group.
        spread_m: (K,) how broad the group walks.
        toward: (K,) 1 for those who have the others on their left, -1 on their right, else 0.
    """

    def __init__(self, setting: Setting, rows: Ints, free: Bools) -> None:
        count = len(rows)
        named, alone = setting.group[rows], np.arange(count) + len(setting.roster)
        _, self.first, self.group, sizes = np.unique(
            np.where(named >= 0, named, alone), return_index=True, return_inverse=True, return_counts=True
        )
        self.size, self.first = sizes[self.group], self.first[self.group]
        self._ahead_m, self._left_m = np.zeros(count), np.zeros(count)
        self._rank, self.spread_m = np.zeros(count), np.zeros(count)
        for k in np.unique(self.first[self.size > 1]):
            mine = np.flatnonzero(self.first == k)
            yaw = setting.roles[rows[k]].yaw_rad
            places = np.array([setting.roles[r].start_m for r in rows[mine]], float)
            slots = abreast_m(len(mine))
            # Everybody takes the place nearest to where they start.
            across = np.argsort(places @ [-np.sin(yaw), np.cos(yaw)], kind="stable")
            mine = mine[across]
            slots = slots[np.argsort(slots[:, 1], kind="stable")]
            # Beside who leads a dog or pushes a pram there is more room.
            reach = setting.company.reach_m[rows[mine]]
            need = reach[:-1, 1] + reach[1:, 0] + _BESIDE_M - np.diff(slots[:, 1])
            wider = np.concatenate(
                [[0.0], np.cumsum(np.where(np.diff(slots[:, 1]) > 0.1, np.maximum(need, 0), 0))]
            )
            slots[:, 1] += wider - wider.mean()
            self._ahead_m[mine], self._left_m[mine] = slots.T
            self._rank[mine] = np.arange(len(mine)) - (len(mine) - 1) / 2
            self.spread_m[mine] = np.ptp(slots[:, 1])
        self.toward = -np.sign(np.round(self._left_m, 6))
        leads = np.bincount(self.group, ~free, minlength=len(sizes))[self.group] == 0
        self._counts = (~free | leads).astype(float)
        self._total = np.bincount(self.group, self._counts, minlength=len(sizes))
        self._free = free & (self.size > 1)

    def places_m(
        self, right_m: Floats, left_m: Floats, wish_m: Floats, yields: Floats
    ) -> tuple[Floats, Floats]:
        """How far ahead of the group's middle and how far left of a way's line each walks.

        Args:
            right_m: (K,) room from the way's line to its right edge.
            left_m: (K,) and to its left edge.
            wish_m: (K,) how far left of the line the group would like its middle.
            yields: (K,) 0 .. 1, how much room they leave to others on their left, or if negative, right.
        """
        room = right_m + left_m
        share = np.clip(room / np.maximum(self.spread_m, 1e-6), 0.0, 1.0)
        file = np.maximum(np.clip((0.75 - share) / 0.3, 0.0, 1.0), np.abs(yields))
        share = share * (1 - file)
        half = share * self.spread_m / 2
        low, high = half - right_m, left_m - half
        middle = np.where(low < high, np.clip(wish_m, low, high), (left_m - right_m) / 2)
        middle = np.where(self.size > 1, middle, wish_m)
        edge = np.where(yields > 0, -right_m, left_m)
        middle = middle + np.abs(yields) * (edge - middle)
        ahead = (1 - file) * self._ahead_m - file * _FILE_M * self._rank
        return ahead, middle + self._left_m * share

    def behind_m(self, xy_m: Floats, direction: Floats, ahead_m: Floats) -> Floats:
        """(K,) way by which each has fallen behind the others, along their own direction (K, 2)."""
        if not (self.size > 1).any():
            return np.zeros(len(xy_m))
        x, y = (np.bincount(self.group, self._counts * v) / self._total for v in xy_m.T)
        middle = np.stack([x, y], 1)[self.group]
        behind = ((middle - xy_m) * direction).sum(1) + ahead_m
        return np.where(self.size > 1, behind, 0.0)

    def pace(self, behind_m: Floats) -> Floats:
        """(K,) share of the usual speed that keeps people together; 0 for those who wait for the others."""
        near = np.clip(1 + _KEEP_PER_M * behind_m, 0.0, _HURRY)
        near = np.where(behind_m < -_WAIT_M, 0.0, np.maximum(near, 0.15))
        # Children at play run ahead and come to no harm by that, up to a point.
        return np.where(
            self._free, np.where(behind_m < -4 * _WAIT_M, 0.0, np.where(behind_m > 1, _HURRY, 1)), near
        )

    def apart(self, xy_m: Floats, reach_m: float) -> Bools:
        """(K,) bool: somebody of the group is not yet within reach of its middle, and not lost either."""
        x, y = (np.bincount(self.group, v) / np.bincount(self.group) for v in xy_m.T)
        away = np.hypot(x[self.group] - xy_m[:, 0], y[self.group] - xy_m[:, 1])
        return self.any((away > reach_m) & (away < _LOST_M)) & (self.size > 1)

    def most(self, value: Floats) -> Floats:
        """(K,) of the values of each group that with the largest amount."""
        high, low = np.zeros(len(self._total)), np.zeros(len(self._total))
        np.maximum.at(high, self.group, value)
        np.minimum.at(low, self.group, value)
        return np.asarray(np.where(high >= -low, high, low)[self.group])

    def any(self, mask: Bools) -> Bools:
        """(K,) bool: it is so for somebody of the group."""
        return np.asarray(np.bincount(self.group, mask)[self.group] > 0)
