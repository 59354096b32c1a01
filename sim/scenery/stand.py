"""A place to stand on and a heading in, parts in local coordinates out: how furniture is put together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.scenery.builder import MeshBuilder, Paint

__all__ = ["Stand"]

Floats = NDArray[np.float64]
Color = tuple[float, float, float]


class Stand:
    """A local frame: x to the front, y left, z up from the foot; colors are rgb, with occlusion apart."""

    def __init__(self, builder: MeshBuilder, x_m: float, y_m: float, z_m: float, yaw_rad: float) -> None:
        self.builder = builder
        self.foot = np.array([x_m, y_m, z_m])
        c, s = np.cos(yaw_rad), np.sin(yaw_rad)
        self.axes = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])

    def at(self, points: ArrayLike) -> Floats:
        """World points (..., 3) of local ones."""
        return np.asarray(np.asarray(points, np.float64) @ self.axes + self.foot)

    def box(
        self, paint: Paint, center: ArrayLike, size: ArrayLike, rgb: Color, ao: float = 235.0, skip: str = ""
    ) -> None:
        """Boxes by center (3,) or (N, 3) and full size."""
        half = np.asarray(size, np.float64) / 2
        self.builder.boxes(paint, self.at(center), half, self.axes, (*rgb, ao), skip)

    def tube(
        self,
        paint: Paint,
        start: ArrayLike,
        end: ArrayLike,
        radius_m: float,
        rgb: Color,
        *,
        end_radius_m: float | None = None,
        sides: int = 8,
        ao: float = 235.0,
        capped: bool = False,
    ) -> None:
        """Round bars from start to end, (3,) or (N, 3)."""
        last = radius_m if end_radius_m is None else end_radius_m
        self.builder.tubes(paint, self.at(start), self.at(end), radius_m, last, sides, (*rgb, ao), capped)

    def quad(
        self, paint: Paint, corners: ArrayLike, rgb: Color, ao: float = 235.0, uv: ArrayLike | None = None
    ) -> None:
        """Flat quads (..., 4, 3), counter-clockwise seen from outside."""
        self.builder.quads(paint, self.at(corners), (*rgb, ao), uv)

    def disc(
        self,
        paint: Paint,
        center: ArrayLike,
        normal: ArrayLike,
        radius_m: float,
        rgb: Color,
        *,
        ao: float = 240.0,
        sides: int = 16,
        uv_box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0),
    ) -> None:
        """A flat disc that looks along a local normal."""
        direction = np.asarray(normal, np.float64) @ self.axes
        self.builder.disc(paint, self.at(center), direction, radius_m, sides, (*rgb, ao), uv_box)
