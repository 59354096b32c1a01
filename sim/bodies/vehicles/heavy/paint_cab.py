"""The picture of a lorry's cab: doors, windows, steps, windscreen, grille, bumper."""

from __future__ import annotations

import numpy as np

from sim.bodies.vehicles.atlas import MID, Canvas, Chart, Surface
from sim.bodies.vehicles.heavy.measures import HeavyModel
from sim.bodies.vehicles.paint_sides import FRIT, GAP, GLASS, PLASTIC

__all__ = ["paint_cab", "paint_screen"]

_DEEP = Surface((9, 9, 10), 0, 0.8, 0.02, 0.0, 0.5)
_SLAT = Surface((40, 41, 43), 0, 0.4, 0.06)
_GREY = Surface((70, 72, 75), 0, 0.5, 0.05)


def paint_cab(
    canvas: Canvas, atlas: dict[str, Chart], m: HeavyModel, cab: tuple[float, float, float, float]
) -> None:
    """Paints flanks and front of a cab given by its (rear, sill, belt, roof)."""
    for name in ("left", "right"):
        _paint_flank(canvas, atlas[name], m, cab)
    _paint_front(canvas, atlas["front"], m, cab)


def _paint_flank(canvas: Canvas, chart: Chart, m: HeavyModel, cab: tuple[float, float, float, float]) -> None:
    rear, sill, belt, roof = cab
    nose = m.x_m[1]
    axle = m.axles[0].x_m
    canvas.fill(
        chart, [(nose + 0.02, 0), (rear, 0), (rear, sill + 0.28), (nose + 0.02, sill + 0.28)], PLASTIC
    )
    angles = np.linspace(0, np.pi, 28)
    ring = [(axle + 0.66 * np.cos(a), m.wheel_radius_m + 0.66 * np.sin(a)) for a in angles]
    canvas.fill(chart, ring, PLASTIC)
    front, back = nose - 0.45, max(nose - 1.6, rear + 0.15)
    head = min(roof - 0.5, belt + 0.75)
    shape = [(front, belt), (front - 0.12, head), (back, head), (back, belt + 0.02)]
    canvas.fill(
        chart,
        [
            (x + (0.04 if x > front - 0.3 else -0.04), z + (0.04 if z > belt + 0.1 else -0.04))
            for x, z in shape
        ],
        FRIT,
    )
    canvas.fill(chart, shape, GLASS)
    door = [
        (front + 0.08, sill + 0.3),
        (front + 0.08, belt - 0.1),
        (front - 0.1, head + 0.08),
        (back - 0.07, head + 0.08),
        (back - 0.07, sill + 0.7),
    ]
    canvas.line(chart, door, 1.3, GAP)
    canvas.fill(
        chart,
        [
            (back + 0.05, belt - 0.2),
            (back + 0.25, belt - 0.2),
            (back + 0.25, belt - 0.14),
            (back + 0.05, belt - 0.14),
        ],
        PLASTIC,
    )
    for z in (sill + 0.05, sill + 0.2):
        canvas.fill(
            chart,
            [(front - 0.05, z), (back + 0.5, z), (back + 0.5, z + 0.05), (front - 0.05, z + 0.05)],
            _DEEP,
        )
    canvas.line(chart, [(rear + 0.08, sill + 0.3), (rear + 0.08, roof - 0.1)], 1.3, GAP)
    canvas.line(chart, [(nose, belt - 0.12), (rear, belt - 0.12)], 1.0, Surface((206, 206, 208), 255, 0.35))


def paint_screen(canvas: Canvas, chart: Chart, half: float, low: float, high: float) -> None:
    """A wide windscreen over (|y|, z): frit, glass, wipers."""
    canvas.fill(chart, [(MID, low), (half, low), (half - 0.03, high), (MID, high)], FRIT)
    canvas.fill(
        chart,
        [(MID, low + 0.05), (half - 0.05, low + 0.05), (half - 0.08, high - 0.05), (MID, high - 0.05)],
        GLASS,
    )
    for y0, y1 in ((0.1, 0.75), (-0.02, 0.02)):
        canvas.line(chart, [(y0, low + 0.03), (y1, low + 0.09)], 2.5, PLASTIC)


def _paint_front(canvas: Canvas, chart: Chart, m: HeavyModel, cab: tuple[float, float, float, float]) -> None:
    _, sill, belt, roof = cab
    half = m.blocks[0].half_width_m
    screen_low, screen_high = belt - 0.02, min(roof - 0.5, belt + 0.95)
    canvas.fill(chart, [(MID, 0), (half + 0.05, 0), (half + 0.05, sill + 0.42), (MID, sill + 0.42)], _GREY)
    canvas.fill(chart, [(MID, sill), (half, sill), (half, sill + 0.12), (MID, sill + 0.12)], PLASTIC)
    paint_screen(canvas, chart, half - 0.1, screen_low, screen_high)
    grille_low, grille_high = sill + 0.36, belt - 0.14
    canvas.fill(
        chart,
        [(MID, grille_low), (0.62 * half, grille_low), (0.7 * half, grille_high), (MID, grille_high)],
        _DEEP,
    )
    rows = 5
    for k in range(rows):
        z = grille_low + (grille_high - grille_low) * (k + 0.5) / rows
        canvas.line(chart, [(MID, z), (0.66 * half, z)], 5.0, _SLAT)
    canvas.disc(chart, (0.0, grille_high - 0.07), 0.06, Surface((196, 196, 198), 0, 0.18, 0.6))
    canvas.line(chart, [(MID, screen_high + 0.1), (half - 0.05, screen_high + 0.08)], 1.5, GAP)
    canvas.line(chart, [(MID, belt - 0.1), (half, belt - 0.1)], 1.3, GAP)
    if roof > 3.4:
        canvas.fill(
            chart,
            [
                (MID, screen_high + 0.02),
                (half - 0.12, screen_high),
                (half - 0.12, screen_high + 0.16),
                (MID, screen_high + 0.2),
            ],
            FRIT,
        )
