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

_MAX_GROWTH = 100.0  # or a hundred times faster: short of poles,
_MIN_DENOMINATOR = 1e-3  # those that the numerator takes away included
_FARTHEST = 1e6  # tangent of 89.99994 degrees: beyond it powers of the radius are nothing but rounding
_STEPS = 100  # seven or so but for values beyond any image
_ROUNDING = 4 * float(np.finfo(np.float64).eps)


class RadialMap:
    """r -> r N(r^2) / M(r^2) up to a limit, and along the tangent beyond it.

    Attributes:
        limit: radius where it all but stops growing, where it shoots up to a pole, or `farthest`.
    """

    def __init__(
        self,
        numerator: Sequence[float],
        denominator: Sequence[float],
        *,
        farthest: float = _FARTHEST,
        pull: float = 0.0,
    ):
        """A map that leaves small radii as they are.

        Args:
            numerator: N, lowest power first; starts with 1.
            denominator: M likewise.
            farthest: the limit is not beyond it.
            pull: what else moves points in the plane changes by at most this times the radius, per unit of
                length; within the limit the map grows by `MIN_GROWTH` more than that in every direction.
        """
        n, m = _in_radius(numerator), _in_radius(denominator)
        r = Polynomial([0.0, 1.0])
        self._n, self._m = Polynomial(numerator), Polynomial(denominator)
        # d/dr (r N / M) = (N M + r (N' M - N M')) / M^2
        slope_n, slope_m = n * m + r * (n.deriv() * m - n * m.deriv()), m * m
        self._slope_n, self._slope_m = Polynomial(slope_n.coef[::2]), Polynomial(slope_m.coef[::2])
        least = MIN_GROWTH + pull * r
        ends = (
            slope_n - least * slope_m,
            n - least * m,
            slope_n - _MAX_GROWTH * slope_m,
            m - _MIN_DENOMINATOR,
        )
        self.limit = min(farthest, *(_first_root(end) for end in ends))
        self._top = float(self._value(np.array(self.limit)))
        self._top_slope = float(self._slope(np.array(self.limit)))

    def __call__(self, radius: NDArray[np.floating]) -> Floats:
        """The map of radii, 0 or more."""
        r = np.asarray(radius, np.float64)
        inside = self._value(np.minimum(r, np.float64(self.limit)))
        return np.asarray(inside + np.maximum(r - self.limit, 0.0) * self._top_slope)

    def slope(self, radius: NDArray[np.floating]) -> Floats:
        """Derivative of the map at radii, 0 or more."""
        return self._slope(np.minimum(np.asarray(radius, np.float64), np.float64(self.limit)))

    def inverse(self, value: NDArray[np.floating]) -> Floats:
        """Radii the map takes to `value`, 0 or more: Newton's steps, halving where they do not shrink."""
        v = np.asarray(value, np.float64)
        goal = np.minimum(v, self._top)
        low, high = np.zeros_like(v), np.minimum(v / MIN_GROWTH, self.limit)
        r: Floats = np.minimum(v, high)
        best, least, last = r, np.full_like(v, np.inf), high
        for _ in range(_STEPS):
            miss, slope = self._value(r) - goal, self._slope(r)
            low, high = np.where(miss < 0, r, low), np.where(miss > 0, r, high)
            best, least = np.where(np.abs(miss) < least, r, best), np.minimum(np.abs(miss), least)
            newton = r - miss / slope
            step = np.abs(newton - r)
            is_open = step > _ROUNDING * (r + goal / slope)
            if not is_open.any():
                break
            is_good = (newton >= low) & (newton <= high) & (step < last / 2)
            last = np.where(is_good, step, high - low)
            r = np.where(is_open, np.where(is_good, newton, (low + high) / 2), r)
        return np.asarray(best + np.maximum(v - self._top, 0.0) / self._top_slope)

    def _value(self, r: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(r * self._n(r * r) / self._m(r * r))

    def _slope(self, r: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(self._slope_n(r * r) / self._slope_m(r * r))


def _in_radius(coefficients: Sequence[float]) -> Polynomial:
    """A polynomial in the squared radius as one in the radius."""
    out = np.zeros(2 * len(coefficients) - 1)
    out[::2] = coefficients
    return Polynomial(out)


def _first_root(polynomial: Polynomial) -> float:
    """The smallest positive real root or `_FARTHEST`; a double root may come out a little complex.

    Sought as the largest root of the mirrored polynomial, whose leading coefficient is never small.
    """
    roots = Polynomial(polynomial.coef[::-1]).roots()
    real = roots.real[(np.abs(roots.imag) <= 1e-7 * np.abs(roots)) & (roots.real > 1 / _FARTHEST)]
    return 1 / float(real.max()) if real.size else _FARTHEST
