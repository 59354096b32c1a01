"""A function that draws one cell in, an atlas of many cells out: drawn at twice its size, averaged down."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import ImageDraw

from sim.scenery.scenery import SURFACE_PX

__all__ = ["ATLAS_CELLS", "Canvas", "cell_uv", "draw_atlas"]

ATLAS_CELLS = 4
"""Cells along each side of an atlas."""

_SCALE = 2
_INSET = 1.0 / SURFACE_PX


class Canvas:
    """One cell of an atlas: x right, y down, both 0..1; draws color and the fourth channel together."""

    def __init__(
        self,
        rgb: ImageDraw.ImageDraw,
        alpha: ImageDraw.ImageDraw,
        x_px: int,
        y_px: int,
        width_px: int,
        height_px: int,
    ) -> None:
        self._rgb, self._alpha = rgb, alpha
        self._x, self._y, self._width, self._height = x_px, y_px, width_px, height_px

    def _points(self, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(self._x + x * self._width, self._y + y * self._height) for x, y in points]

    def box(
        self, x0: float, y0: float, x1: float, y1: float, rgb: tuple[float, float, float], alpha: int
    ) -> None:
        """Fill a rectangle."""
        if x1 <= x0 or y1 <= y0:
            return
        (a, b), (c, d) = self._points([(x0, y0), (x1, y1)])
        corners = (round(a), round(b), max(round(a), round(c) - 1), max(round(b), round(d) - 1))
        self._rgb.rectangle(corners, fill=_color(rgb))
        self._alpha.rectangle(corners, fill=alpha)

    def polygon(self, points: list[tuple[float, float]], rgb: tuple[float, float, float], alpha: int) -> None:
        """Fill a polygon."""
        self._rgb.polygon(self._points(points), fill=_color(rgb))
        self._alpha.polygon(self._points(points), fill=alpha)

    def ellipse(
        self, x0: float, y0: float, x1: float, y1: float, rgb: tuple[float, float, float], alpha: int
    ) -> None:
        """Fill the ellipse that touches a rectangle's sides."""
        (a, b), (c, d) = self._points([(x0, y0), (x1, y1)])
        self._rgb.ellipse((a, b, c, d), fill=_color(rgb))
        self._alpha.ellipse((a, b, c, d), fill=alpha)

    def line(
        self, points: list[tuple[float, float]], width: float, rgb: tuple[float, float, float], alpha: int
    ) -> None:
        """Draw a polyline with round joints and ends."""
        pixels = self._points(points)
        wide = max(1, round(width * self._height))
        for draw, fill in ((self._rgb, _color(rgb)), (self._alpha, alpha)):
            draw.line(pixels, fill=fill, width=wide, joint="curve")
            for x, y in pixels if wide > 3 else ():
                r = wide / 2
                draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)


def _color(rgb: tuple[float, float, float]) -> tuple[int, int, int]:
    r, g, b = (int(min(255.0, max(0.0, c))) for c in rgb)
    return r, g, b


def draw_atlas(
    draw_cell: Callable[[Canvas, int], None],
    background: tuple[int, int, int],
    columns: int = ATLAS_CELLS,
    rows: int = 0,
) -> NDArray[np.uint8]:
    """Draw every cell, row by row from the top, and return (512, 512, 4) uint8.

    Args:
        draw_cell: draws the cell with the index it is given.
        background: color where nothing is drawn (its alpha is 0).
        columns: cells side by side.
        rows: cells above each other; as many as columns if 0.
    """
    rows = rows or columns
    size = SURFACE_PX * _SCALE
    rgb = PilImage.new("RGB", (size, size), background)
    alpha = PilImage.new("L", (size, size), 0)
    pens = ImageDraw.Draw(rgb), ImageDraw.Draw(alpha)
    wide, high = size // columns, size // rows
    for index in range(columns * rows):
        draw_cell(Canvas(*pens, index % columns * wide, index // columns * high, wide, high), index)
    small = [np.asarray(image.reduce(_SCALE)) for image in (rgb, alpha)]
    return np.dstack(small)


def cell_uv(
    index: NDArray[np.integer] | int, columns: int = ATLAS_CELLS, rows: int = 0
) -> NDArray[np.float64]:
    """Texture corners of cells, (..., 4, 2): bottom left, bottom right, top right, top left."""
    rows = rows or columns
    i = np.asarray(index)
    u0, v1 = i % columns / columns, 1 - i // columns / rows
    u = np.stack([u0, u0 + 1 / columns, u0 + 1 / columns, u0], -1) + _INSET * np.array([1, -1, -1, 1])
    v = np.stack([v1 - 1 / rows, v1 - 1 / rows, v1, v1], -1) + _INSET * np.array([1, 1, -1, -1])
    return np.stack([u, v], -1)
