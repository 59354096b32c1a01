"""The five shapes a reference line is made of, in OpenDRIVE's words."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Arc", "Geometry", "Line", "ParamPoly3", "Poly3", "Spiral"]


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where a shape lies; its local u axis points along its heading, v to the left.

    Attributes:
        s_m: distance along the road at which it begins.
        x_m, y_m: its start in the world.
        heading_rad: its heading there, counter-clockwise from +X.
        length_m: its arc length.
    """

    s_m: float
    x_m: float
    y_m: float
    heading_rad: float
    length_m: float


@dataclass(frozen=True, slots=True)
class Line(Geometry):
    """Straight."""


@dataclass(frozen=True, slots=True)
class Arc(Geometry):
    """Constant curvature, 1/m, left positive."""

    curvature: float


@dataclass(frozen=True, slots=True)
class Spiral(Geometry):
    """Euler spiral: curvature, 1/m, changes linearly with arc length."""

    curvature_start: float
    curvature_end: float


@dataclass(frozen=True, slots=True)
class Poly3(Geometry):
    """v = a + b u + c u^2 + d u^3 from u = 0 to where the arc length is `length_m`."""

    a: float
    b: float
    c: float
    d: float


@dataclass(frozen=True, slots=True)
class ParamPoly3(Geometry):
    """u and v are cubics of a parameter p that runs from 0 to 1, or to `length_m`.

    Attributes:
        u, v: coefficients (a, b, c, d) of a + b p + c p^2 + d p^3.
        normalized: True if p ends at 1, False if at `length_m`.
    """

    u: tuple[float, float, float, float]
    v: tuple[float, float, float, float]
    normalized: bool = True
