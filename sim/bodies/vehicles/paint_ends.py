"""The pictures of a car's front and rear: screens, grille, intakes, tailgate."""

from __future__ import annotations

import numpy as np

from sim.bodies.vehicles.atlas import MID, Canvas, Chart, Surface
from sim.bodies.vehicles.glazing import Glazing
from sim.bodies.vehicles.paint_sides import FRIT, GAP, GLASS, PLASTIC
from sim.bodies.vehicles.proportions import Proportions

__all__ = ["paint_front", "paint_rear"]

_CHROME = Surface((198, 198, 200), 0, 0.18, 0.6)
_SLAT = Surface((66, 67, 70), 0, 0.3, 0.3)
_SLAT_FOOT = Surface((26, 26, 28), 0, 0.5, 0.05, 0.0, 0.7)
_DEEP = Surface((8, 8, 9), 0, 0.8, 0.02, 0.0, 0.5)
_REFLECTOR = Surface((130, 10, 10), 0, 0.2, 0.05)

Points = list[tuple[float, float]]


def _paint_grille(canvas: Canvas, chart: Chart, p: Proportions, bumper: float) -> None:
    w, top = p.half_width_m, p.nose_z_m - 0.05
    half = {"bars": 0.48, "mesh": 0.52, "split": 0.42, "closed": 0.40}[p.grille] * w
    bottom = bumper + 0.02
    if p.grille == "closed":
        canvas.line(chart, [(MID, bottom), (half, bottom), (half + 0.06, top)], 1.2, GAP)
        canvas.line(chart, [(MID, top), (half + 0.12, top)], 2.0, _CHROME)
    else:
        opening: Points = [(MID, bottom), (half, bottom), (half + 0.07, top), (MID, top)]
        canvas.fill(chart, opening, _DEEP)
        rows = {"bars": 4, "mesh": 7, "split": 5}[p.grille]
        bright = _CHROME if p.grille == "bars" and p.chrome else _SLAT
        for k in range(rows):
            z = bottom + (top - bottom) * (k + 0.5) / rows
            wide, end = 2.5 if p.grille == "bars" else 1.3, half + 0.07 * (k + 0.5) / rows
            canvas.line(chart, [(MID, z), (end, z)], wide, bright)
            canvas.line(chart, [(MID, z - 0.008), (end, z - 0.008)], wide, _SLAT_FOOT)
        if p.grille == "mesh":
            for y in np.arange(0.03, half, 0.06):
                canvas.line(chart, [(y, bottom), (y, top)], 1.3, _SLAT)
        if p.grille == "split":
            canvas.fill(
                chart,
                [(MID, bottom), (0.045, bottom), (0.045, top), (MID, top)],
                Surface((255, 255, 255), 255, 0.32),
            )
        canvas.line(chart, [*opening[1:3], (MID, top)], 2.0, _CHROME if p.chrome else FRIT)
    badge = (bottom + top) / 2 if p.grille != "closed" else top + 0.03
    canvas.disc(chart, (0.0, badge), 0.042, _CHROME)
    canvas.disc(chart, (0.0, badge), 0.030, Surface((28, 34, 46), 0, 0.2, 0.08))


def _paint_screen(
    canvas: Canvas, chart: Chart, low: float, high: float, foot: float, head: float, *, front: bool
) -> None:
    """A windscreen or rear window, half-width `foot` at its lower and `head` at its upper edge."""

    def rows(margin: float) -> Points:
        return [
            (MID, low + margin),
            (foot - margin, low + margin),
            (head - margin, high - margin),
            (MID, high - margin),
        ]

    canvas.fill(chart, rows(0.0), FRIT)
    canvas.fill(chart, rows(0.028), GLASS)
    if front:
        canvas.fill(
            chart, [(MID, high - 0.11), (0.11, high - 0.105), (0.11, high - 0.065), (MID, high - 0.06)], FRIT
        )


def paint_front(canvas: Canvas, chart: Chart, p: Proportions, glass: Glazing) -> None:
    """Paints the front over (|y|, z)."""
    w = p.half_width_m
    bumper = p.bumper_m
    lip = p.clearance_m + 0.06
    canvas.fill(chart, [(MID, 0), (w, 0), (w, p.cladding_m), (MID, p.cladding_m)], PLASTIC)
    intake: Points = [
        (MID, lip + 0.03),
        (0.56 * w, lip + 0.03),
        (0.50 * w, bumper - 0.17),
        (MID, bumper - 0.17),
    ]
    canvas.fill(chart, intake, _DEEP)
    for k in range(3):
        z = lip + 0.03 + (bumper - 0.20 - lip) * (k + 0.5) / 3
        canvas.line(chart, [(MID, z), (0.53 * w, z)], 1.5, Surface((36, 36, 37), 0, 0.5))
    corner: Points = [
        (0.66 * w, lip + 0.03),
        (0.86 * w, lip + 0.05),
        (0.84 * w, bumper - 0.13),
        (0.72 * w, bumper - 0.16),
    ]
    canvas.fill(chart, corner, _DEEP)
    canvas.disc(
        chart,
        (0.77 * w, lip + 0.5 * (bumper - 0.13 - lip) + 0.01),
        0.034,
        Surface((140, 144, 150), 0, 0.1, 0.2),
    )
    canvas.line(chart, [(MID, bumper - 0.015), (0.9 * w, bumper - 0.005)], 1.1, GAP)
    canvas.line(chart, [(MID, p.nose_z_m - 0.015), (0.80 * w, p.nose_z_m - 0.005)], 1.6, GAP)
    _paint_grille(canvas, chart, p, bumper)
    head = w * p.roof_ratio
    _paint_screen(
        canvas,
        chart,
        glass.screen_low_m - 0.01,
        glass.screen_high_m - 0.015,
        0.84 * w,
        0.93 * head,
        front=True,
    )


def paint_rear(canvas: Canvas, chart: Chart, p: Proportions, glass: Glazing) -> None:
    """Paints the rear over (|y|, z)."""
    w = p.half_width_m
    bumper = p.bumper_m
    lip = p.clearance_m + (0.20 if p.cladding_m > 0.28 else 0.13)
    canvas.fill(chart, [(MID, 0), (w, 0), (w, p.cladding_m), (0.8 * w, lip), (MID, lip)], PLASTIC)
    canvas.fill(
        chart,
        [(0.66 * w, lip - 0.05), (0.84 * w, lip - 0.05), (0.84 * w, lip - 0.02), (0.66 * w, lip - 0.02)],
        _REFLECTOR,
    )
    canvas.line(chart, [(MID, bumper + 0.02), (0.92 * w, bumper + 0.03)], 1.4, GAP)
    low, high = glass.backlight_low_m, glass.backlight_high_m
    head = w * p.roof_ratio
    if p.shape == "van":
        canvas.line(chart, [(0.0, bumper), (0.0, p.height_m - 0.12)], 2.5, GAP)
        canvas.line(chart, [(0.84 * w, bumper + 0.02), (0.80 * w, p.height_m - 0.13)], 1.3, GAP)
        pane: Points = [
            (0.09, low + 0.08),
            (0.70 * w, low + 0.08),
            (0.68 * w, high - 0.16),
            (0.09, high - 0.16),
        ]
        canvas.fill(chart, pane, FRIT)
        inner: Points = [
            (0.11, low + 0.10),
            (0.68 * w, low + 0.10),
            (0.66 * w, high - 0.18),
            (0.11, high - 0.18),
        ]
        canvas.fill(chart, inner, GLASS)
    else:
        _paint_screen(canvas, chart, low + 0.015, high - 0.02, 0.82 * w, 0.90 * head, front=False)
        seam = low - 0.03
        canvas.line(chart, [(0.80 * w, seam), (0.76 * w, bumper + 0.02)], 1.2, GAP)
        if p.shape in ("sedan", "coupe", "pickup"):
            canvas.line(chart, [(MID, p.belt_rear_m + 0.005), (0.72 * w, p.belt_rear_m + 0.005)], 1.2, GAP)
    if p.grille != "closed" and not p.is_tall:
        for radius, surface in ((0.042, _CHROME), (0.032, _DEEP)):
            canvas.disc(chart, (0.6 * w, lip - 0.03), radius, surface)
    plate = bumper + 0.48 * (p.belt_rear_m - bumper)
    recess: Points = [
        (MID, plate - 0.085),
        (0.32, plate - 0.085),
        (0.30, plate + 0.085),
        (MID, plate + 0.085),
    ]
    canvas.fill(chart, recess, Surface((214, 214, 216), 255, 0.35, 0.045, 0.0, 0.8))
    canvas.line(chart, [(MID, plate + 0.095), (0.30, plate + 0.095)], 3.0, _CHROME if p.chrome else FRIT)
