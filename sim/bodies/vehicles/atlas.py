"""Proportions in, the map from places on a car to places in its texture out; and the canvas that paints it.

All cars share one layout. Charts hold one half of the car, since the left and the right half look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sim.bodies.vehicles.proportions import Proportions

__all__ = ["ATLAS_PX", "MID", "SWATCHES", "Canvas", "Chart", "Surface", "charts", "swatch_uv"]

Floats = NDArray[np.float64]

ATLAS_PX = 1024
MID = -0.03
"""Painters end shapes that cross the middle plane here, past y = 0, so that filtering sees no seam."""
_OVERSAMPLING = 2
_MARGIN_PX = 2.0


@dataclass(frozen=True)
class Surface:
    """What one pixel of the atlas says.

    Attributes:
        rgb: sRGB albedo.
        paint: 255 where the car's paint multiplies the albedo.
        roughness, f0, emission, occlusion: 0 to 1.
    """

    rgb: tuple[int, int, int]
    paint: int = 0
    roughness: float = 0.5
    f0: float = 0.04
    emission: float = 0.0
    occlusion: float = 1.0

    @property
    def albedo_rgba(self) -> tuple[int, int, int, int]:
        """Pixel of the albedo texture."""
        return (*self.rgb, self.paint)

    @property
    def material_rgba(self) -> tuple[int, int, int, int]:
        """Pixel of the material texture."""
        r, f, e, o = (round(255 * v) for v in (self.roughness, self.f0, self.emission, self.occlusion))
        return (r, f, e, o)


SWATCHES: dict[str, Surface] = {
    "paint": Surface((255, 255, 255), 255, 0.32, 0.045),
    "plastic": Surface((17, 17, 18), 0, 0.55),
    "rubber": Surface((14, 14, 15), 0, 0.85, 0.03),
    "glass": Surface((12, 15, 17), 0, 0.03, 0.06),
    "mirror": Surface((150, 156, 162), 0, 0.05, 0.75),
    "chrome": Surface((200, 200, 202), 0, 0.15, 0.65),
    "dark": Surface((7, 7, 8), 0, 0.9, 0.02, 0.0, 0.4),
    "brake": Surface((170, 10, 8), 0, 0.12, 0.05, 0.9),
    "amber": Surface((225, 120, 20), 0, 0.12, 0.05, 0.9),
    "steel": Surface((92, 90, 88), 0, 0.35, 0.5),
    "sign": Surface((226, 218, 178), 0, 0.3),
    "beacon": Surface((16, 40, 150), 0, 0.08, 0.07),
}
"""Plain surfaces for parts without a picture of their own."""

_SWATCH_ORIGIN_PX, _SWATCH_PX = (608, 808), 24


def swatch_uv(name: str) -> Floats:
    """(2,) texture coordinates of the middle of a swatch."""
    x, y = _swatch_corner(name)
    middle = np.array([x, y]) + _SWATCH_PX / 2
    return np.array([middle[0] / ATLAS_PX, 1 - middle[1] / ATLAS_PX])


def _swatch_corner(name: str) -> tuple[int, int]:
    index = list(SWATCHES).index(name)
    x0, y0 = _SWATCH_ORIGIN_PX
    return x0 + index % 8 * (_SWATCH_PX + 4), y0 + index // 8 * (_SWATCH_PX + 4)


@dataclass(frozen=True)
class Chart:
    """A rectangle of the atlas and the two coordinates it shows.

    Attributes:
        box_px: (left, top, right, bottom) in the atlas.
        across: (value at the left edge, value at the right edge) of the first coordinate.
        up: (value at the bottom edge, value at the top edge) of the second coordinate.
    """

    box_px: tuple[int, int, int, int]
    across: tuple[float, float]
    up: tuple[float, float]

    def pixels(self, points: NDArray[np.floating]) -> Floats:
        """Points (N, 2) to pixels (N, 2) of the atlas, x right, y down."""
        left, top, right, bottom = self.box_px
        p = np.asarray(points, np.float64).reshape(-1, 2)
        u = (p[:, 0] - self.across[0]) / (self.across[1] - self.across[0])
        v = (p[:, 1] - self.up[0]) / (self.up[1] - self.up[0])
        m = _MARGIN_PX
        return np.stack([left + m + u * (right - left - 2 * m), bottom - m - v * (bottom - top - 2 * m)], 1)

    def uv(self, points: NDArray[np.floating]) -> Floats:
        """Points (N, 2) to texture coordinates (N, 2); outside points are moved to the edge."""
        left, top, right, bottom = self.box_px
        q = np.clip(self.pixels(points), [left + 1, top + 1], [right - 1, bottom - 1])
        return np.stack([q[:, 0] / ATLAS_PX, 1 - q[:, 1] / ATLAS_PX], 1)


def charts(p: Proportions) -> dict[str, Chart]:
    """Charts of a model.

    Returns:
        ``side`` over (x, z), ``top`` over (x, |y|), ``front`` and ``rear`` over (|y|, z), ``wheel`` over the
        face of a wheel in units of its radius, ``tread`` over (part of its girth, across), ``head`` and
        ``tail`` (lamps) over (girth, z) whose windows the lamps choose, ``glyphs`` over (cell, 0..1).
    """
    along = (p.nose_x_m + 0.02, p.tail_x_m - 0.02)
    half, height = (MID, p.half_width_m * 1.02), (0.0, p.height_m + 0.02)
    return {
        "side": Chart((0, 0, 1024, 340), along, height),
        "top": Chart((0, 340, 1024, 520), along, (MID, p.half_width_m * 1.12)),
        "glyphs": Chart((0, 532, 1024, 572), (0.0, 42.0), (0.0, 1.0)),
        "front": Chart((0, 576, 300, 1024), half, height),
        "rear": Chart((304, 576, 604, 1024), half, height),
        "wheel": Chart((608, 576, 832, 800), (-1.04, 1.04), (-1.04, 1.04)),
        "head": Chart((836, 576, 1024, 700), (0.0, 1.0), (0.0, 1.0)),
        "tail": Chart((836, 704, 1024, 892), (0.0, 1.0), (0.0, 1.0)),
        "tread": Chart((608, 876, 832, 956), (0.0, 1.0), (0.0, 1.0)),
    }


class Canvas:
    """Two pictures painted at once, twice as fine as they come out."""

    def __init__(self) -> None:
        size = (ATLAS_PX * _OVERSAMPLING,) * 2
        base = SWATCHES["paint"]
        # "CMYK" is Pillow's name for four plain channels: with "RGBA" it would weigh the colors by the mask.
        self._albedo = Image.new("CMYK", size, base.albedo_rgba)
        self._material = Image.new("CMYK", size, base.material_rgba)
        self._pens = (ImageDraw.Draw(self._albedo), ImageDraw.Draw(self._material))
        for name, surface in SWATCHES.items():
            x, y = _swatch_corner(name)
            self.rectangle((x - 1, y - 1, x + _SWATCH_PX + 1, y + _SWATCH_PX + 1), surface)

    def rectangle(self, box_px: tuple[float, float, float, float], surface: Surface) -> None:
        """Fills a rectangle given in pixels of the atlas."""
        left, top, right, bottom = (v * _OVERSAMPLING for v in box_px)
        for pen, fill in zip(self._pens, (surface.albedo_rgba, surface.material_rgba), strict=True):
            pen.rectangle((left, top, right - 1, bottom - 1), fill=fill)

    def fill(self, chart: Chart, points: Sequence[Sequence[float]] | Floats, surface: Surface) -> None:
        """Fills a polygon given in the chart's coordinates."""
        corners = [tuple(q) for q in chart.pixels(np.asarray(points)) * _OVERSAMPLING - 0.5]
        for pen, fill in zip(self._pens, (surface.albedo_rgba, surface.material_rgba), strict=True):
            pen.polygon(corners, fill=fill)

    def line(
        self, chart: Chart, points: Sequence[Sequence[float]] | Floats, width_px: float, surface: Surface
    ) -> None:
        """Draws a polyline; `width_px` counts pixels of the finished atlas."""
        corners = [tuple(q) for q in chart.pixels(np.asarray(points)) * _OVERSAMPLING - 0.5]
        width = max(1, round(width_px * _OVERSAMPLING))
        for pen, fill in zip(self._pens, (surface.albedo_rgba, surface.material_rgba), strict=True):
            pen.line(corners, fill=fill, width=width, joint="curve")

    def disc(self, chart: Chart, center: tuple[float, float], radius: float, surface: Surface) -> None:
        """Fills a disc; in charts of unequal scales it is an ellipse on the atlas and round on the car."""
        angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        ring = np.array(center) + radius * np.stack([np.cos(angles), np.sin(angles)], 1)
        self.fill(chart, ring, surface)

    def cushion(
        self, chart: Chart, center: tuple[float, float], radii: tuple[float, float], surface: Surface
    ) -> None:
        """Fills a rectangle with well-rounded corners (a superellipse): seats and headrests."""
        angles = np.linspace(0, 2 * np.pi, 36, endpoint=False)
        wave = np.stack([np.cos(angles), np.sin(angles)], 1)
        ring = np.array(center) + np.array(radii) * np.sign(wave) * np.abs(wave) ** 0.55
        self.fill(chart, ring, surface)

    def finish(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """(albedo, material), each (ATLAS_PX, ATLAS_PX, 4) uint8, row 0 at the top."""
        albedo, material = (np.array(i.reduce(_OVERSAMPLING)) for i in (self._albedo, self._material))
        # The paint reaches a little under its neighbors: a border that mixes white albedo with no paint
        # would shine on dark cars.
        albedo[..., 3] = _widened(_widened(albedo[..., 3], 0), 1)
        return albedo, material


def _widened(mask: NDArray[np.uint8], axis: int) -> NDArray[np.uint8]:
    """The largest of five neighbors along an axis."""
    out = mask.copy()
    for k in (1, 2):
        # Neighbors beyond the edge are like the pixel at the edge, which is among those of its own.
        for here, there in ((np.s_[k:], np.s_[:-k]), (np.s_[:-k], np.s_[k:])):
            a, b = (here, there) if axis == 0 else ((np.s_[:], here), (np.s_[:], there))
            np.maximum(out[a], mask[b], out=out[a])
    return out
