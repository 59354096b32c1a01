"""Two points in, a line to lay things out along out; and the checks its users share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.errors import UsageError

__all__ = ["Line", "Point", "line_between", "wanted_positive", "wanted_share"]

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A straight line walked from its start, the carriageway on the right-hand side.

    Attributes:
        start_m: where it begins.
        heading_rad: direction of the walk, counter-clockwise from +X.
        length_m: its length.
    """

    start_m: Point
    heading_rad: float
    length_m: float

    def at(self, s_m: float, left_m: float) -> Point:
        """The point `s_m` along the line and `left_m` to its left."""
        c, s = float(np.cos(self.heading_rad)), float(np.sin(self.heading_rad))
        return (self.start_m[0] + s_m * c - left_m * s, self.start_m[1] + s_m * s + left_m * c)

    @property
    def toward_street_rad(self) -> float:
        """Heading of what faces the street."""
        return self.heading_rad - float(np.pi) / 2


def line_between(start_m: Point, end_m: Point) -> Line:
    """The line from start to end. Raises UsageError if they are the same point."""
    dx, dy = end_m[0] - start_m[0], end_m[1] - start_m[1]
    length = float(np.hypot(dx, dy))
    if length < 1e-6:
        raise UsageError(f"start_m {start_m} and end_m {end_m}: wanted two different points")
    return Line(start_m, float(np.arctan2(dy, dx)), length)


def wanted_share(name: str, value: float) -> None:
    """Raise UsageError unless 0 <= value <= 1."""
    if not 0.0 <= value <= 1.0:
        raise UsageError(f"{name} {value}: wanted a share between 0 and 1")


def wanted_positive(name: str, value: float) -> None:
    """Raise UsageError unless value > 0."""
    if not value > 0.0:
        raise UsageError(f"{name} {value}: wanted a positive number")
