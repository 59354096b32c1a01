"""A radius and a generator -> the course of a closed ring of straights and wide bends, all to the left."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from worlds._pen import Pen, Pose2

__all__ = ["Stretch", "ring_of"]

_CLOTHOID_M, _CLOTHOID_SHARE = 110.0, 0.6
_SHORTEST_M, _LONGEST_M, _TRIES = 90.0, 330.0, 1000
_UNEVEN = 0.28


@dataclass(frozen=True)
class Stretch:
    """A straight and the bend after it.

    Attributes:
        straight_m: length of the straight.
        radius_m: of the bend.
        turn_rad: by which it turns to the left.
    """

    straight_m: float
    radius_m: float
    turn_rad: float

    @property
    def clothoid_m(self) -> float:
        """Length of the clothoids that lead into the bend and out of it."""
        return min(_CLOTHOID_M, _CLOTHOID_SHARE * self.radius_m * self.turn_rad)

    def bend(self, pen: Pen) -> Pen:
        """Draw the bend."""
        ease_m, curvature = self.clothoid_m, 1 / self.radius_m
        pen.spiral(ease_m, 0.0, curvature)
        return pen.arc(self.radius_m * self.turn_rad - ease_m, curvature).spiral(ease_m, curvature, 0.0)

    @property
    def tangent_m(self) -> float:
        """From the end of the straight to where it would cross the next one."""
        end = self.bend(Pen(Pose2(0.0, 0.0, 0.0))).at
        return end.x_m - end.y_m / math.tan(self.turn_rad)


def ring_of(rng: np.random.Generator, radius_m: float, first_m: float) -> tuple[Stretch, ...]:
    """Three to five stretches that close; the first straight is as long as is asked for.

    Args:
        rng: decides.
        radius_m: of the narrowest bend.
        first_m: length of the first straight.
    """
    for _ in range(_TRIES):
        count = int(rng.integers(3, 6))
        turn = 1 + rng.uniform(-_UNEVEN, _UNEVEN, count)
        turn *= math.tau / turn.sum()
        straight = np.concatenate([[first_m], rng.uniform(_SHORTEST_M, _LONGEST_M, count - 1)])
        radius = radius_m * rng.uniform(1.0, 1.12, count)
        stretches = [Stretch(*(float(v) for v in own)) for own in zip(straight, radius, turn, strict=True)]
        tangent = np.array([one.tangent_m for one in stretches])
        heading = np.concatenate([[0.0], np.cumsum(turn)[:-1]])
        ahead = np.stack([np.cos(heading), np.sin(heading)])
        sides = straight + tangent + np.roll(tangent, 1)
        # The last two straights close the ring.
        last = np.linalg.solve(ahead[:, -2:], -(ahead[:, :-2] @ sides[:-2]))
        closing = last - (sides - straight)[-2:]
        if closing.min() > _SHORTEST_M and closing.max() < 2 * _LONGEST_M:
            lengths = [*straight[:-2], *closing]
            return tuple(
                Stretch(float(length), own.radius_m, own.turn_rad)
                for length, own in zip(lengths, stretches, strict=True)
            )
    raise AssertionError("three even bends and straights of one length always close")
