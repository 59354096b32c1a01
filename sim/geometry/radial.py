"""An odd rational function of the radius, kept growing: value, slope, inverse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray

__all__ = ["MIN_GROWTH", "RadialMap"]

Floats = NDArray[np.float64]

MIN_GROWTH = 0.01
"""A map ends where it grows a hundred times slower than in the middle: short of zero, so it can be undone."""

_MIN_DENOMINATOR = 1e-3
_STEPS = 100


class RadialMap:
    """r -> r N(r^2) / M(r^2) up to a limit, and along the tangent beyond it.

    Attributes:
        limit: radius where the slope falls to `MIN_GROWTH`, the denominator nears zero, or `farthest`.
    """

    def __init__(self, numerator: Sequence[float], denominator: Sequence[float], farthest: float = np.inf):
        """A map that leaves small radii as they are.

        Args:
            numerator: N, lowest power first; starts with 1.
            denominator: M likewise.
            farthest: the limit is not beyond it.
        """
        n, m, s = Polynomial(numerator), Polynomial(denominator), Polynomial([0.0, 1.0])
        self._n, self._m = n, m
        # d/dr (r N / M) = (N M + 2 s (N' M - N M')) / M^2 with s = r^2
        self._slope_n = n * m + 2 * s * (n.deriv() * m - n * m.deriv())
        self._slope_m = m * m
        ends = (self._slope_n - MIN_GROWTH * self._slope_m, m - _MIN_DENOMINATOR)
        self.limit = min(farthest, *(np.sqrt(_first_root(end)) for end in ends))
        finite = np.isfinite(self.limit)
        self._top = float(self._value(np.array(self.limit))) if finite else np.inf
        self._top_slope = float(self._slope(np.array(self.limit))) if finite else 1.0

    def __call__(self, radius: NDArray[np.floating]) -> Floats:
        """The map of radii, 0 or more."""
        r = np.asarray(radius, np.float64)
        inside = self._value(np.minimum(r, np.float64(self.limit)))
        return np.asarray(inside + np.maximum(r - self.limit, 0.0) * self._top_slope)

    def slope(self, radius: NDArray[np.floating]) -> Floats:
        """Derivative of the map at radii, 0 or more."""
        return self._slope(np.minimum(np.asarray(radius, np.float64), np.float64(self.limit)))

    def inverse(self, value: NDArray[np.floating]) -> Floats:
        """Radii the map takes to `value`, 0 or more: Newton's steps, kept between bounds by halving."""
        v = np.asarray(value, np.float64)
        goal = np.minimum(v, self._top)
        low, high = np.zeros_like(v), np.minimum(v / MIN_GROWTH, self.limit)
        r: Floats = np.minimum(v, high)
        for _ in range(_STEPS):
            miss = self._value(r) - goal
            low, high = np.where(miss < 0, r, low), np.where(miss > 0, r, high)
            newton = r - miss / self._slope(r)
            last, r = r, np.where((newton >= low) & (newton <= high), newton, (low + high) / 2)
            if np.all(~(np.abs(r - last) > 1e-15 * last)):
                break
        return np.asarray(r + np.maximum(v - self._top, 0.0) / self._top_slope)

    def _value(self, r: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(r * self._n(r * r) / self._m(r * r))

    def _slope(self, r: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(self._slope_n(r * r) / self._slope_m(r * r))


def _first_root(polynomial: Polynomial) -> float:
    """The smallest positive real root, inf if there is none; a double root may come out a little complex.

    Sought as the largest root of the mirrored polynomial, whose leading coefficient is never small.
    """
    roots = Polynomial(polynomial.coef[::-1]).roots()
    real = roots.real[(np.abs(roots.imag) <= 1e-7 * np.abs(roots)) & (roots.real > 1e-12)]
    return 1 / float(real.max()) if real.size else np.inf
