"""Props of car parks and schools in, shelters with trolleys, single trolleys, gates, bicycle sheds out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.scenery.atlas import cell_uv
from sim.scenery.paint_boards import BOARD_CELLS
from sim.scenery.stand import Color, Stand
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import Prop

__all__ = ["LONG_SHOP_PROPS", "SHOP_PROPS"]

Rng = np.random.Generator

_STEEL: Color = (176, 180, 182)
_GRIPS: tuple[Color, ...] = ((196, 40, 36), (40, 90, 170), (40, 130, 70), (230, 150, 40))


def _trolley_shelter(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A roof of sheet on four posts over two rows of nested trolleys; its front is open."""
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    roof = paint_with("solid", "roof_sheet", Semantic.STREET_FURNITURE)
    posts = [(x, y, 1.1) for x in (-2.1, 1.9) for y in (-1.05, 1.05)]
    stand.box(metal, posts, (0.07, 0.07, 2.2), (84, 90, 94), 215, "zZ")
    stand.box(roof, (-0.1, 0, 2.26), (4.6, 2.5, 0.09), (206, 210, 212))
    for y in (-1.05, 0.0, 1.05):
        for z in (0.35, 0.95):
            stand.tube(metal, (-2.1, y, z), (1.9, y, z), 0.03, _STEEL)
    grip = _GRIPS[prop.seed % len(_GRIPS)]
    for y in (-0.53, 0.53):
        for k in range(int(rng.integers(4, 14))):
            _basket(stand, (-1.55 + 0.24 * k, y), grip)


def _trolley(stand: Stand, prop: Prop, rng: Rng) -> None:
    """One left behind."""
    _basket(stand, (0.0, 0.0), _GRIPS[prop.seed % len(_GRIPS)])


def _basket(stand: Stand, at: tuple[float, float], grip: Color) -> None:
    """A trolley that looks along x: a basket of wire on four wheels, and its grip."""
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    x, y = at
    wheels = [(x + dx, y + dy, 0.07) for dx in (-0.38, 0.38) for dy in (-0.2, 0.2)]
    stand.box(metal, wheels, (0.12, 0.04, 0.13), (30, 30, 32), 180)
    stand.box(metal, (x, y, 0.2), (0.8, 0.44, 0.03), _STEEL, 200)
    for z, wide in ((0.5, 0.44), (0.66, 0.48), (0.82, 0.52)):
        stand.box(metal, [(x, y - wide / 2, z), (x, y + wide / 2, z)], (0.84, 0.012, 0.012), _STEEL)
        stand.box(metal, [(x - 0.42, y, z), (x + 0.42, y, z)], (0.012, wide, 0.012), _STEEL)
    uprights = [(x + dx, y + side * 0.24, 0.64) for dx in (-0.4, -0.2, 0.0, 0.2, 0.4) for side in (-1, 1)]
    stand.box(metal, uprights, (0.012, 0.012, 0.38), _STEEL, skip="zZ")
    stand.box(metal, (x, y, 0.45), (0.84, 0.46, 0.015), _STEEL, 190)
    stand.box(metal, [(x - 0.4, y - 0.22, 0.58), (x - 0.4, y + 0.22, 0.58)], (0.03, 0.03, 0.8), _STEEL)
    stand.box(metal, (x - 0.46, y, 0.98), (0.04, 0.5, 0.04), grip)


def _school_gate(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Two pillars, a beam over the opening, whose width is the length, and leaves that are folded back."""
    stone = paint_with("solid", "brick" if prop.seed % 2 else "ashlar", Semantic.FENCE)
    metal, board = paint_with("solid", "metal", Semantic.FENCE), paint_with("solid", "plain", Semantic.SIGN)
    half, hue = prop.length_m / 2, _GRIPS[prop.seed % len(_GRIPS)]
    for side in (-1.0, 1.0):
        y = side * (half + 0.25)
        stand.box(stone, (0, y, 1.25), (0.5, 0.5, 2.5), (216, 208, 198), 220, "z")
        stand.box(stone, (0, y, 2.56), (0.62, 0.62, 0.14), (206, 202, 194))
        rails = [(-0.25 - half / 2, side * half, z) for z in (0.2, 1.5)]
        stand.box(metal, rails, (half, 0.05, 0.06), hue)
        bars = [(-0.3 - x, side * half, 0.86) for x in np.arange(0.0, half, 0.14).tolist()]
        stand.box(metal, bars, (0.025, 0.025, 1.3), hue, skip="zZ")
    stand.box(metal, (0, 0, 2.95), (0.12, prop.length_m + 1.0, 0.1), hue)
    stand.box(metal, [(0, -half - 0.25, 2.8), (0, half + 0.25, 2.8)], (0.1, 0.1, 0.4), hue)
    wide = min(prop.length_m, 3.6) / 2
    stand.box(board, (0, 0, 3.28), (0.06, 2 * wide, 0.5 * wide), (96, 98, 100))
    low, high = 3.28 - wide / 4, 3.28 + wide / 4
    face = [[0.034, -wide, low], [0.034, wide, low], [0.034, wide, high], [0.034, -wide, high]]
    written = paint_with("solid", "boards", Semantic.SIGN)
    stand.quad(written, face, (244, 244, 244), 245, cell_uv(int(rng.choice(BOARD_CELLS["name"])), 2, 8))


def _bicycle_shed(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A roof over a wall and arches for bicycles, along y."""
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    roof = paint_with("solid", "roof_sheet", Semantic.STREET_FURNITURE)
    half = prop.length_m / 2
    y = np.linspace(-half, half, max(2, round(prop.length_m / 2.5) + 1))
    back, front = (
        np.column_stack([np.full_like(y, x), y, np.full_like(y, z)]) for x, z in ((-1.0, 1.05), (0.9, 1.2))
    )
    stand.box(metal, np.concatenate([back, front]), (0.07, 0.07, 2.1), (84, 90, 94), 215, "zZ")
    stand.box(roof, (-0.05, 0, 2.3), (2.3, prop.length_m + 0.4, 0.08), (200, 204, 206))
    stand.box(metal, (-1.02, 0, 1.1), (0.03, prop.length_m, 1.7), (150, 158, 156), 210)
    arches = np.arange(-half + 0.4, half, 0.8)
    for x in (-0.45, 0.25):
        legs = np.column_stack([np.full_like(arches, x), arches, np.full_like(arches, 0.4)])
        stand.box(metal, legs, (0.04, 0.04, 0.8), _STEEL, 220, "z")
    tops = np.column_stack([np.full_like(arches, -0.1), arches, np.full_like(arches, 0.8)])
    stand.box(metal, tops, (0.74, 0.04, 0.04), _STEEL)


SHOP_PROPS: dict[str, Callable[[Stand, Prop, Rng], None]] = {
    "trolley_shelter": _trolley_shelter,
    "trolley": _trolley,
    "school_gate": _school_gate,
    "bicycle_shed": _bicycle_shed,
}
"""Kind of `Prop` -> what builds it."""

LONG_SHOP_PROPS = ("school_gate", "bicycle_shed")
"""Those that want a length."""
