"""Plane cubics in -> points on them by arc length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.roads.curves import ParamPoly3, Poly3

__all__ = ["CubicCurves"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_PANELS, _ITERATIONS = 64, 5
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


class CubicCurves:
    """u(p), v(p) for p in 0..1, run through at constant speed.

    The arc length at the ends of equal panels of p is integrated once by Gauss-Legendre quadrature; a query
    finds its panel and is refined there by Newton's method, which cannot leave the panel.

    A `ParamPoly3` always ends at its last parameter: where its true arc length differs from the length
    stated, distances are stretched by their quotient, so that it joins what follows.

    Args:
        curves: the cubics.

    Attributes:
        length_m: (C,) true arc length of the part that is used.
    """

    def __init__(self, curves: Sequence[Poly3 | ParamPoly3]) -> None:
        self._uv = np.array([_coefficients(c) for c in curves], np.float64).reshape(-1, 2, 4)
        ends = np.linspace(0.0, 1.0, _PANELS + 1)
        low, high = np.broadcast_to(ends[:-1], (len(curves), _PANELS)), ends[1:]
        every = np.repeat(np.arange(len(curves)), _PANELS)
        parts = self._length(every, low.ravel(), np.broadcast_to(high, low.shape).ravel())
        self._arc = np.concatenate(
            [np.zeros((len(curves), 1)), np.cumsum(parts.reshape(low.shape), 1)], 1
        ).reshape(len(curves), _PANELS + 1)
        stated = np.array([c.length_m for c in curves], np.float64)
        whole = np.array([isinstance(c, ParamPoly3) for c in curves], bool)
        self.length_m = np.where(whole, self._arc[:, -1], np.minimum(stated, self._arc[:, -1]))
        self._stretch = self.length_m / np.maximum(stated, 1e-12)

    def at(self, curve: Ints, ds_m: Floats) -> tuple[Floats, Floats, Floats]:
        """Points by distance.

        Args:
            curve: (N,) numbers of curves.
            ds_m: (N,) distances from their starts, within their stated lengths.

        Returns:
            (N, 2) u, v; (N,) angle of the tangent to the u axis; (N,) curvature, 1/m.
        """
        p = self._parameter(curve, ds_m * self._stretch[curve])
        a, b, c, d = np.moveaxis(self._uv[curve], 2, 0)
        t = p[:, None]
        first, second = b + t * (2 * c + t * 3 * d), 2 * c + 6 * d * t
        speed = np.maximum(np.hypot(first[:, 0], first[:, 1]), 1e-12)
        bend = (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / speed**3
        return a + t * (b + t * (c + t * d)), np.arctan2(first[:, 1], first[:, 0]), bend

    def _parameter(self, curve: Ints, arc_m: Floats) -> Floats:
        table = self._arc[curve]
        panel = np.clip((table[:, 1:-1] <= arc_m[:, None]).sum(1), 0, _PANELS - 1)
        every = np.arange(len(curve))
        before, part = table[every, panel], table[every, panel + 1] - table[every, panel]
        low = panel / _PANELS
        p = low + np.clip((arc_m - before) / np.maximum(part, 1e-300), 0, 1) / _PANELS
        for _ in range(_ITERATIONS):
            missing = arc_m - before - self._length(curve, low, p)
            p = np.clip(p + missing / np.maximum(self._speed(curve, p), 1e-12), low, low + 1 / _PANELS)
        return np.asarray(p)

    def _length(self, curve: Ints, low: Floats, high: Floats) -> Floats:
        """(N,) arc lengths between two parameters."""
        half = (high - low) / 2
        at = (low + half)[:, None] + half[:, None] * _NODES
        return np.asarray((self._speed(curve[:, None], at) @ _WEIGHTS) * half)

    def _speed(self, curve: Ints, p: Floats) -> Floats:
        b, c, d = (self._uv[curve][..., k] for k in (1, 2, 3))
        t = p[..., None]
        first = b + t * (2 * c + t * 3 * d)
        return np.asarray(np.hypot(first[..., 0], first[..., 1]))


def _coefficients(curve: Poly3 | ParamPoly3) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Coefficients of u and v for a parameter from 0 to 1."""
    if isinstance(curve, Poly3):
        # An arc is at least as long as what it spans, so u never passes the length.
        u, v = (0.0, 1.0, 0.0, 0.0), (curve.a, curve.b, curve.c, curve.d)
        scale = curve.length_m
    else:
        u, v, scale = curve.u, curve.v, 1.0 if curve.normalized else curve.length_m
    powers = [scale**k for k in range(4)]
    return (
        tuple(x * p for x, p in zip(u, powers, strict=True)),
        tuple(x * p for x, p in zip(v, powers, strict=True)),
    )
