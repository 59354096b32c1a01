"""The pinhole camera: x right, y down, z forward; pixel (0, 0) is the *corner* of the top left pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Intrinsics"]


@dataclass(frozen=True)
class Intrinsics:
    """Pinhole intrinsics in pixels; centres of pixels lie at half-integers.

    Attributes:
        width_px: image width.
        height_px: image height.
        fx_px: focal length along x.
        fy_px: focal length along y.
        cx_px: principal point, measured from the left edge of the image.
        cy_px: principal point, measured from the top edge of the image.
    """

    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float

    @staticmethod
    def from_hfov(width_px: int, height_px: int, hfov_rad: float) -> Intrinsics:
        """Square pixels, principal point in the middle, horizontal field of view in radians."""
        focal = width_px / 2 / float(np.tan(hfov_rad / 2))
        return Intrinsics(width_px, height_px, focal, focal, width_px / 2, height_px / 2)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """K, (3, 3) float64."""
        return np.array([[self.fx_px, 0, self.cx_px], [0, self.fy_px, self.cy_px], [0, 0, 1.0]])

    def project(self, points_camera: NDArray[np.floating]) -> NDArray[np.float64]:
        """Points (..., 3) in the camera frame to pixels (..., 2). Meaningless where z <= 0: clip first."""
        p = np.asarray(points_camera, np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            x, y = p[..., 0] / p[..., 2], p[..., 1] / p[..., 2]
        return np.stack([self.fx_px * x + self.cx_px, self.fy_px * y + self.cy_px], -1)

    def back_project(
        self, pixels: NDArray[np.floating], depth_m: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Pixels (..., 2) and depth along the axis (...) to points (..., 3) in the camera frame."""
        u = (pixels[..., 0] - self.cx_px) / self.fx_px
        v = (pixels[..., 1] - self.cy_px) / self.fy_px
        return np.stack([u * depth_m, v * depth_m, np.asarray(depth_m, np.float64)], -1)
