"""Lens models, OpenCV's coefficients: directions of points -> the image plane at distance 1, and back.

A polynomial fitted inside an image may turn back outside it. Both models therefore end where their radial
map all but stops growing (`RadialMap.limit`) and go on along the tangent: what lies farther off the axis lies
farther out in the image plane, always.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.geometry.radial import RadialMap

__all__ = ["BrownConrady", "KannalaBrandt", "Lens"]

Floats = NDArray[np.float64]

_NEWTON_STEPS = 30
_CONVERGED = 1e-9  # residual in focal lengths; Newton ends at 1e-15 or does not end at all
_LARGEST = 1e6


def _check_coefficients(lens: Lens) -> None:
    names = (one.name for one in fields(lens) if one.init)
    for name, value in zip(names, lens.coefficients, strict=True):
        if not abs(value) <= _LARGEST:
            raise ValueError(f"{lens.model}: {name} is {value}, wanted {-_LARGEST:g} to {_LARGEST:g}")


@dataclass(frozen=True)
class BrownConrady:
    """Radial and tangential distortion of the pinhole's image plane (Brown 1966, Conrady 1919).

    The order and meaning of the coefficients are those of OpenCV's `projectPoints` with eight of them::

        r2 = x x + y y
        g = (1 + k1 r2 + k2 r2^2 + k3 r2^3) / (1 + k4 r2 + k5 r2^2 + k6 r2^3)
        x' = g x + 2 p1 x y + p2 (r2 + 2 x x)
        y' = g y + p1 (r2 + 2 y y) + 2 p2 x y

    Attributes:
        k1, k2, k3: numerator of the radial factor.
        p1, p2: tangential terms.
        k4, k5, k6: denominator of the radial factor.
        model: name in files.

    Raises:
        ValueError: a coefficient that is no number or a huge one.
    """

    model: Literal["brown_conrady"] = field(default="brown_conrady", init=False, repr=False)
    k1: float = 0.0
    k2: float = 0.0
    p1: float = 0.0
    p2: float = 0.0
    k3: float = 0.0
    k4: float = 0.0
    k5: float = 0.0
    k6: float = 0.0

    def __post_init__(self) -> None:
        _check_coefficients(self)

    @property
    def coefficients(self) -> tuple[float, ...]:
        """k1, k2, p1, p2, k3, k4, k5, k6."""
        return (self.k1, self.k2, self.p1, self.p2, self.k3, self.k4, self.k5, self.k6)

    @cached_property
    def radial(self) -> RadialMap:
        """Tangent of the angle to the axis -> distance from the principal point, in focal lengths."""
        # With p = (p2, p1) the tangential terms are 2 (p.x) x + p (x.x); their derivative 2 (p.x) I +
        # 2 (p x^T + x p^T) is symmetric and no less than -6 |p| |x|. With a symmetric positive derivative no
        # two points of a disc meet.
        pull = 6 * float(np.hypot(self.p1, self.p2))
        return RadialMap((1.0, self.k1, self.k2, self.k3), (1.0, self.k4, self.k5, self.k6), pull=pull)

    def sees(self, points_camera: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Whether the model holds for points (..., 3): before the camera and not beyond the limit."""
        p = np.asarray(points_camera, np.float64)
        return np.asarray((p[..., 2] > 0) & (np.hypot(p[..., 0], p[..., 1]) < self.radial.limit * p[..., 2]))

    def distort(self, points_camera: NDArray[np.floating]) -> Floats:
        """Points (..., 3) to the image plane (..., 2) at distance 1. Meaningless where z <= 0.

        Beyond the limit the tangential terms keep the value they have there.
        """
        p = np.asarray(points_camera, np.float64)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return self._distort(p[..., :2] / p[..., 2:])

    def undistort(self, plane: NDArray[np.floating]) -> Floats:
        """Places (..., 2) in the image plane to unit rays (..., 3); NaN where no direction leads there."""
        goal = np.asarray(plane, np.float64)
        radius = np.hypot(goal[..., 0], goal[..., 1])[..., None]
        with np.errstate(invalid="ignore"):
            xy = goal * np.where(radius > 0, self.radial.inverse(radius) / radius, 1.0)
        if self.p1 or self.p2:
            xy = self._newton(xy, goal)
        rays = np.concatenate([xy, np.ones_like(xy[..., :1])], -1)
        return np.asarray(rays / np.linalg.norm(rays, axis=-1, keepdims=True))

    def _newton(self, xy: Floats, goal: Floats) -> Floats:
        for _ in range(_NEWTON_STEPS):
            a, b, d = self._jacobian(xy)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                miss = self._distort(xy) - goal
                step_x = (d * miss[..., 0] - b * miss[..., 1]) / (a * d - b * b)
                step_y = (a * miss[..., 1] - b * miss[..., 0]) / (a * d - b * b)
            step = np.stack([step_x, step_y], -1)
            xy = xy - step
            if np.all(np.abs(step) <= 1e-15 * (1 + np.abs(xy))):
                break
        miss = np.abs(self._distort(xy) - goal).max(-1, keepdims=True)
        return np.where(miss <= _CONVERGED * (1 + np.abs(goal).max(-1, keepdims=True)), xy, np.nan)

    def _distort(self, xy: Floats) -> Floats:
        r = np.hypot(xy[..., 0], xy[..., 1])[..., None]
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            factor = np.where(r > 0, self.radial(r) / r, 1.0)
            x, y = np.moveaxis(xy * np.where(r > self.radial.limit, self.radial.limit / r, 1.0), -1, 0)
        r2 = x * x + y * y
        tangential = np.stack(
            [
                2 * self.p1 * x * y + self.p2 * (r2 + 2 * x * x),
                self.p1 * (r2 + 2 * y * y) + 2 * self.p2 * x * y,
            ],
            -1,
        )
        return np.asarray(factor * xy + tangential)

    def _jacobian(self, xy: Floats) -> tuple[Floats, Floats, Floats]:
        """Derivative of `_distort`: entries xx, xy = yx, yy; beyond the limit without tangential terms."""
        x, y = xy[..., 0], xy[..., 1]
        r = np.hypot(x, y)
        inside = r <= self.radial.limit
        p1, p2 = self.p1 * inside, self.p2 * inside
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            factor = np.where(r > 0, self.radial(r) / r, 1.0)
            bend = np.where(r > 0, (self.radial.slope(r) - factor) / (r * r), 0.0)
            return (
                factor + bend * x * x + 2 * p1 * y + 6 * p2 * x,
                bend * x * y + 2 * p1 * x + 2 * p2 * y,
                factor + bend * y * y + 6 * p1 * y + 2 * p2 * x,
            )


@dataclass(frozen=True)
class KannalaBrandt:
    """A fisheye by the angle to the axis (Kannala and Brandt 2006); coefficients as in `cv2.fisheye`.

    A direction at the angle a lies a (1 + k1 a^2 + k2 a^4 + k3 a^6 + k4 a^8) focal lengths from the principal
    point. Directions beyond 90 degrees are directions like any other.

    Attributes:
        k1, k2, k3, k4: the polynomial.
        model: name in files.

    Raises:
        ValueError: a coefficient that is no number or a huge one.
    """

    model: Literal["kannala_brandt"] = field(default="kannala_brandt", init=False, repr=False)
    k1: float = 0.0
    k2: float = 0.0
    k3: float = 0.0
    k4: float = 0.0

    def __post_init__(self) -> None:
        _check_coefficients(self)

    @property
    def coefficients(self) -> tuple[float, ...]:
        """k1, k2, k3, k4."""
        return (self.k1, self.k2, self.k3, self.k4)

    @cached_property
    def radial(self) -> RadialMap:
        """Angle to the axis in radians -> distance from the principal point, in focal lengths."""
        return RadialMap((1.0, self.k1, self.k2, self.k3, self.k4), (1.0,), farthest=np.pi)

    def sees(self, points_camera: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Whether the model holds for points (..., 3): at an angle below the limit."""
        p = np.asarray(points_camera, np.float64)
        across = np.hypot(p[..., 0], p[..., 1])
        return np.asarray(
            (np.arctan2(across, p[..., 2]) < self.radial.limit) & ((across > 0) | (p[..., 2] > 0))
        )

    def distort(self, points_camera: NDArray[np.floating]) -> Floats:
        """Points (..., 3) to the image plane (..., 2); straight behind is put to the right, far out."""
        p = np.asarray(points_camera, np.float64)
        across = np.hypot(p[..., 0], p[..., 1])
        radius = self.radial(np.arctan2(across, p[..., 2]))
        with np.errstate(invalid="ignore", divide="ignore"):
            x = np.where(across > 0, p[..., 0] / across, 1.0)
            y = np.where(across > 0, p[..., 1] / across, 0.0)
        return np.stack([radius * x, radius * y], -1)

    def undistort(self, plane: NDArray[np.floating]) -> Floats:
        """Places (..., 2) in the image plane to unit rays (..., 3); NaN where no direction leads there."""
        goal = np.asarray(plane, np.float64)
        radius = np.hypot(goal[..., 0], goal[..., 1])
        angle = self.radial.inverse(radius)
        angle = np.where(angle <= np.pi, angle, np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            across = np.where(radius > 0, np.sin(angle) / radius, 0.0)
        return np.stack([goal[..., 0] * across, goal[..., 1] * across, np.cos(angle)], -1)


Lens = BrownConrady | KannalaBrandt
