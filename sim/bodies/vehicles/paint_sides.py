"""The picture of a car's flank and of its top: windows, doors, sills, arches, seams."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.atlas import MID, Canvas, Chart, Surface
from sim.bodies.vehicles.glazing import Glazing, Pane
from sim.bodies.vehicles.livery import paint_livery
from sim.bodies.vehicles.proportions import Proportions

__all__ = ["FRIT", "GAP", "GLASS", "PLASTIC", "paint_side", "paint_top"]

Floats = NDArray[np.float64]

GAP = Surface((34, 34, 35), 255, 0.7, 0.02, 0.0, 0.35)
PLASTIC = Surface((19, 19, 20), 0, 0.55, 0.035)
FRIT = Surface((9, 9, 10), 0, 0.12, 0.05)
GLASS = Surface((13, 16, 17), 0, 0.03, 0.07)
_COVER = Surface((27, 27, 28), 0, 0.8, 0.03)
_CHROME = Surface((196, 196, 198), 0, 0.18, 0.6)
_LIGHT = Surface((246, 246, 246), 255, 0.30, 0.045)
_SHADE = Surface((205, 206, 208), 255, 0.32, 0.045, 0.0, 0.85)


def _arc(
    x: float, z: float, radius: float, start: float = 0.0, end: float = np.pi
) -> list[tuple[float, float]]:
    return [(x + radius * np.cos(a), z + radius * np.sin(a)) for a in np.linspace(start, end, 28)]


def _paint_windows(canvas: Canvas, chart: Chart, p: Proportions, glass: Glazing) -> None:
    whole = [glass.outline(pane, 0.035) for pane in glass.panes]
    for outline in whole:
        canvas.fill(chart, outline, FRIT)
    for a, b in pairwise(glass.panes):
        joint = Pane(a.rear_m, b.front_m)
        canvas.fill(chart, glass.outline(joint, 0.035), FRIT)
    if p.chrome:
        for outline in whole:
            canvas.line(chart, outline[:8], 2.0, _CHROME)
    for pane in glass.panes:
        canvas.fill(chart, glass.outline(pane), GLASS)


def _paint_doors(canvas: Canvas, chart: Chart, p: Proportions, glass: Glazing) -> None:
    sill = p.cladding_m + 0.05
    hinge, middle, end = glass.door_x_m

    def seam(x: float, bend: float) -> list[tuple[float, float]]:
        top = glass.waist_m(x)
        return [(x - 0.01, top + 0.03), (x, top - 0.15), (x + bend, 0.55), (x + bend, sill)]

    canvas.line(chart, seam(hinge, 0.05), 1.3, GAP)
    canvas.line(chart, seam(middle, 0.02), 1.3, GAP)
    reach = p.arch_radius_m
    if p.shape == "van":
        canvas.line(chart, seam(end, 0.0), 1.3, GAP)
        last = end
        rail = glass.waist_m(end) - 0.09
        canvas.line(chart, [(end, rail), (p.tail_x_m + 0.15, rail)], 2.0, GAP)
        for t in (0.08, 0.55, 0.9):
            canvas.line(
                chart,
                [(middle - 0.1, glass.z_m(middle, t)), (p.tail_x_m + 0.15, glass.z_m(end, t))],
                1.0,
                _SHADE,
            )
    elif p.doors == 1:
        last = middle
    else:
        last = reach + 0.10
        top = glass.waist_m(end)
        wide = reach + 0.06
        start = float(np.arccos(min(end / wide, 1.0)))
        around = _arc(0.0, p.wheel_radius_m, wide, start, 0.2) if end < wide else [(end, 0.5)]
        last = min(around[-1][0], last)
        canvas.line(chart, [(end - 0.02, top + 0.03), (end, top - 0.15), *around, (last, sill)], 1.3, GAP)
    canvas.line(chart, [(hinge + 0.05, sill), (last, sill)], 1.2, GAP)
    for x in glass.handle_x_m:
        z = glass.waist_m(x) - 0.13
        recess = [
            (x + 0.085 + 0.075 * np.cos(a), z + 0.026 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 20)
        ]
        canvas.fill(chart, recess, Surface((150, 150, 152), 255, 0.35, 0.045, 0.0, 0.6))


def _paint_seams(canvas: Canvas, chart: Chart, p: Proportions, glass: Glazing) -> None:
    nose, tail = p.nose_x_m, p.tail_x_m
    front_arch, rear_arch = p.wheelbase_m + p.arch_radius_m, -p.arch_radius_m
    # Character lines: light above, shade below.
    waist = [(x, glass.waist_m(x) - 0.085) for x in np.linspace(p.wheelbase_m + 0.1, tail + 0.30, 16)]
    canvas.line(chart, waist, 2.0, _LIGHT)
    canvas.line(chart, [(x, z - 0.014) for x, z in waist], 2.5, _SHADE)
    low = [
        (p.wheelbase_m - p.arch_radius_m - 0.08, p.cladding_m + 0.17),
        (p.arch_radius_m + 0.1, p.cladding_m + 0.21),
    ]
    canvas.line(chart, low, 3.0, _SHADE)
    canvas.line(chart, [(x, z + 0.014) for x, z in low], 1.5, _LIGHT)
    # Bumpers end where the wings begin.
    canvas.line(
        chart, [(front_arch + 0.01, 0.56), (nose - 0.36, 0.57), (nose - 0.34, p.nose_z_m - 0.04)], 1.1, GAP
    )
    canvas.line(chart, [(rear_arch - 0.01, 0.56), (tail + 0.30, 0.60), (tail + 0.05, 0.60)], 1.1, GAP)


def paint_side(canvas: Canvas, chart: Chart, p: Proportions, glass: Glazing, livery: str = "") -> None:
    """Paints the flank over (x, z)."""
    nose, tail = p.nose_x_m, p.tail_x_m
    paint_livery(canvas, chart, p, glass, livery)
    canvas.fill(chart, [(nose, 0), (tail, 0), (tail, p.cladding_m), (nose, p.cladding_m)], PLASTIC)
    for axle in (0.0, p.wheelbase_m):
        if p.shape in ("suv", "pickup"):
            canvas.fill(
                chart,
                [
                    *_arc(axle, p.wheel_radius_m, p.arch_radius_m + 0.055),
                    (axle - p.arch_radius_m - 0.05, 0.2),
                    (axle + p.arch_radius_m + 0.05, 0.2),
                ],
                PLASTIC,
            )
        else:
            canvas.line(chart, _arc(axle, p.wheel_radius_m, p.arch_radius_m + 0.03), 2.0, _LIGHT)
        canvas.fill(
            chart,
            _arc(axle, p.wheel_radius_m, p.arch_radius_m + 0.008),
            Surface((12, 12, 12), 0, 0.8, 0.03, 0.0, 0.5),
        )
    _paint_seams(canvas, chart, p, glass)
    _paint_doors(canvas, chart, p, glass)
    _paint_windows(canvas, chart, p, glass)


def _paint_bed(canvas: Canvas, chart: Chart, p: Proportions, front: float) -> None:
    """The soft cover of a loading bed: panels between rails."""
    w, tail = p.half_width_m, p.tail_x_m + 0.10
    front -= 0.06
    canvas.fill(chart, [(front, MID), (front, 0.86 * w), (tail, 0.85 * w), (tail, MID)], _COVER)
    for x in np.linspace(tail, front, 5)[1:-1]:
        canvas.line(chart, [(x, MID), (x, 0.84 * w)], 2.0, FRIT)
    canvas.line(chart, [(front, 0.82 * w), (tail, 0.81 * w)], 2.5, PLASTIC)


def paint_top(canvas: Canvas, chart: Chart, p: Proportions, glass: Glazing) -> None:
    """Paints bonnet, roof and boot lid over (x, |y|)."""
    w, nose = p.half_width_m, p.nose_x_m
    cowl = nose - p.cowl_m
    canvas.line(chart, [(nose - 0.16, 0.80 * w), (cowl + 0.05, 0.845 * w)], 1.3, GAP)
    canvas.fill(
        chart,
        [(cowl + 0.09, MID), (cowl + 0.05, 0.84 * w), (cowl - 0.10, 0.86 * w), (cowl - 0.10, MID)],
        PLASTIC,
    )
    crease = [(nose - 0.30, 0.44 * w), (cowl + 0.15, 0.55 * w)]
    canvas.line(chart, crease, 2.5, _LIGHT)
    canvas.line(chart, [(x, y + 0.016) for x, y in crease], 2.5, _SHADE)
    boot = p.tail_x_m + p.boot_m
    if p.shape == "pickup":
        _paint_bed(canvas, chart, p, boot)
    if p.shape in ("sedan", "coupe"):
        canvas.line(chart, [(p.tail_x_m + 0.10, 0.74 * w), (boot - 0.05, 0.76 * w)], 1.3, GAP)
    front, rear = glass.eaves_m[0, 0], glass.eaves_m[-1, 0]
    edge = p.roof_ratio * w * 0.80
    if p.roof == "glass":
        canvas.fill(
            chart, [(front - 0.06, MID), (front - 0.10, edge), (rear + 0.35, edge), (rear + 0.35, MID)], FRIT
        )
    elif p.shape == "van":
        for y in (0.2, 0.45, 0.7):
            canvas.line(chart, [(front - 0.2, y * w), (rear + 0.15, y * w)], 2.0, _SHADE)
    else:
        canvas.line(chart, [(front - 0.05, edge * 1.08), (rear + 0.05, edge * 1.08)], 1.2, GAP)
