"""Camera models: points in the camera frame (x right, y down, z forward) <-> pixels, through the lens.

Pixel (0, 0) is the *corner* of the top left pixel; centres of pixels lie at half-integers.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.geometry.lenses import BrownConrady, KannalaBrandt, Lens

__all__ = ["Intrinsics"]

_FOLD_GRID = 33  # places along each side of the image where a lens is looked at


@dataclass(frozen=True)
class Intrinsics:
    """Intrinsics in pixels.

    Attributes:
        width_px: image width.
        height_px: image height.
        fx_px: focal length along x.
        fy_px: focal length along y.
        cx_px: principal point, measured from the left edge of the image.
        cy_px: principal point, measured from the top edge of the image.
        distortion: the lens, None for a pinhole.

    Raises:
        ValueError: the lens folds inside the image: two directions would share a pixel.
    """

    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    distortion: BrownConrady | KannalaBrandt | None = None

    def __post_init__(self) -> None:
        if self.distortion is not None:
            _check_fold(self, self.distortion)

    @staticmethod
    def from_hfov(
        width_px: int, height_px: int, hfov_rad: float, distortion: Lens | None = None
    ) -> Intrinsics:
        """Square pixels, principal point in the middle.

        Args:
            width_px: image width.
            height_px: image height.
            hfov_rad: angle from the left to the right edge in the middle row; tangential terms not counted.
            distortion: the lens.

        Raises:
            ValueError: the lens ends before that angle, or folds inside the image.
        """
        half = hfov_rad / 2
        edge: float = half if isinstance(distortion, KannalaBrandt) else float(np.tan(half))
        if distortion is not None:
            if not edge < distortion.radial.limit:
                raise ValueError(f"{_ending(distortion)}, wanted {np.rad2deg(half):.1f} degrees and more")
            edge = float(distortion.radial(np.array(edge)))
        focal = width_px / 2 / edge
        return Intrinsics(width_px, height_px, focal, focal, width_px / 2, height_px / 2, distortion)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """K, (3, 3) float64."""
        return np.array([[self.fx_px, 0, self.cx_px], [0, self.fy_px, self.cy_px], [0, 0, 1.0]])

    @property
    def is_pinhole(self) -> bool:
        """True if straight lines are straight in the image: no lens, or one that distorts nothing."""
        lens = self.distortion
        return lens is None or (isinstance(lens, BrownConrady) and not any(lens.coefficients))

    @property
    def pinhole(self) -> Intrinsics:
        """The same without the lens."""
        return dataclasses.replace(self, distortion=None)

    @cached_property
    def half_angle_rad(self) -> float:
        """Largest angle to the optical axis in the image, its corners included."""
        rays = self.rays(_border(self.width_px, self.height_px))
        return float(np.arctan2(np.hypot(rays[:, 0], rays[:, 1]), rays[:, 2]).max())

    def sees(self, points_camera: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Whether the model holds for points (..., 3), inside the image or not.

        Without a fisheye they lie before the camera; with a lens the radial map still grows there.
        """
        if self.distortion is not None:
            return self.distortion.sees(points_camera)
        return np.asarray(np.asarray(points_camera)[..., 2] > 0)

    def project(self, points_camera: NDArray[np.floating]) -> NDArray[np.float64]:
        """Points (..., 3) in the camera frame to pixels (..., 2), float64.

        A lens never folds: beyond its limit (see `sees`) it goes on along the tangent, so that what lies far
        off the axis never lands inside the image. Meaningless where z <= 0 but for fisheyes: clip first.
        """
        p = np.asarray(points_camera, np.float64)
        if self.distortion is None:
            with np.errstate(divide="ignore", invalid="ignore"):
                x, y = p[..., 0] / p[..., 2], p[..., 1] / p[..., 2]
        else:
            x, y = np.moveaxis(self.distortion.distort(p), -1, 0)
        return np.stack([self.fx_px * x + self.cx_px, self.fy_px * y + self.cy_px], -1)

    def rays(self, pixels: NDArray[np.floating]) -> NDArray[np.float64]:
        """Pixels (..., 2) to unit rays (..., 3) in the camera frame, float64.

        Outside the image NaN may come out: where a fisheye has gone all the way round, or where tangential
        terms leave no direction that leads there.
        """
        plane = self._plane(pixels)
        if self.distortion is not None:
            return self.distortion.undistort(plane)
        rays = np.concatenate([plane, np.ones_like(plane[..., :1])], -1)
        return np.asarray(rays / np.linalg.norm(rays, axis=-1, keepdims=True))

    def back_project(
        self, pixels: NDArray[np.floating], depth_m: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Pixels (..., 2) and depth along the axis (...) to points (..., 3) in the camera frame.

        Beyond 90 degrees of a fisheye depth is negative; at 90 degrees exactly it tells nothing.
        """
        depth = np.asarray(depth_m, np.float64)
        if self.distortion is None:
            plane = self._plane(pixels)
        else:
            rays = self.rays(pixels)
            with np.errstate(divide="ignore", invalid="ignore"):
                plane = rays[..., :2] / rays[..., 2:]
        return np.stack([plane[..., 0] * depth, plane[..., 1] * depth, depth], -1)

    def _plane(self, pixels: NDArray[np.floating]) -> NDArray[np.float64]:
        """Pixels in focal lengths from the principal point."""
        return np.stack(
            [(pixels[..., 0] - self.cx_px) / self.fx_px, (pixels[..., 1] - self.cy_px) / self.fy_px], -1
        )


def _border(width_px: int, height_px: int) -> NDArray[np.float64]:
    """Corners of the pixels along the border of the image, (N, 2)."""
    u, v = np.arange(width_px + 1.0), np.arange(height_px + 1.0)
    sides = ((u, 0 * u), (u, 0 * u + height_px), (0 * v, v), (0 * v + width_px, v))
    return np.concatenate([np.stack(side, -1) for side in sides])


def _check_fold(k: Intrinsics, lens: Lens) -> None:
    columns = np.linspace(0.0, k.width_px, _FOLD_GRID)
    rows = np.linspace(0.0, k.height_px, _FOLD_GRID)
    pixels = np.stack(np.meshgrid(columns, rows), -1)
    rays = k.rays(pixels)
    bad = ~lens.sees(rays)
    if bad.any():
        u, v = pixels[bad][0]
        raise ValueError(
            f"the lens folds inside the image: {_ending(lens)}, and pixel ({u:g}, {v:g}) lies beyond; "
            f"wanted other coefficients, a longer focal length or a smaller image than fx_px {k.fx_px:g} and "
            f"{k.width_px} x {k.height_px}"
        )


def _ending(lens: Lens) -> str:
    limit = lens.radial.limit
    angle = limit if isinstance(lens, KannalaBrandt) else np.arctan(limit)
    given = ", ".join(f"{c:g}" for c in lens.coefficients)
    return f"{lens.model} ({given}) holds up to {np.rad2deg(angle):.1f} degrees off the axis"
