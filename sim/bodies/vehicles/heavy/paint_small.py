"""Painted wheels and lamps of heavy vehicles."""

from __future__ import annotations

import numpy as np

from sim.bodies.body import LampGroup
from sim.bodies.vehicles.atlas import Canvas, Chart, Surface
from sim.bodies.vehicles.heavy.parts import HEAD_TILES, TAIL_TILES

__all__ = ["paint_heavy_lamps", "paint_heavy_wheel"]

_RUBBER = Surface((15, 15, 16), 0, 0.82, 0.03)
_STEEL = Surface((112, 114, 117), 0, 0.45, 0.12)
_SHADE = Surface((72, 74, 76), 0, 0.5, 0.12)
_DEEP = Surface((12, 12, 13), 0, 0.8, 0.03, 0.0, 0.5)
_HOUSING = Surface((30, 32, 35), 0, 0.08, 0.06)
_REFLECTOR = Surface((128, 132, 138), 0, 0.10, 0.22)
_BULB = Surface((170, 174, 180), 0, 0.06, 0.12, 1.0)
_LENSES = {
    LampGroup.HEAD: Surface((80, 84, 90), 0, 0.1, 0.12, 0.2),
    LampGroup.LEFT: Surface((196, 122, 40), 0, 0.10, 0.08, 1.0),
    LampGroup.TAIL: Surface((130, 10, 10), 0, 0.10, 0.06, 0.6),
    LampGroup.BRAKE: Surface((150, 12, 10), 0, 0.10, 0.06, 1.0),
    LampGroup.NONE: Surface((172, 172, 172), 0, 0.10, 0.10),
}


def paint_heavy_wheel(canvas: Canvas, chart: Chart) -> None:
    """A steel rim with hand holes, a ring of nuts and a hub cap."""
    canvas.rectangle(tuple(float(v) for v in chart.box_px), _RUBBER)  # type: ignore[arg-type]
    for radius, grey in ((0.95, 20), (0.93, 15), (0.82, 21), (0.80, 14)):
        canvas.disc(chart, (0, 0), radius, Surface((grey, grey, grey + 1), 0, 0.75, 0.03))
    canvas.disc(chart, (0, 0), 0.66, _STEEL)
    canvas.disc(chart, (0, 0), 0.61, _SHADE)
    canvas.disc(chart, (0, 0), 0.58, _STEEL)
    for k in range(10):
        a = 2 * np.pi * k / 10
        canvas.disc(chart, (0.47 * np.cos(a), 0.47 * np.sin(a)), 0.065, _DEEP)
        a += np.pi / 10
        canvas.disc(chart, (0.29 * np.cos(a), 0.29 * np.sin(a)), 0.032, _SHADE)
    canvas.disc(chart, (0, 0), 0.19, _SHADE)
    canvas.disc(chart, (0, 0), 0.15, _STEEL)
    canvas.disc(chart, (0, 0), 0.06, _SHADE)


def _tile(canvas: Canvas, chart: Chart, a0: float, a1: float, margin: float, surface: Surface) -> None:
    canvas.fill(
        chart,
        [(a0 + margin, margin), (a1 - margin, margin), (a1 - margin, 1 - margin), (a0 + margin, 1 - margin)],
        surface,
    )


def paint_heavy_lamps(canvas: Canvas, atlas: dict[str, Chart]) -> None:
    """Front and rear clusters; emission is where a lamp shines when it is on."""
    for name, tiles in (("head", HEAD_TILES), ("tail", TAIL_TILES)):
        chart = atlas[name]
        _tile(canvas, chart, -0.01, 1.01, -0.01, _HOUSING)
        for a0, a1, group in tiles:
            _tile(canvas, chart, a0, a1, 0.03, _LENSES[group])
    chart = atlas["head"]
    for a in (0.2, 0.5):
        for share, surface in ((1.0, _REFLECTOR), (0.72, _BULB)):
            angles = np.linspace(0, 2 * np.pi, 36, endpoint=False)
            ring = np.stack([a + 0.16 * share * np.cos(angles), 0.5 + 0.36 * share * np.sin(angles)], 1)
            canvas.fill(chart, ring, surface)
    canvas.line(chart, [(0.02, 0.07), (0.98, 0.07)], 4.0, Surface((215, 220, 226), 0, 0.12, 0.08, 0.6))
