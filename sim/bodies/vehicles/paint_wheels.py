"""Proportions in, the pictures of a wheel's face and of its tread out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.atlas import Canvas, Chart, Surface
from sim.bodies.vehicles.proportions import Proportions
from sim.bodies.vehicles.wheels import RIM

__all__ = ["paint_tread", "paint_wheel"]

Floats = NDArray[np.float64]

_LETTERING = Surface((34, 34, 35), 0, 0.7, 0.03)
_BLOCK, _GROOVE = Surface((22, 22, 23), 0, 0.85, 0.03), Surface((6, 6, 6), 0, 0.95, 0.02, 0.0, 0.5)


def paint_tread(canvas: Canvas, chart: Chart) -> None:
    """Half of two mirrored blocks of a tread: grooves around the tyre, slanting ones across its shoulders."""
    canvas.rectangle(tuple(float(v) for v in chart.box_px), _BLOCK)  # type: ignore[arg-type]
    for v in (0.22, 0.42, 0.58, 0.78):
        canvas.line(chart, [(-0.1, v), (1.1, v)], 3.0, _GROOVE)
    for u in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        for v0, v1 in ((0.0, 0.2), (0.8, 1.0)):
            canvas.line(chart, [(u, v0), (u + 0.05, v1)], 2.0, _GROOVE)
        for v0, v1 in ((0.24, 0.40), (0.60, 0.76)):
            canvas.line(chart, [(u + 0.1, v0), (u + 0.16, v1)], 1.2, _GROOVE)


def _paint_lettering(canvas: Canvas, chart: Chart) -> None:
    """What is moulded into a tyre's wall, too small to be read: two words and the size."""
    for start, letters in ((0.35, 9), (np.pi - 0.5, 8), (1.5 * np.pi, 11)):
        for k in range(letters):
            at = start + 0.085 * k
            tall = 0.026 if (k * 5 + letters) % 4 else 0.014
            ring = [
                (r * np.cos(a), r * np.sin(a))
                for r, a in (
                    (0.885 - tall, at),
                    (0.885 + tall, at),
                    (0.885 + tall, at + 0.05),
                    (0.885 - tall, at + 0.05),
                )
            ]
            canvas.line(chart, ring[: 3 + k % 2], 1.1, _LETTERING)


def _sector(inner: float, outer: float, middle_rad: float, half_inner: float, half_outer: float) -> Floats:
    """A spoke: radii and half-widths in units of the tyre's radius."""
    along = np.array([np.cos(middle_rad), np.sin(middle_rad)])
    aside = np.array([-along[1], along[0]])
    return np.array(
        [
            along * inner + aside * half_inner,
            along * outer + aside * half_outer,
            along * outer - aside * half_outer,
            along * inner - aside * half_inner,
        ]
    )


def paint_wheel(canvas: Canvas, chart: Chart, p: Proportions) -> None:
    """Tyre wall, rim, spokes, brake disc, hub."""
    alloy = Surface((74, 76, 80), 0, 0.28, 0.45) if p.dark_rims else Surface((176, 178, 182), 0, 0.28, 0.45)
    shade = Surface((48, 49, 52), 0, 0.35, 0.3) if p.dark_rims else Surface((112, 114, 118), 0, 0.35, 0.45)
    deep = Surface((8, 8, 9), 0, 0.8, 0.03, 0.0, 0.45)
    canvas.rectangle(tuple(float(v) for v in chart.box_px), Surface((15, 15, 16), 0, 0.82, 0.03))  # type: ignore[arg-type]
    for radius, grey in ((0.95, 19), (0.93, 15), (0.84, 20), (0.825, 15), (0.745, 11)):
        canvas.disc(chart, (0, 0), radius, Surface((grey, grey, grey + 1), 0, 0.75, 0.03))
    _paint_lettering(canvas, chart)
    canvas.disc(chart, (0, 0), RIM, alloy)
    canvas.disc(chart, (0, 0), 0.645, shade)
    if p.spokes == 0:
        canvas.disc(chart, (0, 0), 0.62, Surface((150, 152, 155), 0, 0.45, 0.06))
        for k in range(9):
            middle = 2 * np.pi * k / 9
            canvas.fill(chart, _sector(0.36, 0.56, middle, 0.05, 0.085), deep)
    else:
        canvas.disc(chart, (0, 0), 0.62, deep)
        canvas.disc(chart, (0, 0), 0.47, Surface((70, 68, 66), 0, 0.35, 0.45, 0.0, 0.6))
        canvas.disc(chart, (0, 0), 0.26, deep)
        half = 0.42 / p.spokes + 0.018
        for k in range(p.spokes):
            middle = 2 * np.pi * k / p.spokes + np.pi / 2
            canvas.fill(chart, _sector(0.10, 0.64, middle, half * 0.95 + 0.008, half * 1.12), shade)
            canvas.fill(chart, _sector(0.10, 0.65, middle, half * 0.72, half * 0.86), alloy)
        canvas.disc(chart, (0, 0), 0.20, alloy)
        for k in range(5):
            a = 2 * np.pi * (k + 0.5) / 5
            canvas.disc(chart, (0.135 * np.cos(a), 0.135 * np.sin(a)), 0.022, deep)
    canvas.disc(chart, (0, 0), 0.085, shade)
    canvas.disc(chart, (0, 0), 0.065, Surface((30, 30, 32), 0, 0.3))
