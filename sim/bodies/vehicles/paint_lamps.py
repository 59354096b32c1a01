"""Painted lamp clusters: what lenses look like unlit, and where they shine."""

from __future__ import annotations

import numpy as np

from sim.bodies.body import LampGroup
from sim.bodies.vehicles.atlas import Canvas, Chart, Surface
from sim.bodies.vehicles.lamps import Cluster, head_cluster, tail_cluster
from sim.bodies.vehicles.proportions import Proportions

__all__ = ["paint_lamps"]

_HOUSING = Surface((30, 32, 35), 0, 0.08, 0.06)
_RIB = Surface((58, 60, 64), 0, 0.12, 0.1)
_CHROME_RING = Surface((120, 123, 128), 0, 0.12, 0.3)
_BULB_EDGE = Surface((104, 108, 116), 0, 0.06, 0.12, 0.8)
_REFLECTOR = Surface((128, 132, 138), 0, 0.10, 0.22)
_BULB = Surface((160, 164, 170), 0, 0.06, 0.12, 1.0)
_DAYLIGHT = Surface((215, 220, 226), 0, 0.12, 0.08, 0.55)
_AMBER_CLEAR = Surface((196, 132, 60), 0, 0.10, 0.08, 1.0)
_RED = Surface((112, 8, 9), 0, 0.10, 0.06, 0.55)
_RED_BRIGHT = Surface((150, 12, 10), 0, 0.10, 0.06, 1.0)
_RED_DARK = Surface((62, 5, 6), 0, 0.12, 0.06, 0.15)
_CLEAR = Surface((172, 172, 172), 0, 0.10, 0.10)
_FRAME = Surface((16, 8, 9), 0, 0.2, 0.05)


def _box(a0: float, b0: float, a1: float, b1: float) -> list[tuple[float, float]]:
    return [(a0, b0), (a1, b0), (a1, b1), (a0, b1)]


def _paint_head(canvas: Canvas, chart: Chart, cluster: Cluster, style: str) -> None:
    canvas.fill(chart, _box(0, 0, 1, 1), _HOUSING)
    spots = {"slim": (0.18, 0.42), "round": (0.36,), "angular": (0.24, 0.54)}[style]
    if style == "slim":
        low, radius = 0.50, 0.30
        canvas.line(chart, [(0.03, 0.10), (0.60, 0.10)], 4.0, _DAYLIGHT)
    elif style == "round":
        low, radius = 0.50, 0.42
    else:
        low, radius = 0.62, 0.30
        canvas.line(chart, [(0.05, 0.10), (0.97, 0.12)], 5.0, _DAYLIGHT)
    length = cluster.girth_m[1] - cluster.girth_m[0]
    height = cluster.top_m[0] - cluster.bottom_m[0]
    squeeze = height / length
    for a in spots:
        _paint_bowl(canvas, chart, (a, low), (radius * squeeze, radius))
    # The ribs of the housing's floor and the edges between its chambers.
    for a in np.arange(0.06, 0.97, 0.045):
        canvas.line(chart, [(a, 0.02), (a, 0.08)], 1.0, _RIB)
    for a in spots[1:]:
        canvas.line(chart, [((a + spots[0]) / 2, 0.16), ((a + spots[0]) / 2, 0.95)], 1.5, _FRAME)
    for box, group in cluster.tiles:
        if group is LampGroup.LEFT:
            a0, b0, a1, b1 = box
            canvas.fill(
                chart,
                _box(a0 + 0.03, b0 + 0.12, a1 - 0.05, b1 - 0.12),
                Surface((92, 70, 44), 0, 0.1, 0.1, 0.5),
            )
            canvas.fill(chart, _box(a0 + 0.05, b0 + 0.2, a1 - 0.09, b1 - 0.2), _AMBER_CLEAR)
    canvas.line(chart, [(0.0, 0.97), (1.0, 0.97)], 2.0, _REFLECTOR)


def _paint_bowl(
    canvas: Canvas, chart: Chart, center: tuple[float, float], radii: tuple[float, float]
) -> None:
    """A reflector, dark under its upper rim and bright toward the lower one, and the lens before it."""
    x, y = center
    _ellipse(canvas, chart, center, (1.25 * radii[0], 1.25 * radii[1]), _CHROME_RING)
    _ellipse(canvas, chart, center, (1.16 * radii[0], 1.16 * radii[1]), _HOUSING)
    for k, share in enumerate(np.linspace(1.05, 0.72, 6)):
        gray = 44 + 25 * k
        surface = Surface((gray, gray + 3, gray + 7), 0, 0.10, 0.22)
        _ellipse(canvas, chart, (x, y - 0.05 * k * radii[1]), (share * radii[0], share * radii[1]), surface)
    _ellipse(canvas, chart, center, (0.68 * radii[0], 0.68 * radii[1]), _BULB)
    for share in (0.50, 0.24):
        _ring(canvas, chart, center, (share * radii[0], share * radii[1]), _BULB_EDGE)


def _ring(
    canvas: Canvas, chart: Chart, center: tuple[float, float], radii: tuple[float, float], surface: Surface
) -> None:
    angles = np.linspace(0, 2 * np.pi, 37)
    ring = np.array(center) + np.stack([radii[0] * np.cos(angles), radii[1] * np.sin(angles)], 1)
    canvas.line(chart, ring, 1.2, surface)


def _ellipse(
    canvas: Canvas, chart: Chart, center: tuple[float, float], radii: tuple[float, float], surface: Surface
) -> None:
    angles = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    ring = np.array(center) + np.stack([radii[0] * np.cos(angles), radii[1] * np.sin(angles)], 1)
    canvas.fill(chart, ring, surface)


def _paint_tail(canvas: Canvas, chart: Chart, cluster: Cluster) -> None:
    canvas.fill(chart, _box(0, 0, 1, 1), _RED_DARK)
    looks = {
        LampGroup.TAIL: (_RED_DARK, _RED),
        LampGroup.BRAKE: (_RED_DARK, _RED_BRIGHT),
        LampGroup.LEFT: (
            Surface((120, 62, 30), 0, 0.1, 0.08, 0.4),
            Surface((190, 104, 34), 0, 0.1, 0.06, 1.0),
        ),
        LampGroup.NONE: (Surface((110, 104, 104), 0, 0.1, 0.1), _CLEAR),
    }
    for (a0, b0, a1, b1), group in cluster.tiles:
        rim, lens = looks[group]
        canvas.fill(chart, _box(a0, b0, a1, b1), rim)
        canvas.fill(chart, _box(a0 + 0.03, b0 + 0.04, a1 - 0.03, b1 - 0.04), lens)
        canvas.line(chart, [(a0, b1), (a1, b1)], 1.5, _FRAME)
        _paint_prisms(canvas, chart, (a0, b0, a1, b1), rim)
        if group is LampGroup.TAIL:
            middle = (b0 + b1) / 2
            canvas.line(
                chart,
                [(a0 + 0.05, middle), (a1 - 0.06, middle)],
                3.0,
                Surface((205, 40, 32), 0, 0.1, 0.06, 0.8),
            )
    canvas.line(chart, [(0, 0.005), (1, 0.005), (1, 0.995), (0, 0.995), (0, 0.005)], 2.5, _FRAME)


def _paint_prisms(
    canvas: Canvas, chart: Chart, box: tuple[float, float, float, float], edge: Surface
) -> None:
    """The grid of small prisms behind a lens."""
    a0, b0, a1, b1 = box
    for a in np.arange(a0 + 0.06, a1 - 0.04, 0.055):
        canvas.line(chart, [(a, b0 + 0.05), (a, b1 - 0.05)], 1.0, edge)
    for b in np.arange(b0 + 0.10, b1 - 0.06, 0.075):
        canvas.line(chart, [(a0 + 0.04, b), (a1 - 0.04, b)], 0.6, edge)


def paint_lamps(canvas: Canvas, charts: dict[str, Chart], p: Proportions) -> None:
    """Paints the head and tail clusters; emission is where the lamp shines when it is on."""
    _paint_head(canvas, charts["head"], head_cluster(p), p.lamp)
    _paint_tail(canvas, charts["tail"], tail_cluster(p))
