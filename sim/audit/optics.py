"""Lenses as files describe them: pixels -> rays, points -> pixels. The audit's own formulas.

Arrays are component first, (2, ...) pixels and (3, ...) points, so that a motion is one matrix product.
Pixels count from the image's corner, so centers lie at half-integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.audit.view import Lens
from sim.errors import UsageError

__all__ = ["center_rays", "centers", "project", "widest"]

Array = NDArray[np.float64]

_LENSES = 8  # whose rays are kept, 24 bytes a pixel: a rig of six cameras and two more
_INVERSE = 1e-12  # Newton's last step over the focal length: far below the 0.01 px asked of a flow
_STEPS = 40  # Newton's method needs 5 where the lens is good-natured, more close to where it stops growing
_LEAST_GROWTH = 0.01  # slope of the radial map, relative to the middle, where a lens ends
_WITHIN = 1.001  # of that limit: as far as a step may go
_GRAZING = 1e-3  # |z| of a unit ray below which a depth along the axis does not tell the place on the ray


@lru_cache(maxsize=_LENSES)
def center_rays(lens: Lens) -> Array:
    """Rays through all pixel centers, scaled to abs(z) = 1, so that times abs(depth) they are points.

    Args:
        lens: intrinsics.

    Returns:
        (3, H, W) float64, read-only; z is 1, or -1 for what lies behind a fisheye; NaN where the lens has no
        ray (outside its image circle) or the ray is perpendicular to the axis.

    Raises:
        UsageError: the model is unknown.
    """
    limit = widest(lens)
    u, v = centers(lens)
    x, y = (u - lens.cx_px) / lens.fx_px, (v - lens.cy_px) / lens.fy_px
    if lens.model == "kannala_brandt":
        rays = _fisheye_rays(lens, x, y, limit)
    elif lens.model == "brown_conrady":
        x, y = _undistorted(lens, x, y, limit)
        rays = np.stack([x, y, np.where(np.isnan(x), np.nan, 1.0)])
    else:
        rays = np.stack([x, y, np.ones_like(x)])
    rays.flags.writeable = False
    return rays


def centers(lens: Lens) -> Array:
    """(2, H, W) float64 centers of all pixels, read-only."""
    return _centers(lens.width_px, lens.height_px)


@lru_cache(maxsize=_LENSES)
def _centers(width_px: int, height_px: int) -> Array:
    v, u = np.mgrid[:height_px, :width_px] + 0.5
    both = np.stack([u, v])
    both.flags.writeable = False
    return both


def project(lens: Lens, points: Array) -> Array:
    """Where points, or directions, are seen.

    Args:
        lens: intrinsics.
        points: (3, ...) float64 in camera axes, any length.

    Returns:
        (2, ...) float64 pixels, also outside the image; NaN where the lens maps nothing: z <= 0 but for
        fisheyes, or beyond `widest`.

    Raises:
        UsageError: the model is unknown.
    """
    x, y, z = points
    limit = widest(lens)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if lens.model == "kannala_brandt":
            lateral = np.hypot(x, y)
            angle = np.arctan2(lateral, z)
            scale = np.where(lateral > 0, _bent(lens, angle) / lateral, 1.0 / z)
            x, y = x * scale, y * scale
            valid = angle < limit
        else:
            x, y = x / z, y / z
            valid = z > 0
            if lens.model == "brown_conrady":
                valid &= x * x + y * y < limit**2
                x, y, _ = _distorted(lens, x, y)
        pixels = np.stack([x * lens.fx_px + lens.cx_px, y * lens.fy_px + lens.cy_px])
        if not valid.all():
            pixels[:, ~valid] = np.nan
    return pixels


@lru_cache(maxsize=16)
def widest(lens: Lens) -> float:
    """How far off the axis the lens maps anything; inf if it has no end.

    What the files say, but never beyond where the radial map all but stops growing: there it cannot be
    inverted.

    Returns:
        The tangent of the angle to the axis for pinhole and Brown-Conrady, the angle in radians for
        Kannala-Brandt.

    Raises:
        UsageError: the model is unknown.
    """
    if lens.model == "pinhole":
        return float("inf")
    k = np.zeros(8)
    k[: len(lens.coefficients)] = lens.coefficients
    if lens.model == "kannala_brandt":
        # d/da of a + k1 a^3 + k2 a^5 + k3 a^7 + k4 a^9, in s = a^2
        slope_end = _first_root([1 - _LEAST_GROWTH, 3 * k[0], 5 * k[1], 7 * k[2], 9 * k[3]]) ** 0.5
        return float(min(lens.limit, slope_end, np.pi))
    if lens.model == "brown_conrady":
        # d/dr of r N(s) / D(s), s = r^2, is (N D + 2 s (N' D - N D')) / D^2; D = 0 is a pole.
        up, down = np.poly1d([k[4], k[1], k[0], 1.0]), np.poly1d([k[7], k[6], k[5], 1.0])
        slope = up * down + np.poly1d([2, 0]) * (up.deriv() * down - up * down.deriv())
        slope = slope - _LEAST_GROWTH * down * down
        return float(min(lens.limit, np.sqrt(min(_first_root(slope.c[::-1]), _first_root(down.c[::-1])))))
    raise UsageError(f"lens model {lens.model!r} is unknown; known: pinhole, brown_conrady, kannala_brandt")


def _first_root(ascending: Sequence[float] | Array) -> float:
    """Smallest positive real root of a polynomial, inf if there is none."""
    roots = np.roots(np.trim_zeros(np.asarray(ascending, float), "b")[::-1])
    real = roots.real[(np.abs(roots.imag) < 1e-9 * np.abs(roots)) & (roots.real > 0)]
    return float(real.min(initial=np.inf))


def _distorted(lens: Lens, x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Brown-Conrady with OpenCV's eight coefficients.

    Returns:
        Distorted x and y over the focal length, and the (3, ...) entries xx, xy, yy of their Jacobian, which
        is symmetric.
    """
    k1, k2, p1, p2, k3, k4, k5, k6 = (*lens.coefficients, *[0.0] * (8 - len(lens.coefficients)))
    s = x * x + y * y
    up, down = 1 + s * (k1 + s * (k2 + s * k3)), 1 + s * (k4 + s * (k5 + s * k6))
    radial = up / down
    slope = (k1 + s * (2 * k2 + s * 3 * k3) - radial * (k4 + s * (2 * k5 + s * 3 * k6))) / down
    bent_x = x * radial + 2 * p1 * x * y + p2 * (s + 2 * x * x)
    bent_y = y * radial + p1 * (s + 2 * y * y) + 2 * p2 * x * y
    jacobian = np.stack(
        [
            radial + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x,
            2 * x * y * slope + 2 * p1 * x + 2 * p2 * y,
            radial + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x,
        ]
    )
    return bent_x, bent_y, jacobian


def _undistorted(lens: Lens, wanted_x: Array, wanted_y: Array, limit: float) -> Array:
    """(2, ...) directions x, y of (x, y, 1) by Newton's method; NaN where there is none."""
    wanted = np.stack([wanted_x.ravel(), wanted_y.ravel()])
    found = wanted.copy()
    left = np.arange(wanted.shape[1])
    for _ in range(_STEPS):
        at = found[:, left]
        x, y, (xx, xy, yy) = _distorted(lens, *at)
        off_x, off_y = wanted[0, left] - x, wanted[1, left] - y
        scale = 1.0 / (xx * yy - xy * xy)
        at += scale * np.stack([yy * off_x - xy * off_y, xx * off_y - xy * off_x])
        # A step far beyond the end of the radial map would not come back.
        at *= np.minimum(1.0, _WITHIN * limit / np.maximum(np.hypot(*at), 1e-12))
        found[:, left] = at
        left = left[np.hypot(off_x, off_y) > _INVERSE]
        if not left.size:
            break
    found[:, left] = np.nan
    return found.reshape(2, *wanted_x.shape)


def _bent(lens: Lens, angle: Array) -> Array:
    """Distance from the principal point over the focal length, Kannala-Brandt (OpenCV's fisheye)."""
    k1, k2, k3, k4 = lens.coefficients
    s = angle * angle
    return np.asarray(angle * (1 + s * (k1 + s * (k2 + s * (k3 + s * k4)))))


def _fisheye_rays(lens: Lens, x: Array, y: Array, limit: float) -> Array:
    """Rays of a Kannala-Brandt lens by bisection of its growing radial map, then Newton."""
    k1, k2, k3, k4 = lens.coefficients
    radius = np.hypot(x, y)
    inside = radius < _bent(lens, np.array(limit))
    low, high = np.zeros_like(radius), np.full_like(radius, limit)
    for _ in range(12):
        middle = (low + high) / 2
        above = _bent(lens, middle) > radius
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    angle = (low + high) / 2
    for _ in range(6):
        s = angle * angle
        slope = 1 + s * (3 * k1 + s * (5 * k2 + s * (7 * k3 + s * 9 * k4)))
        angle = np.clip(angle - (_bent(lens, angle) - radius) / slope, low, high)
    depth, lateral = np.cos(angle), np.sin(angle)
    inside &= np.abs(depth) > _GRAZING
    with np.errstate(divide="ignore", invalid="ignore"):
        sideways = np.where(radius > 0, lateral / radius, 1.0) / np.abs(depth)
    return np.where(inside, np.stack([x * sideways, y * sideways, np.sign(depth)]), np.nan)
