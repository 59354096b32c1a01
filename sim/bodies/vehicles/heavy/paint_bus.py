"""The picture of a city bus: windows, doors on the kerb side, destination panels, engine lid."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sim.bodies.vehicles.atlas import MID, Canvas, Chart, Surface
from sim.bodies.vehicles.heavy.measures import HeavyModel
from sim.bodies.vehicles.heavy.paint_cab import paint_screen
from sim.bodies.vehicles.paint_sides import FRIT, GAP, GLASS, PLASTIC

__all__ = ["BELT_M", "HEAD_M", "paint_bus"]

BELT_M, HEAD_M = 1.02, 2.42
"""Lower and upper edge of the windows."""
_DOORS_M = ((6.95, 8.15), (2.35, 3.6), (-1.55, -0.75))
_PANEL = Surface((12, 12, 13), 0, 0.1, 0.06)
_DOTS = Surface((226, 140, 36), 0, 0.4, 0.04, 0.35)
_RUBBER = Surface((14, 14, 15), 0, 0.8, 0.03)
_WHITE = Surface((214, 214, 210), 0, 0.35)


def paint_bus(canvas: Canvas, atlas: dict[str, Chart], m: HeavyModel) -> None:
    """Paints all sides; the paint of the bus is everywhere but on glass, skirt and roof."""
    for name in ("left", "right"):
        _paint_flank(canvas, atlas[name], m, doors=name == "right")
    _paint_front(canvas, atlas["front"], m)
    _paint_rear(canvas, atlas["rear"], m)
    tail, nose = m.x_m
    canvas.fill(atlas["top"], [(nose, MID), (tail, MID), (tail, 1.4), (nose, 1.4)], _WHITE)
    for x in np.arange(tail + 0.8, nose - 0.8, 1.6):
        canvas.line(atlas["top"], [(x, MID), (x, 1.1)], 1.2, Surface((150, 150, 150), 0, 0.5))


def _box(x0: float, x1: float, z0: float, z1: float) -> list[tuple[float, float]]:
    return [(x0, z0), (x1, z0), (x1, z1), (x0, z1)]


def _sign(canvas: Canvas, chart: Chart, x0: float, x1: float, z0: float, z1: float) -> None:
    """A dark panel with rows of lit dots: a number and a name nobody can read."""
    canvas.fill(chart, _box(x0, x1, z0, z1), _PANEL)
    tall, run = z1 - z0, x1 - x0
    for k, (a, b) in enumerate(((0.06, 0.16), (0.24, 0.38), (0.42, 0.56), (0.60, 0.72), (0.77, 0.92))):
        for z in np.linspace(z0 + 0.28 * tall, z1 - 0.28 * tall, 3):
            canvas.line(chart, [(x0 + (a + 0.01 * k) * run, z), (x0 + b * run, z)], 1.6, _DOTS)


def _paint_flank(canvas: Canvas, chart: Chart, m: HeavyModel, *, doors: bool) -> None:
    tail, nose = m.x_m
    canvas.fill(chart, _box(tail - 0.02, nose + 0.02, 0.0, 0.42), PLASTIC)
    canvas.fill(chart, _box(tail - 0.02, nose + 0.02, 2.9, 3.4), _WHITE)
    canvas.fill(chart, _box(tail - 0.02, nose + 0.02, 0.66, 0.74), _WHITE)
    canvas.fill(chart, _box(tail + 0.5, nose - 0.25, BELT_M, HEAD_M + 0.28), FRIT)
    stops = np.linspace(tail + 0.55, nose - 1.75, 7)
    panes = [*pairwise(stops), (nose - 1.7, nose - 0.35)]
    for x0, x1 in panes:
        canvas.fill(chart, _box(x0 + 0.05, x1 - 0.05, BELT_M + 0.05, HEAD_M + 0.22), GLASS)
        canvas.line(chart, [(x0 + 0.06, HEAD_M - 0.1), (x1 - 0.06, HEAD_M - 0.1)], 1.0, FRIT)
    for axle in (a.x_m for a in m.axles):
        angles = np.linspace(0, np.pi, 30)
        for radius, surface in ((0.61, _WHITE), (0.575, _RUBBER)):
            canvas.fill(
                chart,
                [(axle + radius * np.cos(a), m.wheel_radius_m + radius * np.sin(a)) for a in angles],
                surface,
            )
    for x in np.arange(tail + 0.9, nose - 0.5, 1.45):
        if min(abs(x - a.x_m) for a in m.axles) > 0.7:
            canvas.line(chart, [(x, 0.42), (x, BELT_M)], 1.0, GAP)
    canvas.line(chart, [(tail, 0.42), (nose, 0.42)], 1.2, GAP)
    canvas.line(chart, [(tail, 2.84), (nose, 2.84)], 1.2, GAP)
    if doors:
        for x0, x1 in _DOORS_M:
            canvas.fill(chart, _box(x0 - 0.04, x1 + 0.04, 0.34, HEAD_M + 0.2), _RUBBER)
            middle = (x0 + x1) / 2
            for a, b in ((x0, middle - 0.02), (middle + 0.02, x1)):
                canvas.fill(chart, _box(a, b, 0.38, HEAD_M + 0.15), Surface((255, 255, 255), 255, 0.35))
                canvas.fill(chart, _box(a + 0.06, b - 0.06, 0.52, HEAD_M + 0.08), GLASS)
                canvas.line(chart, [(b - 0.1, 0.8), (b - 0.1, 1.9)], 1.2, Surface((210, 160, 30), 0, 0.3))
        _sign(canvas, chart, 4.3, 5.8, HEAD_M, HEAD_M + 0.2)
    else:
        canvas.line(chart, [(nose - 1.75, BELT_M - 0.05), (nose - 1.75, 0.5)], 1.0, GAP)


def _paint_front(canvas: Canvas, chart: Chart, m: HeavyModel) -> None:
    half = m.half_width_m
    canvas.fill(chart, [(MID, 0), (half + 0.05, 0), (half + 0.05, 0.44), (MID, 0.44)], PLASTIC)
    canvas.fill(chart, [(MID, 2.9), (half + 0.05, 2.9), (half + 0.05, 3.4), (MID, 3.4)], _WHITE)
    paint_screen(canvas, chart, half - 0.02, 1.08, 2.50)
    canvas.fill(chart, [(MID, 2.5), (half - 0.06, 2.5), (half - 0.1, 2.82), (MID, 2.82)], FRIT)
    _sign(canvas, chart, MID, 0.86, 2.54, 2.76)
    canvas.line(chart, [(MID, 0.98), (half, 0.98)], 1.4, GAP)
    canvas.line(chart, [(MID, 0.44), (half, 0.44)], 1.4, GAP)
    canvas.fill(chart, [(0.2, 0.6), (0.56, 0.6), (0.58, 0.84), (0.2, 0.84)], Surface((24, 24, 25), 0, 0.4))
    canvas.disc(chart, (0.0, 0.86), 0.07, Surface((196, 196, 198), 0, 0.18, 0.6))


def _paint_rear(canvas: Canvas, chart: Chart, m: HeavyModel) -> None:
    half = m.half_width_m
    canvas.fill(chart, [(MID, 0), (half + 0.05, 0), (half + 0.05, 0.42), (MID, 0.42)], PLASTIC)
    canvas.fill(chart, [(MID, 2.9), (half + 0.05, 2.9), (half + 0.05, 3.4), (MID, 3.4)], _WHITE)
    canvas.fill(chart, [(MID, 1.65), (half - 0.16, 1.65), (half - 0.2, 2.5), (MID, 2.5)], FRIT)
    canvas.fill(chart, [(MID, 1.7), (half - 0.22, 1.7), (half - 0.26, 2.45), (MID, 2.45)], GLASS)
    _sign(canvas, chart, MID, 0.3, 2.5, 2.6)
    lid = [(MID, 0.62), (half - 0.28, 0.62), (half - 0.28, 1.58), (MID, 1.58)]
    canvas.line(chart, lid, 1.4, GAP)
    for z in np.arange(1.24, 1.54, 0.045):
        canvas.line(chart, [(0.32, z), (half - 0.36, z)], 2.0, Surface((36, 36, 38), 255, 0.6))
    canvas.line(chart, [(MID, 0.5), (half, 0.5)], 1.4, GAP)
