"""A pose and strokes -> reference lines in OpenDRIVE's shapes, each stroke tangent to the one before it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.roads import Arc, Geometry, Line, ParamPoly3, Spiral

__all__ = ["Pen", "Pose2", "fillet"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_SHORT_M = 1e-3
_EASE = 0.62
"""Length of handles per tangent of a right angle: 0.552 is nearest to a circle; longer eases in and out."""
_PARALLEL_RAD = 0.12


@dataclass(frozen=True)
class Pose2:
    """A point in the plane and a heading."""

    x_m: float
    y_m: float
    heading_rad: float

    def moved(self, ahead_m: float, left_m: float = 0.0) -> Pose2:
        """The pose further ahead and to the left."""
        c, s = math.cos(self.heading_rad), math.sin(self.heading_rad)
        x, y = self.x_m + c * ahead_m - s * left_m, self.y_m + s * ahead_m + c * left_m
        return Pose2(x, y, self.heading_rad)

    def turned(self, by_rad: float) -> Pose2:
        """The pose with another heading."""
        return Pose2(self.x_m, self.y_m, self.heading_rad + by_rad)


class Pen:
    """Draws a reference line.

    Args:
        start: where it begins.

    Attributes:
        at: where it has come to.
        length_m: drawn so far.
        strokes: the shapes drawn so far.
    """

    def __init__(self, start: Pose2) -> None:
        self.at, self.length_m, self.strokes = start, 0.0, list[Geometry]()

    def line(self, length_m: float) -> Pen:
        """Straight on; nothing if it is shorter than a millimeter."""
        if length_m > _SHORT_M:
            p = self.at
            self.strokes.append(Line(self.length_m, p.x_m, p.y_m, p.heading_rad, length_m))
            self._on(p.moved(length_m), length_m)
        return self

    def arc(self, length_m: float, curvature: float) -> Pen:
        """Along a circle, to the left if `curvature` (1/m) is positive."""
        if abs(curvature) < 1e-9:
            return self.line(length_m)
        p, turn = self.at, length_m * curvature
        self.strokes.append(Arc(self.length_m, p.x_m, p.y_m, p.heading_rad, length_m, curvature))
        chord = 2 * math.sin(turn / 2) / curvature
        self._on(p.turned(turn / 2).moved(chord).turned(turn / 2), length_m)
        return self

    def spiral(self, length_m: float, curvature_start: float, curvature_end: float) -> Pen:
        """Along a clothoid: the curvature (1/m, left positive) changes evenly."""
        p = self.at
        s = length_m * ((1 + _NODES) / 2 + np.arange(4)[:, None]) / 4
        turn = curvature_start * s + (curvature_end - curvature_start) * s**2 / (2 * length_m)
        ahead, left = (float((f(turn) @ _WEIGHTS).sum()) * length_m / 8 for f in (np.cos, np.sin))
        self.strokes.append(
            Spiral(self.length_m, p.x_m, p.y_m, p.heading_rad, length_m, curvature_start, curvature_end)
        )
        by_rad = (curvature_start + curvature_end) / 2 * length_m
        self._on(p.moved(ahead, left).turned(by_rad), length_m)
        return self

    def curve(self, end: Pose2, pull_start_m: float, pull_end_m: float) -> Pen:
        """A cubic Bezier curve to a pose, with the lengths of its handles."""
        p = self.at
        c, s = math.cos(p.heading_rad), math.sin(p.heading_rad)
        dx, dy = end.x_m - p.x_m, end.y_m - p.y_m
        u3, v3 = c * dx + s * dy, -s * dx + c * dy
        turn = end.heading_rad - p.heading_rad
        u2, v2 = u3 - pull_end_m * math.cos(turn), v3 - pull_end_m * math.sin(turn)
        u = _power_basis(0.0, pull_start_m, u2, u3)
        v = _power_basis(0.0, 0.0, v2, v3)
        length = _length_m(u, v)
        self.strokes.append(ParamPoly3(self.length_m, p.x_m, p.y_m, p.heading_rad, length, u, v))
        self._on(end, length)
        return self

    def to(self, end: Pose2) -> Pen:
        """To a pose: straight, a corner as wide as there is room for, straight; or an S without a corner."""
        p = self.at
        turn = math.remainder(end.heading_rad - p.heading_rad, math.tau)
        end = Pose2(end.x_m, end.y_m, p.heading_rad + turn)
        before, after = fillet(p, end)
        gap = math.hypot(end.x_m - p.x_m, end.y_m - p.y_m)
        if min(before, after) <= _SHORT_M or abs(turn) < _PARALLEL_RAD or max(before, after) > 3.0 * gap:
            return self.curve(end, 0.4 * gap, 0.4 * gap)
        tangent = min(before, after)
        self.line(before - tangent)
        pull = _EASE * tangent * _handle(turn) / _handle(math.pi / 2)
        return self.curve(end.moved(-(after - tangent)), pull, pull).line(after - tangent)

    def _on(self, to: Pose2, length_m: float) -> None:
        self.at, self.length_m = to, self.length_m + length_m


def fillet(a: Pose2, b: Pose2) -> tuple[float, float]:
    """Distances from `a` ahead and from `b` back to where the two lines cross; 0, 0 if they are parallel."""
    c1, s1, c2, s2 = (f(p.heading_rad) for p in (a, b) for f in (math.cos, math.sin))
    det = c1 * s2 - s1 * c2
    if abs(det) < 1e-6:
        return 0.0, 0.0
    dx, dy = b.x_m - a.x_m, b.y_m - a.y_m
    return (dx * s2 - dy * c2) / det, (c1 * dy - s1 * dx) / det


def _handle(turn: float) -> float:
    """Handle of the cubic nearest to a circular arc, per length of its tangents."""
    return 4 / 3 * math.tan(abs(turn) / 4) / math.tan(abs(turn) / 2)


def _power_basis(p0: float, p1: float, p2: float, p3: float) -> tuple[float, float, float, float]:
    """Coefficients of 1, p, p^2, p^3 of a Bezier curve's control values."""
    return p0, 3 * (p1 - p0), 3 * (p2 - 2 * p1 + p0), p3 - 3 * p2 + 3 * p1 - p0


def _length_m(u: tuple[float, ...], v: tuple[float, ...]) -> float:
    """Arc length of a cubic over p from 0 to 1, by Gauss-Legendre quadrature in four panels."""
    p = ((1 + _NODES) / 2 + np.arange(4)[:, None]) / 4
    du, dv = (k[1] + p * (2 * k[2] + p * 3 * k[3]) for k in (u, v))
    return float((np.hypot(du, dv) @ _WEIGHTS).sum() / 8)
