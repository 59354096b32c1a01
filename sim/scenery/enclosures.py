"""Props with a length in, what closes gardens, pavements and road works out: fences, walls, railings.

All stand along local y, centered on their place; all of their pixels are of the class fence.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import cell_uv
from sim.scenery.builder import Paint
from sim.scenery.paint_boards import BOARD_CELLS
from sim.scenery.stand import Color, Stand
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import Prop

__all__ = ["ENCLOSURES"]

Rng = np.random.Generator
Floats = NDArray[np.float64]

_SUNK_M = 0.06
"""Ground beside a pavement lies a little lower: what stands there reaches down to it."""

_STAINS = ((214.0, 214.0, 220.0), (178.0, 186.0, 200.0), (140.0, 156.0, 184.0), (118.0, 132.0, 128.0))
"""Tints of wood: fresh, weathered, grey, dark."""

_GRAIN_UV = np.array([[0.0, 0.07], [0.0, 0.23], [1.6, 0.23], [1.6, 0.07]])
"""Grain along an upright slat, within one board of the texture."""


def _fence_paint(surface: str) -> Paint:
    return paint_with("solid", surface, Semantic.FENCE)


def _stain(rng: Rng) -> Color:
    return _STAINS[int(rng.integers(len(_STAINS)))]


def _posts(length_m: float, apart_m: float) -> Floats:
    return np.linspace(-length_m / 2, length_m / 2, max(2, round(length_m / apart_m) + 1))


def _bars(
    stand: Stand, paint: Paint, y: Floats, x_m: float, low_m: float, high_m: float, width_m: float, rgb: Color
) -> None:
    """Upright bars or slats seen from both sides."""
    center = np.column_stack([np.full_like(y, x_m), y, np.full_like(y, (low_m + high_m) / 2)])
    stand.box(paint, center, (width_m, width_m, high_m - low_m), rgb, 225, "yYzZ")


def _uprights(
    stand: Stand, paint: Paint, y: Floats, x_m: float, high_m: float, wide_m: float, rgb: Color
) -> None:
    center = np.column_stack([np.full_like(y, x_m), y, np.full_like(y, (high_m - _SUNK_M) / 2)])
    stand.box(paint, center, (wide_m, wide_m, high_m + _SUNK_M), rgb, 220, "z")


def _iron(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Upright iron bars between two rails, some on a low wall."""
    metal = _fence_paint("metal")
    tone = float(rng.choice([38.0, 60.0, 120.0]))
    hue: Color = (tone, tone * 1.03, tone)
    length, high = prop.length_m, float(rng.uniform(1.0, 1.5))
    base = 0.0
    if rng.random() < 0.4:
        base = float(rng.uniform(0.3, 0.5))
        stone = float(rng.uniform(150, 220))
        stand.box(
            _fence_paint("concrete"),
            (0, 0, (base - _SUNK_M) / 2),
            (0.26, length, base + _SUNK_M),
            (stone, stone, stone * 0.97),
            205,
            "z",
        )
    _uprights(stand, metal, _posts(length, 2.2), 0.0, high, 0.06, hue)
    for z in (base + 0.14, high - 0.07):
        stand.box(metal, (0, 0, z), (0.035, length, 0.045), hue)
    bars = np.arange(-length / 2 + 0.12, length / 2 - 0.05, 0.12)
    _bars(stand, metal, bars, 0.0, base + 0.08, high + 0.05, 0.022, hue)


def _picket(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Pointed slats on two rails."""
    is_painted = rng.random() < 0.45
    wood, beam = _fence_paint("plain" if is_painted else "wood"), _fence_paint("plain")
    tone = float(rng.uniform(150, 225))
    hue: Color = (tone, tone * 0.99, tone * 0.96) if is_painted else _stain(rng)
    dark: Color = hue if is_painted else (hue[0] * 0.55, hue[1] * 0.43, hue[2] * 0.31)
    length, high = prop.length_m, float(rng.uniform(0.85, 1.25))
    wide, pitch = 0.09, float(rng.choice([0.12, 0.14, 0.17]))
    _uprights(stand, beam, _posts(length, 2.0), -0.06, high - 0.12, 0.09, dark)
    for z in (0.28, high - 0.25):
        stand.box(beam, (-0.025, 0, z), (0.04, length, 0.08), dark)
    y = np.arange(-length / 2 + wide / 2, length / 2 - wide / 2, pitch)
    high_each = high + rng.normal(0, 0.006, len(y))
    for x, side in ((0.02, 1.0), (0.0, -1.0)):
        at = np.full_like(y, x)
        left, right = y - side * wide / 2, y + side * wide / 2
        low, neck = np.full_like(y, 0.05), high_each - 0.07
        corners = [(left, low), (right, low), (right, neck), (left, neck)]
        stand.quad(wood, np.stack([np.stack([at, a, z], -1) for a, z in corners], 1), hue, 225, _GRAIN_UV)
        tip = [(left, neck), (right, neck), (y + side * 0.012, high_each), (y - side * 0.012, high_each)]
        stand.quad(wood, np.stack([np.stack([at, a, z], -1) for a, z in tip], 1), hue, 235, _GRAIN_UV)


def _panel(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Closed panels of boards between posts."""
    wood, high = _fence_paint("wood"), float(rng.uniform(1.4, 1.9))
    base = np.array(_stain(rng))
    posts = _posts(prop.length_m, 1.9)
    concrete = rng.random() < 0.35
    _uprights(
        stand, _fence_paint("concrete" if concrete else "wood"), posts, 0.0, high + 0.05, 0.1, (205, 200, 194)
    )
    middle = (posts[:-1] + posts[1:]) / 2
    for y, width in zip(middle.tolist(), np.diff(posts).tolist(), strict=True):
        tone = base * rng.uniform(0.88, 1.08)
        hue: Color = (float(tone[0]), float(tone[1]), float(tone[2]))
        stand.box(wood, (0, y, high / 2 + 0.02), (0.045, width - 0.1, high - 0.06), hue, 225, "yY")


def _mesh(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Mats of welded wire between thin posts, green or grey."""
    metal = _fence_paint("metal")
    hue: Color = ((44, 84, 62), (70, 74, 78), (150, 154, 156))[int(rng.integers(3))]
    length, high = prop.length_m, float(rng.choice([1.0, 1.25, 1.8]))
    _uprights(stand, metal, _posts(length, 2.5), -0.04, high + 0.06, 0.06, hue)
    for z in np.arange(0.06, high, 0.2).tolist():
        stand.box(metal, (0, 0, z), (0.012, length, 0.012), hue, 225, "yYzZ")
    _bars(stand, metal, np.arange(-length / 2 + 0.05, length / 2, 0.1), 0.01, 0.02, high + 0.02, 0.01, hue)


def _rails(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Posts and a few level boards with air between them."""
    is_painted = rng.random() < 0.4
    wood = _fence_paint("plain" if is_painted else "wood")
    tone = float(rng.uniform(140, 220))
    hue: Color = (tone, tone * 0.98, tone * 0.95) if is_painted else _stain(rng)
    count, high = int(rng.integers(2, 6)), float(rng.uniform(0.8, 1.2))
    _uprights(stand, wood, _posts(prop.length_m, 2.0), -0.06, high, 0.1, hue)
    for z in np.linspace(0.25, high - 0.08, count).tolist():
        stand.box(wood, (0, 0, z), (0.03, prop.length_m, 0.12), hue)


def _wall(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A garden wall of brick, stone or render with a coping and piers."""
    surface = str(rng.choice(["brick", "brick_alt", "brick", "render", "ashlar"]))
    body, cap = _fence_paint(surface), _fence_paint("concrete")
    tone = float(rng.uniform(150, 205) if surface == "render" else rng.uniform(190, 245))
    hue: Color = (tone, tone * 0.99, tone * 0.97)
    length, high = prop.length_m, float(rng.choice([0.6, 0.8, 1.1, 1.7]) * rng.uniform(0.9, 1.1))
    stand.box(body, (0, 0, (high - _SUNK_M) / 2), (0.22, length, high + _SUNK_M), hue, 215, "zZ")
    grey: Color = (196, 194, 190)
    stand.box(cap, (0, 0, high + 0.03), (0.3, length + 0.04, 0.07), grey, 240)
    piers = _posts(length, 3.4)
    center = np.column_stack([np.zeros_like(piers), piers, np.full_like(piers, (high + 0.06) / 2)])
    stand.box(body, center, (0.34, 0.34, high + 0.18), hue, 215, "zZ")
    top = np.column_stack([np.zeros_like(piers), piers, np.full_like(piers, high + 0.19)])
    stand.box(cap, top, (0.42, 0.42, 0.08), grey, 240)


def _railing(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A guard rail along a kerb: steel tubes, between them bars, crosses or nothing."""
    metal = _fence_paint("metal")
    hue: Color = ((150, 154, 156), (52, 56, 58), (46, 78, 62), (196, 198, 196))[int(rng.integers(4))]
    length, high, filling = prop.length_m, 1.05, int(rng.integers(3))
    posts = _posts(length, 2.0)
    foot = np.column_stack([np.zeros_like(posts), posts, np.zeros_like(posts)])
    stand.tube(metal, foot, foot + np.array([0, 0, high]), 0.032, hue)
    for z in (high, 0.18, *((0.6,) if filling == 0 else ())):
        stand.tube(metal, (0, -length / 2, z), (0, length / 2, z), 0.026, hue)
    if filling == 1:
        _bars(
            stand, metal, np.arange(-length / 2 + 0.11, length / 2 - 0.05, 0.11), 0.0, 0.18, high, 0.02, hue
        )
    elif filling == 2:
        low, top = foot + np.array([0, 0, 0.18]), foot + np.array([0, 0, high])
        stand.tube(metal, np.concatenate([low[:-1], top[:-1]]), np.concatenate([top[1:], low[1:]]), 0.02, hue)


def _barrier(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A striped board of road works on feet, with a second one near the ground."""
    plastic, stripes = _fence_paint("plain"), _fence_paint("boards")
    count = max(1, round(prop.length_m))
    edges = np.linspace(-prop.length_m / 2, prop.length_m / 2, count + 1)
    uv = cell_uv(int(rng.choice(BOARD_CELLS["stripes"])), 2, 8)
    for low, high in ((0.78, 1.03), (0.12, 0.28)):
        for x, side in ((0.02, 1), (-0.02, -1)):
            a, b = (edges[:-1], edges[1:])[::side]
            corners = [(a, low), (b, low), (b, high), (a, high)]
            points = [np.stack([np.full(count, x), y, np.full(count, z)], -1) for y, z in corners]
            stand.quad(stripes, np.stack(points, 1), (244, 244, 244), 240, uv)
    posts = _posts(prop.length_m, 2.0)
    zero = np.zeros_like(posts)
    center = np.column_stack([zero, posts, zero + 0.52])
    stand.box(plastic, center, (0.032, 0.06, 1.04), (206, 64, 40), 220)
    stand.box(plastic, np.column_stack([zero, posts, zero + 0.04]), (0.36, 0.2, 0.08), (48, 48, 50), 200, "z")


ENCLOSURES: dict[str, Callable[[Stand, Prop, Rng], None]] = {
    "fence": _iron,
    "fence_picket": _picket,
    "fence_panel": _panel,
    "fence_mesh": _mesh,
    "fence_rails": _rails,
    "garden_wall": _wall,
    "railing": _railing,
    "barrier": _barrier,
}
"""Kind of `Prop` -> what builds it; each wants a length."""
