"""The picture of a heavy vehicle: which painter does which side."""

from __future__ import annotations

from sim.bodies.vehicles.atlas import Canvas, Chart, Surface
from sim.bodies.vehicles.heavy.measures import HeavyModel
from sim.bodies.vehicles.heavy.paint_bus import paint_bus
from sim.bodies.vehicles.heavy.paint_cab import paint_cab
from sim.bodies.vehicles.heavy.paint_cargo import paint_cargo
from sim.bodies.vehicles.heavy.paint_small import paint_heavy_lamps, paint_heavy_wheel

__all__ = ["paint_heavy"]


def paint_heavy(canvas: Canvas, atlas: dict[str, Chart], m: HeavyModel) -> None:
    """Paints everything but the glyphs."""
    canvas.rectangle(_box(atlas["cargo"]), Surface(m.cargo_srgb, 0, 0.5))
    canvas.rectangle(_box(atlas["load"]), Surface((104, 88, 70), 0, 0.95, 0.02))
    if m.shape == "bus":
        paint_bus(canvas, atlas, m)
    else:
        paint_cargo(canvas, atlas, m)
        if m.cab is not None:
            paint_cab(canvas, atlas, m, m.cab)
    paint_heavy_wheel(canvas, atlas["wheel"])
    paint_heavy_lamps(canvas, atlas)


def _box(chart: Chart) -> tuple[float, float, float, float]:
    left, top, right, bottom = chart.box_px
    return (float(left), float(top), float(right), float(bottom))
