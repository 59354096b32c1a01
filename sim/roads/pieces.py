"""Cubics that each hold from a distance on -> values and slopes for many owners at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cubic", "Pieces", "Starts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Cubic:
    """a + b ds + c ds^2 + d ds^3 with ds = s - `s_m`, from `s_m` to where the next one begins."""

    s_m: float
    a: float
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0


class Starts:
    """Ascending distances of many owners in one array, searched for all queries together.

    Args:
        owners: the distances of each owner, each ascending.

    Attributes:
        s_m: (K,) the distances of all owners, one after the other.
        first, count: (O,) where an owner's begin and how many it has.
    """

    def __init__(self, owners: Sequence[Sequence[float]]) -> None:
        self.count = np.array([len(own) for own in owners], np.intp)
        self.first = np.concatenate([[0], np.cumsum(self.count)])[:-1].astype(np.intp)
        self.s_m = np.array([s for own in owners for s in own], np.float64)

    def find(self, owner: Ints, s_m: Floats) -> Ints:
        """Row of each owner's last start at or before `s_m`; -1 where all are beyond it or there is none.

        Args:
            owner: (N,) numbers of owners.
            s_m: (N,) distances.
        """
        if not len(self.s_m):
            return np.full(len(owner), -1, np.intp)
        low = self.first[owner]
        high = low + self.count[owner]
        for _ in range(int(self.count.max()).bit_length()):
            middle = np.minimum((low + high) // 2, len(self.s_m) - 1)
            open_, right = low < high, self.s_m[middle] <= s_m
            low = np.where(open_ & right, middle + 1, low)
            high = np.where(open_ & ~right, middle, high)
        return np.asarray(np.where(low > self.first[owner], low - 1, -1))


class Pieces:
    """The cubics of many owners (roads, lanes) in one table. What begins before the first is 0.

    Args:
        owners: the cubics of each owner, ascending by `s_m`.
    """

    def __init__(self, owners: Sequence[Sequence[Cubic]]) -> None:
        self.starts = Starts([[piece.s_m for piece in own] for own in owners])
        rows = [(p.a, p.b, p.c, p.d) for own in owners for p in own]
        self._abcd = np.array([*rows, (0.0, 0.0, 0.0, 0.0)], np.float64)

    def value(self, owner: Ints, s_m: Floats) -> Floats:
        """(N,) values of owners (N,) at distances (N,)."""
        (a, b, c, d), ds = self._at(owner, s_m)
        return np.asarray(a + ds * (b + ds * (c + ds * d)))

    def slope(self, owner: Ints, s_m: Floats) -> Floats:
        """(N,) first derivatives of owners (N,) at distances (N,)."""
        (_, b, c, d), ds = self._at(owner, s_m)
        return np.asarray(b + ds * (2 * c + ds * 3 * d))

    def has(self, owner: Ints) -> NDArray[np.bool_]:
        """(N,) bool: the owner has any cubic."""
        return np.asarray(self.starts.count[owner] > 0)

    def _at(self, owner: Ints, s_m: Floats) -> tuple[Floats, Floats]:
        row = self.starts.find(owner, s_m)
        start = np.where(row >= 0, self.starts.s_m[row], 0.0) if len(self.starts.s_m) else 0.0
        return self._abcd[row].T, np.where(row >= 0, s_m - start, 0.0)
