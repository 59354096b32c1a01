"""Props of motorways in, what stands along them out: rails, barriers, noise walls, banks, gantries, boards.

Those with a length stand along local y, centered on their place; traffic is at their front, along local x.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from sim.scenery.atlas import cell_uv
from sim.scenery.builder import Paint
from sim.scenery.paint_motorway import MOTORWAY_BOARDS
from sim.scenery.stand import Color, Stand
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import Prop

__all__ = ["LONG_MOTORWAY_PROPS", "MOTORWAY_PROPS", "bank_height_m"]

Rng = np.random.Generator

_ZINC: Color = (172, 176, 178)
_UNDER_GANTRY_M = 5.6


def _guard_rail(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A beam of folded steel on posts, its fold toward the traffic."""
    metal = paint_with("solid", "metal", Semantic.FENCE)
    half, tone = prop.length_m / 2, float(rng.uniform(0.85, 1.05))
    hue: Color = (_ZINC[0] * tone, _ZINC[1] * tone, _ZINC[2] * tone)
    profile = np.array([[0.0, 0.44], [0.07, 0.5], [0.0, 0.58], [0.0, 0.62], [0.07, 0.69], [0.0, 0.76]])
    for (x0, z0), (x1, z1) in pairwise(profile):
        front = [[x0, -half, z0], [x0, half, z0], [x1, half, z1], [x1, -half, z1]]
        stand.quad(metal, front, hue, 235)
        stand.quad(metal, front[::-1], (hue[0] * 0.8, hue[1] * 0.8, hue[2] * 0.8), 215)
    y = np.linspace(-half, half, max(2, round(prop.length_m / 2.0) + 1))[:-1]
    posts = np.column_stack([np.full_like(y, -0.08), y, np.full_like(y, 0.36)])
    stand.box(metal, posts, (0.1, 0.06, 0.76), hue, 210, "zZ")


def _concrete_barrier(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A concrete barrier, wide at its foot, the same from both sides."""
    concrete = paint_with("solid", "concrete", Semantic.FENCE)
    half, tone = prop.length_m / 2, float(rng.uniform(170, 215))
    hue: Color = (tone, tone, tone * 0.97)
    profile = [(0.32, -0.05), (0.32, 0.08), (0.18, 0.3), (0.09, 0.9)]
    for side in (1.0, -1.0):
        for (x0, z0), (x1, z1) in pairwise(profile):
            y = half * side
            a, b = side * x0, side * x1
            stand.quad(concrete, [[a, -y, z0], [a, y, z0], [b, y, z1], [b, -y, z1]], hue, 225)
    x = profile[-1][0]
    stand.quad(concrete, [[-x, -half, 0.9], [x, -half, 0.9], [x, half, 0.9], [-x, half, 0.9]], hue, 245)


def _noise_wall(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Panels between steel posts; all walls of one seed are of one kind and height."""
    kind = str(rng.choice(["cladding", "concrete", "metal", "wood", "brick"]))
    high = float(rng.choice([2.5, 3.5, 4.5, 5.0]))
    tints: tuple[Color, ...] = (
        (150, 166, 148),
        (188, 180, 162),
        (164, 170, 176),
        (126, 142, 132),
        (196, 190, 180),
    )
    hue = tints[int(rng.integers(len(tints)))]
    stripe: Color = (hue[0] * 0.8, hue[1] * 0.84, hue[2] * 0.8)
    panel, steel = paint_with("solid", kind, Semantic.FENCE), paint_with("solid", "metal", Semantic.FENCE)
    count = max(1, round(prop.length_m / 4.0))
    edges = np.linspace(-prop.length_m / 2, prop.length_m / 2, count + 1)
    middle, wide = (edges[:-1] + edges[1:]) / 2, float(edges[1] - edges[0])
    zero = np.zeros(count)
    feet = np.column_stack([zero, middle, zero + 0.3])
    stand.box(panel, feet, (0.16, wide, 0.7), (150, 148, 144), 205, "yYz")
    high_box = (0.12, wide, high - 0.6)
    for rows, tint in ((slice(0, None, 2), hue), (slice(1, None, 2), stripe if rng.random() < 0.5 else hue)):
        at = np.column_stack([zero, middle, zero + 0.3 + high / 2])[rows]
        if len(at):
            stand.box(panel, at, high_box, tint, 232, "yYz")
    posts = np.column_stack([np.zeros(count + 1), edges, np.full(count + 1, high / 2)])
    stand.box(steel, posts, (0.26, 0.2, high + 0.16), (118, 124, 122), 215, "z")


def _embankment(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A bank of grass that rises behind its front to a level top of 6 m."""
    grass = paint_with("solid", "grass", Semantic.TERRAIN)
    half, high = prop.length_m / 2, bank_height_m(prop.seed)
    x = -1.8 * high
    profile = [
        (0.0, -0.1),
        (-0.8 * high, 0.45 * high),
        (x, high),
        (x - 6.0, high),
        (x - 0.8 * high - 8.0, -0.1),
    ]
    for (x0, z0), (x1, z1) in pairwise(profile):
        corners = [[x0, -half, z0], [x0, half, z0], [x1, half, z1], [x1, -half, z1]]
        stand.quad(grass, corners, (226, 226, 222), 240)
    for side in (1.0, -1.0):
        ring = np.array([[x, side * half, z] for x, z in profile])
        fan = np.array([[0, k, k + 1][:: int(-side)] for k in range(1, len(ring) - 1)])
        normal, uv = side * stand.axes[1], ring[:, [0, 2]] / grass.tile_m
        stand.builder.triangles(grass, stand.at(ring), normal, uv, (210.0, 210.0, 206.0, 225.0), fan)


def bank_height_m(seed: int) -> float:
    """Height of the banks of one seed."""
    return 1.6 + 0.6 * (seed % 6)


def _gantry(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A bridge of steel tubes over one carriageway with boards for those who come toward its front."""
    pole = paint_with("solid", "metal", Semantic.POLE)
    half, top = prop.length_m / 2, _UNDER_GANTRY_M + 1.9
    for y in (-half, half):
        stand.tube(pole, (-0.2, y, -0.1), (-0.2, y, top), 0.19, _ZINC, sides=12)
        stand.box(pole, (-0.2, y, 0.2), (0.7, 0.7, 0.5), (176, 174, 168), 210, "z")
    for z in (_UNDER_GANTRY_M + 0.5, top):
        for x in (-0.55, 0.0):
            stand.tube(pole, (x, -half, z), (x, half, z), 0.075, _ZINC, sides=8)
    joints = np.linspace(-half, half, max(4, 2 * round(half / 1.6)) + 1)
    low = np.column_stack([np.zeros_like(joints), joints, np.full_like(joints, _UNDER_GANTRY_M + 0.5)])
    upper = low + np.array([0.0, 0.0, top - _UNDER_GANTRY_M - 0.5])
    zigzag = np.where((np.arange(len(joints)) % 2 == 0)[:, None], low, upper)
    stand.tube(pole, zigzag[:-1], zigzag[1:], 0.04, _ZINC, sides=6)
    count = int(np.clip((prop.length_m - 3.0) // 5.4, 1, 3))
    wide = min(5.2, (prop.length_m - 2.0) / count - 0.4)
    for k in range(count):
        middle = half - (k + 0.5) * prop.length_m / count
        kind = "exit" if k == 0 and count > 1 else "ahead"
        _board(stand, _board_paints(), (0.2, middle, top - 0.6), wide, int(rng.choice(MOTORWAY_BOARDS[kind])))


def _board(
    stand: Stand, paints: tuple[Paint, Paint], at: tuple[float, float, float], wide: float, cell: int
) -> None:
    """A board twice as wide as high that looks ahead, its middle at a place."""
    (x, y, z), (face, back) = at, paints
    a, b, low, high = y - wide / 2, y + wide / 2, z - wide / 4, z + wide / 4
    corners = np.array([[x, a, low], [x, b, low], [x, b, high], [x, a, high]])
    stand.quad(face, corners, (246, 246, 246), 250, cell_uv(cell, 2, 4))
    stand.quad(back, corners[::-1] - [0.04, 0.0, 0.0], (150, 152, 154), 235)


def _exit_board(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A board on two posts beside the motorway."""
    pole = paint_with("solid", "metal", Semantic.POLE)
    for y in (-1.4, 1.4):
        stand.tube(pole, (-0.08, y, -0.1), (-0.08, y, 3.9), 0.07, _ZINC, sides=10)
    _board(stand, _board_paints(), (0.02, 0.0, 3.0), 4.4, int(rng.choice(MOTORWAY_BOARDS["exit"])))


def _board_paints() -> tuple[Paint, Paint]:
    return paint_with("solid", "motorway_boards", Semantic.SIGN), paint_with("solid", "metal", Semantic.SIGN)


def _delineator(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A white post with a dark band and a reflector on both sides."""
    plain = paint_with("solid", "plain", Semantic.POLE)
    stand.box(plain, (0, 0, 0.48), (0.1, 0.12, 1.0), (226, 226, 222), 225, "z")
    stand.box(plain, (0, 0, 0.82), (0.104, 0.124, 0.2), (30, 30, 32), 225, "zZ")
    stand.box(plain, (0, 0, 0.82), (0.112, 0.05, 0.15), (236, 214, 150), 240, "zZ")


def _emergency_phone(stand: Stand, prop: Prop, rng: Rng) -> None:
    """An orange pillar."""
    plain = paint_with("solid", "plain", Semantic.STREET_FURNITURE)
    stand.box(plain, (0, 0, 0.75), (0.34, 0.4, 1.5), (222, 104, 30), 225, "z")
    stand.box(plain, (0.172, 0, 1.15), (0.01, 0.26, 0.4), (40, 40, 42), 225)


MOTORWAY_PROPS: dict[str, Callable[[Stand, Prop, Rng], None]] = {
    "guard_rail": _guard_rail,
    "concrete_barrier": _concrete_barrier,
    "noise_wall": _noise_wall,
    "embankment": _embankment,
    "gantry": _gantry,
    "exit_board": _exit_board,
    "delineator": _delineator,
    "emergency_phone": _emergency_phone,
}
"""Kind of `Prop` -> what builds it."""

LONG_MOTORWAY_PROPS = ("guard_rail", "concrete_barrier", "noise_wall", "embankment", "gantry")
"""Those that want a length."""
