"""The picture of a tram: windows, doors on both sides, cabs, dotted panels nobody can read."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import BodyTextures
from sim.bodies.rail.models import TramModel
from sim.bodies.vehicles.atlas import MID, Canvas, Chart, Surface
from sim.bodies.vehicles.dirt import Splash, soiled
from sim.bodies.vehicles.heavy.paint_cab import paint_screen
from sim.bodies.vehicles.heavy.paint_small import paint_heavy_lamps
from sim.bodies.vehicles.paint_sides import FRIT, GAP, GLASS, PLASTIC

__all__ = ["BELT_M", "HEAD_M", "tram_charts", "tram_textures"]

BELT_M, HEAD_M, _SILL_M = 0.98, 2.52, 0.36
_WHITE = Surface((222, 222, 218), 0, 0.35)
_BODY = Surface((255, 255, 255), 255, 0.35)
_RUBBER = Surface((14, 14, 15), 0, 0.8, 0.03)
_PANEL = Surface((12, 12, 13), 0, 0.1, 0.06)
_DOTS = Surface((226, 140, 36), 0, 0.4, 0.04, 0.35)
_ROOF = Surface((120, 122, 124), 0, 0.7)
_DIRT = tuple(Splash(side, 1.2, 0.3) for side in ("cab", "middle", "front"))


def tram_charts(m: TramModel) -> dict[str, Chart]:
    """``cab`` and ``middle`` over (x from the inner or rear end, z), ``front`` over (|y|, z), lamps, roof."""
    height = (0.0, m.height_m + 0.75)
    return {
        "cab": Chart((0, 0, 1024, 300), (m.cab_m + 0.02, -0.02), height),
        "middle": Chart((0, 304, 1024, 604), (m.middle_m + 0.02, -0.02), height),
        "front": Chart((0, 612, 300, 1012), (MID, m.half_width_m * 1.02), height),
        "roof": Chart((304, 612, 600, 1012), (0.0, 1.0), (0.0, 1.0)),
        "head": Chart((836, 612, 1024, 700), (0.0, 1.0), (0.0, 1.0)),
        "tail": Chart((836, 704, 1024, 800), (0.0, 1.0), (0.0, 1.0)),
    }


def tram_textures(m: TramModel, key: str) -> BodyTextures:
    """The texture of a model; its paint is white where it takes the color of the tram."""
    return BodyTextures(key, partial(_painted, m, key))


def _painted(m: TramModel, key: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(albedo, material)."""
    canvas, atlas = Canvas(), tram_charts(m)
    _paint_side(canvas, atlas["cab"], m.cab_m, m, ((0.5, 1.9), (3.2, 4.6)), cab=True)
    doors = ((0.5 * m.middle_m - 0.7, 0.5 * m.middle_m + 0.7),)
    _paint_side(canvas, atlas["middle"], m.middle_m, m, doors, cab=False)
    _paint_front(canvas, atlas["front"], m)
    canvas.fill(atlas["roof"], [(0, 0), (1, 0), (1, 1), (0, 1)], _ROOF)
    paint_heavy_lamps(canvas, atlas)
    return soiled(*canvas.finish(), atlas, _DIRT, key)


def _box(x0: float, x1: float, z0: float, z1: float) -> list[tuple[float, float]]:
    return [(x0, z0), (x1, z0), (x1, z1), (x0, z1)]


def _paint_side(
    canvas: Canvas,
    chart: Chart,
    length: float,
    m: TramModel,
    doors: tuple[tuple[float, float], ...],
    *,
    cab: bool,
) -> None:
    canvas.fill(chart, _box(-0.05, length + 0.05, 0.0, _SILL_M), PLASTIC)
    canvas.fill(chart, _box(-0.05, length + 0.05, _SILL_M, 0.62), _WHITE)
    canvas.fill(chart, _box(-0.05, length + 0.05, HEAD_M + 0.2, m.height_m + 0.1), _WHITE)
    canvas.fill(chart, _box(-0.05, length + 0.05, m.height_m + 0.1, m.height_m + 0.75), _ROOF)
    last = length - (1.0 if cab else 0.15)
    canvas.fill(chart, _box(0.15, last, BELT_M, HEAD_M + 0.16), FRIT)
    stops = [0.2, *(x for door in doors for x in (door[0] - 0.1, door[1] + 0.1)), last - 0.05]
    for x0, x1 in zip(stops[::2], stops[1::2], strict=True):
        if x1 - x0 < 0.3:
            continue
        canvas.fill(chart, _box(x0, x1, BELT_M + 0.05, HEAD_M + 0.1), GLASS)
        canvas.line(chart, [(x0, HEAD_M - 0.16), (x1, HEAD_M - 0.16)], 1.0, FRIT)
    for x0, x1 in doors:
        canvas.fill(chart, _box(x0 - 0.04, x1 + 0.04, 0.30, HEAD_M + 0.14), _RUBBER)
        middle = (x0 + x1) / 2
        for a, b in ((x0, middle - 0.02), (middle + 0.02, x1)):
            canvas.fill(chart, _box(a, b, 0.34, HEAD_M + 0.1), _BODY)
            canvas.fill(chart, _box(a + 0.07, b - 0.07, 0.6, HEAD_M + 0.02), GLASS)
    if cab:
        around = [(last + 0.05, BELT_M), (length - 0.2, BELT_M), (length - 0.42, 2.2), (last + 0.05, 2.4)]
        canvas.fill(chart, around, FRIT)
        canvas.fill(
            chart,
            [
                (last + 0.1, BELT_M + 0.05),
                (length - 0.28, BELT_M + 0.05),
                (length - 0.46, 2.12),
                (last + 0.1, 2.3),
            ],
            GLASS,
        )
        canvas.fill(chart, _box(2.1, 3.0, HEAD_M - 0.12, HEAD_M + 0.1), _PANEL)
        for z in (HEAD_M - 0.06, HEAD_M, HEAD_M + 0.05):
            canvas.line(chart, [(2.2, z), (2.5, z)], 1.4, _DOTS)
            canvas.line(chart, [(2.6, z), (2.9, z)], 1.4, _DOTS)
    canvas.line(chart, [(0, _SILL_M), (length, _SILL_M)], 1.0, GAP)
    # Covers before the wheels.
    for x in np.arange(0.4, length - 0.3, 1.3):
        canvas.line(chart, [(x, 0.12), (x, _SILL_M)], 1.0, GAP)


def _paint_front(canvas: Canvas, chart: Chart, m: TramModel) -> None:
    half = m.half_width_m
    canvas.fill(chart, [(MID, 0), (half + 0.05, 0), (half + 0.05, _SILL_M), (MID, _SILL_M)], PLASTIC)
    canvas.fill(chart, [(MID, 2.9), (half + 0.05, 2.9), (half + 0.05, 4.0), (MID, 4.0)], _WHITE)
    paint_screen(canvas, chart, half - 0.04, 1.02, 2.46)
    canvas.fill(chart, [(MID, 2.46), (half - 0.1, 2.46), (half - 0.16, 2.82), (MID, 2.82)], FRIT)
    canvas.fill(chart, _box(MID, 0.8, 2.52, 2.76), _PANEL)
    for z in (2.58, 2.64, 2.70):
        for a, b in ((0.05, 0.2), (0.28, 0.45), (0.5, 0.72)):
            canvas.line(chart, [(a, z), (b, z)], 1.6, _DOTS)
    canvas.line(chart, [(MID, 0.95), (half, 0.95)], 1.4, GAP)
    canvas.fill(chart, [(MID, 0.40), (0.5, 0.40), (0.5, 0.56), (MID, 0.56)], Surface((40, 40, 42), 0, 0.5))
