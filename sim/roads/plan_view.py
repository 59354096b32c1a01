"""Geometries of all roads -> position, heading and curvature of reference lines at any distance.

Lines and arcs are evaluated in closed form, spirals by Gauss-Legendre quadrature of the unit tangent, which
is as good for a curvature that hardly changes, where Fresnel integrals cancel. Cubics are run through by arc
length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.roads.arc_length import CubicCurves
from sim.roads.curves import Arc, Geometry, ParamPoly3, Poly3, Spiral
from sim.roads.pieces import Starts

__all__ = ["MAX_TURN_RAD", "PlanView", "Station"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

MAX_TURN_RAD = 200.0
"""No spiral may turn further: the number of its panels grows with it."""
_PANEL_RAD = 1.5
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


class Station(NamedTuple):
    """Points of reference lines in the plane.

    Attributes:
        xy_m: (N, 2) positions.
        heading_rad: (N,) headings, not wrapped.
        curvature: (N,) 1/m, left positive.
    """

    xy_m: Floats
    heading_rad: Floats
    curvature: Floats


class PlanView:
    """The reference lines of all roads.

    Args:
        roads: the geometries of each road, ascending by `s_m`, at least one each.
    """

    def __init__(self, roads: Sequence[Sequence[Geometry]]) -> None:
        self._starts = Starts([[g.s_m for g in road] for road in roads])
        pieces = [g for road in roads for g in road]
        self._pose = np.array([(g.x_m, g.y_m, g.heading_rad, g.length_m) for g in pieces]).reshape(-1, 4)
        bends = np.array([_curvatures(g) for g in pieces], np.float64).reshape(-1, 2)
        self._bend = bends[:, 0]
        self._sharpen = (bends[:, 1] - bends[:, 0]) / np.maximum(self._pose[:, 3], 1e-12)
        cubics = [(k, g) for k, g in enumerate(pieces) if isinstance(g, Poly3 | ParamPoly3)]
        self._cubics = CubicCurves([g for _, g in cubics])
        self._cubic = np.full(len(pieces), -1, np.intp)
        self._cubic[[k for k, _ in cubics]] = np.arange(len(cubics))

    def at(self, road: Ints, s_m: Floats) -> Station:
        """Stations on roads (N,) at distances (N,); beyond a road's ends its first or last point."""
        row = np.maximum(self._starts.find(road, s_m), self._starts.first[road])
        ds = np.clip(s_m - self._starts.s_m[row], 0.0, self._pose[row, 3])
        return self.in_piece(row, ds)

    def in_piece(self, row: Ints, ds_m: Floats) -> Station:
        """Stations on geometries, numbered through all roads (N,), at distances from their starts (N,)."""
        pose, cubic = self._pose[row], self._cubic[row]
        bend, sharpen = self._bend[row], self._sharpen[row]
        half = bend * ds_m / 2
        # The chord of an arc: exact for lines too, as sinc(0) is 1.
        chord = ds_m * np.sinc(half / np.pi)
        uv = np.stack([chord * np.cos(half), chord * np.sin(half)], 1)
        turn, curvature = ds_m * (bend + sharpen * ds_m / 2), bend + sharpen * ds_m
        spiral = np.flatnonzero(sharpen != 0)
        if len(spiral):
            uv[spiral] = _spiral(bend[spiral], sharpen[spiral], ds_m[spiral])
        curved = np.flatnonzero(cubic >= 0)
        if len(curved):
            uv[curved], turn[curved], curvature[curved] = self._cubics.at(cubic[curved], ds_m[curved])
        c, s = np.cos(pose[:, 2]), np.sin(pose[:, 2])
        x = pose[:, 0] + c * uv[:, 0] - s * uv[:, 1]
        y = pose[:, 1] + s * uv[:, 0] + c * uv[:, 1]
        return Station(np.stack([x, y], 1), pose[:, 2] + turn, curvature)


def _curvatures(geometry: Geometry) -> tuple[float, float]:
    if isinstance(geometry, Arc):
        return geometry.curvature, geometry.curvature
    if isinstance(geometry, Spiral):
        return geometry.curvature_start, geometry.curvature_end
    return 0.0, 0.0


def _spiral(bend: Floats, sharpen: Floats, ds: Floats) -> Floats:
    """(N, 2) end points of spirals: the integral of (cos, sin) of bend s + sharpen s^2 / 2 from 0 to ds."""
    most = np.abs(bend * ds).max() + np.abs(sharpen * ds**2).max()
    panels = min(int(most / _PANEL_RAD) + 1, int(4 * MAX_TURN_RAD))
    out = np.zeros((len(ds), 2))
    for k in range(panels):
        at = ds[:, None] * ((k + (1 + _NODES) / 2) / panels)
        angle = at * (bend[:, None] + sharpen[:, None] * at / 2)
        out[:, 0] += np.cos(angle) @ _WEIGHTS
        out[:, 1] += np.sin(angle) @ _WEIGHTS
    return np.asarray(out * (ds / (2 * panels))[:, None])
