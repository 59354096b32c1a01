"""Props in, what towers in a street out: wire poles, wires, advertising columns, billboards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import cell_uv
from sim.scenery.stand import Color, Stand
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import Prop

__all__ = [
    "WIRES_Z_M",
    "add_advertising_column",
    "add_billboard",
    "add_cone",
    "add_poster_case",
    "add_wire_pole",
    "add_wires",
]

Rng = np.random.Generator
Floats = NDArray[np.float64]

WIRES_Z_M = (7.9, 7.9, 6.9)
"""Heights of the wires above the foot of their poles; the first two hang on a cross-arm."""
_WIRES_X_M = (-0.75, 0.75, 0.12)


def add_wire_pole(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A pole of wood or concrete with a cross-arm and insulators; the wires run along local y."""
    wooden = rng.random() < 0.6
    pole = paint_with("solid", "bark" if wooden else "concrete", Semantic.POLE)
    metal = paint_with("solid", "metal", Semantic.POLE)
    tone = float(rng.uniform(170, 240))
    stand.tube(
        pole, (0, 0, 0), (0, 0, 8.4), 0.15, (tone, tone * 0.97, tone * 0.92), end_radius_m=0.1, sides=10
    )
    stand.box(metal, (0, 0, WIRES_Z_M[0] - 0.12), (1.7, 0.09, 0.1), (120, 112, 102))
    tops = np.array([[x, 0.0, z] for x, z in zip(_WIRES_X_M, WIRES_Z_M, strict=True)])
    rise = np.array([0, 0, 0.075])
    tops[:, 2] -= 0.045
    stand.tube(metal, tops - rise, tops + rise, 0.04, (206, 204, 196), sides=6)


def add_wires(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Wires between two poles, each hanging through by a fiftieth of the span."""
    paint = paint_with("solid", "plain", Semantic.STREET_FURNITURE)
    share = np.linspace(-0.5, 0.5, 9)
    for x, z in zip(_WIRES_X_M, WIRES_Z_M, strict=True):
        sag = 0.02 * prop.length_m * (1 - 4 * share**2)
        line = np.column_stack([np.full(9, x), share * prop.length_m, z - sag])
        stand.tube(paint, line[:-1], line[1:], 0.03, (44, 44, 47), sides=4)


def add_advertising_column(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A round column covered with posters under a small roof."""
    plain = paint_with("solid", "plain", Semantic.STREET_FURNITURE)
    posters = paint_with("solid", "posters", Semantic.STREET_FURNITURE)
    tone = float(rng.uniform(60, 170))
    hue: Color = (tone, tone, tone * 0.96)
    stand.tube(plain, (0, 0, -0.05), (0, 0, 2.9), 0.6, (196, 194, 186), sides=20)
    stand.tube(plain, (0, 0, -0.05), (0, 0, 0.3), 0.64, hue, sides=20, capped=True)
    stand.tube(plain, (0, 0, 2.9), (0, 0, 3.0), 0.72, hue, sides=20)
    stand.tube(plain, (0, 0, 3.0), (0, 0, 3.35), 0.72, hue, end_radius_m=0.1, sides=20, capped=True)
    for k in range(5):
        a, b = (k + 0.06) * 2 * np.pi / 5, (k + 0.94) * 2 * np.pi / 5
        turn = np.linspace(a, b, 5)
        rim = 0.62 * np.column_stack([np.cos(turn), np.sin(turn)])
        cell = cell_uv(int(rng.integers(16)))
        low, high = 0.55 + 0.1 * float(rng.random()), 2.55 + 0.2 * float(rng.random())
        for j in range(4):
            u0, u1 = (cell[0, 0] + (cell[1, 0] - cell[0, 0]) * s for s in (j / 4, (j + 1) / 4))
            uv = np.array([[u0, cell[0, 1]], [u1, cell[0, 1]], [u1, cell[2, 1]], [u0, cell[2, 1]]])
            p, q = rim[j].tolist(), rim[j + 1].tolist()
            corners = [[*p, low], [*q, low], [*q, high], [*p, high]]
            stand.quad(posters, corners, (232, 232, 232), 235, uv)


def add_billboard(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A board 3.6 m wide on two posts, a picture on its front."""
    plain = paint_with("solid", "plain", Semantic.STREET_FURNITURE)
    posters = paint_with("solid", "posters", Semantic.STREET_FURNITURE)
    pole = paint_with("solid", "metal", Semantic.POLE)
    for y in (-1.3, 1.3):
        stand.tube(pole, (-0.1, y, -0.1), (-0.1, y, 1.2), 0.08, (92, 94, 96), sides=10)
    stand.box(plain, (-0.05, 0, 2.45), (0.12, 3.7, 2.7), (104, 106, 108))
    corners = [[0.016, -1.72, 1.22], [0.016, 1.72, 1.22], [0.016, 1.72, 3.68], [0.016, -1.72, 3.68]]
    stand.quad(posters, corners, (236, 236, 236), 240, cell_uv(int(rng.integers(16))))


def add_poster_case(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A glazed case on a foot, a poster on each side."""
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    posters = paint_with("solid", "posters", Semantic.STREET_FURNITURE)
    tone = float(rng.choice([58.0, 84.0, 150.0]))
    hue: Color = (tone, tone * 1.02, tone * 1.03)
    stand.box(metal, (0, 0, 0.25), (0.14, 0.5, 0.5), hue, 205, "zZ")
    stand.box(metal, (0, 0, 1.5), (0.2, 1.28, 2.0), hue)
    for side in (1.0, -1.0):
        x, y = 0.106 * side, 0.56 * side
        corners = [[x, -y, 0.6], [x, y, 0.6], [x, y, 2.4], [x, -y, 2.4]]
        stand.quad(posters, corners, (238, 238, 238), 240, cell_uv(int(rng.integers(16))))


def add_cone(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A traffic cone with a reflecting band."""
    plain = paint_with("solid", "plain", Semantic.STREET_FURNITURE)
    orange: Color = (214, 78, 30)
    stand.box(plain, (0, 0, 0.02), (0.38, 0.38, 0.04), (52, 50, 50), 220, "z")
    for low, high, r0, r1, hue in (
        (0.04, 0.3, 0.14, 0.1, orange),
        (0.3, 0.46, 0.1, 0.075, (236.0, 236.0, 230.0)),
        (0.46, 0.72, 0.075, 0.03, orange),
    ):
        stand.tube(plain, (0, 0, low), (0, 0, high), r0, hue, end_radius_m=r1, sides=12, capped=high > 0.7)
