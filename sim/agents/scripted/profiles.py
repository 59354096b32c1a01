"""Speeds over time as pieces of polynomials -> way, speed and acceleration at a time; swings to the side."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["REST", "Profile", "Swing"]

_Piece = tuple[float, float, float, float, float, float]
"""From when, and the coefficients of the way by the time since then, up to its fourth power."""


@dataclass(frozen=True)
class Profile:
    """How far along its path somebody is at a time.

    Attributes:
        pieces: in the order of time; the last one goes on for ever, at the start of the first all stand.
    """

    pieces: tuple[_Piece, ...]

    @staticmethod
    def steady(from_s: float, way_m: float, speed_mps: float) -> Profile:
        """At one speed from a time on; standing before."""
        return Profile(((from_s, way_m, speed_mps, 0.0, 0.0, 0.0),))

    def at(self, time_s: float) -> tuple[float, float, float]:
        """Way, speed and acceleration at a time."""
        k = bisect_right(self.pieces, time_s, key=lambda piece: piece[0]) - 1
        if k < 0:
            return self.pieces[0][1], 0.0, 0.0
        start, c0, c1, c2, c3, c4 = self.pieces[k]
        t = time_s - start
        way = c0 + t * (c1 + t * (c2 + t * (c3 + t * c4)))
        speed = c1 + t * (2 * c2 + t * (3 * c3 + t * 4 * c4))
        return way, speed, 2 * c2 + t * (6 * c3 + t * 12 * c4)

    def then(self, time_s: float, speeds: Sequence[tuple[float, float]], *, smooth: bool = False) -> Profile:
        """The same way until a time, then from the speed it has to others, one after another.

        Args:
            time_s: from when.
            speeds: (seconds the change takes, speed then) of each change; the last speed is kept.
            smooth: whether acceleration begins and ends with 0; it is constant else.
        """
        way, speed, _ = self.at(time_s)
        kept = tuple(piece for piece in self.pieces if piece[0] < time_s)
        pieces: list[_Piece] = []
        for takes_s, target in speeds:
            if takes_s > 0:
                pieces.append(_change(time_s, way, speed, target, takes_s, smooth))
                way, time_s = Profile((pieces[-1],)).at(time_s + takes_s)[0], time_s + takes_s
            speed = target
        return Profile((*kept, *pieces, (time_s, way, speed, 0.0, 0.0, 0.0)))

    def placed(self, time_s: float, way_m: float) -> Profile:
        """The same speeds from a time on, counted from another place: somebody takes a new path."""
        way, speed, _ = self.at(time_s)
        k = bisect_right(self.pieces, time_s, key=lambda piece: piece[0]) - 1
        if k < 0:
            first = self.pieces[0]
            return Profile(((first[0], way_m, *first[2:]), *self.pieces[1:]))
        start, *_, c2, c3, c4 = self.pieces[k]
        t = time_s - start
        now = (time_s, way_m, speed, c2 + t * (3 * c3 + t * 6 * c4), c3 + 4 * t * c4, c4)
        later = ((p[0], p[1] + way_m - way, *p[2:]) for p in self.pieces[k + 1 :])
        return Profile((now, *later))

    @property
    def settled_s(self) -> float:
        """From when on the speed stays."""
        return self.pieces[-1][0]


@dataclass(frozen=True)
class Swing:
    """A value that goes from one to another once, along the polynomial of fifth degree that does so gently.

    Attributes:
        start_s: when it begins.
        takes_s: how long it takes, more than 0.
        before, after: the values.
    """

    start_s: float = 0.0
    takes_s: float = 1.0
    before: float = 0.0
    after: float = 0.0

    def at(self, time_s: float) -> tuple[float, float, float]:
        """Value, rate and change of the rate at a time."""
        u = min(max((time_s - self.start_s) / self.takes_s, 0.0), 1.0)
        span, per_s = self.after - self.before, 1.0 / self.takes_s
        value = self.before + span * u**3 * (10 - 15 * u + 6 * u**2)
        rate = span * 30 * u**2 * (1 - u) ** 2 * per_s
        return value, rate, span * 60 * u * (1 - u) * (1 - 2 * u) * per_s**2


REST = Swing()
"""No swing."""


def _change(start: float, way: float, speed: float, target: float, takes_s: float, smooth: bool) -> _Piece:
    span = target - speed
    if smooth:
        return start, way, speed, 0.0, span / takes_s**2, -span / (2 * takes_s**3)
    return start, way, speed, span / (2 * takes_s), 0.0, 0.0
