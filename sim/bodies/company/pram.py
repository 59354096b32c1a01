"""Measures in, the skins of a pram out: one with a carrycot (0), a buggy with a seat (1)."""

from __future__ import annotations

import numpy as np

from sim.bodies.company.models import wheeled
from sim.bodies.company.parts import mirrored_tubes, panel, wheel
from sim.bodies.company.rig import FRONT, REAR
from sim.bodies.cycles.detail import Detail
from sim.bodies.cycles.shapes import block, hull, lofted, tube
from sim.bodies.vehicles.smoothing import Skin

__all__ = ["PRAM_BAR_M", "pram_skins"]

PRAM_BAR_M = (-0.34, 1.02)
"""X and z of the bar that is pushed, in the body frame of every pram."""


def pram_skins(variant: int, detail: Detail) -> list[Skin]:
    """All pieces at one level of detail."""
    w = wheeled("pram", variant)
    out = []
    for bone, x, radius, aside in (
        (FRONT, w.wheelbase_m, w.front_radius_m, w.front_y_m),
        (REAR, 0.0, w.rear_radius_m, w.rear_y_m),
    ):
        for side in (1.0, -1.0):
            out += wheel((x, side * aside, radius), radius, 0.02, detail, bone)
    return out + _frame(variant, detail) + (_carrycot(detail) if variant == 0 else _seat(detail))


def _frame(variant: int, detail: Detail) -> list[Skin]:
    w = wheeled("pram", variant)
    x, z = PRAM_BAR_M
    y = 0.24
    long = [
        (x, y, z),
        (-0.05, y, 0.62),
        (0.30, 0.23, 0.36),
        (w.wheelbase_m, w.front_y_m - 0.04, w.front_radius_m),
    ]
    thick = 0.015 if detail.level < 2 else 0.018
    out = mirrored_tubes(long, thick, "alloy" if variant == 0 else "black", detail)
    legs = [(0.12, 0.225, 0.50), (0.0, w.rear_y_m - 0.04, w.rear_radius_m)]
    out += mirrored_tubes(legs, thick, "alloy" if variant == 0 else "black", detail)
    out.append(tube([(x, -y - 0.015, z), (x, y + 0.015, z)], 0.019, "seat", sides=detail.sides))
    if detail.level < 2:
        axle = [(0.0, -w.rear_y_m, w.rear_radius_m), (0.0, w.rear_y_m, w.rear_radius_m)]
        out.append(tube(axle, 0.011, "steel", sides=detail.sides))
    out.append(block((0.26, 0.0, 0.29), (0.46, 0.36, 0.13), "cloth"))
    return out


def _carrycot(detail: Detail) -> list[Skin]:
    sides = {0: 14, 1: 10, 2: 8}[detail.level]
    cot = [
        (-0.14, 0.66, 0.13, 0.08),
        (-0.10, 0.645, 0.195, 0.125),
        (0.52, 0.645, 0.205, 0.125),
        (0.62, 0.655, 0.17, 0.10),
        (0.66, 0.67, 0.10, 0.06),
    ]
    cover = [(0.17, 0.775, 0.19, 0.035), (0.34, 0.785, 0.20, 0.04), (0.58, 0.765, 0.16, 0.03)]
    return [
        hull(cot, "fabric", sides=sides, square=0.55),
        hull(cover, "fabric", sides=sides, square=0.6),
        _hood((0.10, 0.74), 0.31, 0.205, (-0.05, 0.95), detail),
    ]


def _seat(detail: Detail) -> list[Skin]:
    out = [
        panel([(0.16, 0.50, 0.17, 0.0, 0.03), (0.46, 0.53, 0.17, 0.0, 0.03)], "fabric"),
        panel([(0.14, 0.49, 0.17, 0.03, 0.01), (0.00, 0.92, 0.17, 0.03, 0.01)], "fabric"),
        panel([(0.46, 0.53, 0.14, 0.02, 0.02), (0.60, 0.30, 0.13, 0.02, 0.02)], "fabric"),
        _hood((0.04, 0.80), 0.30, 0.19, (-0.15, 0.75), detail),
        # A child below a blanket: round enough to be one, too plain to be anybody.
        hull([(0.10, 0.60, 0.09, 0.05), (0.16, 0.64, 0.125, 0.09), (0.42, 0.62, 0.12, 0.075),
              (0.52, 0.59, 0.07, 0.04)], "white", sides={0: 12, 1: 8, 2: 6}[detail.level], square=0.8),
    ]  # fmt: skip
    if detail.level < 2:
        bar = [
            (0.18, 0.19, 0.70),
            (0.46, 0.17, 0.74),
            (0.47, 0.0, 0.745),
            (0.46, -0.17, 0.74),
            (0.18, -0.19, 0.70),
        ]
        out.append(tube(bar, 0.014, "seat", sides=detail.sides))
    return out


def _hood(
    hinge: tuple[float, float], radius: float, half: float, turns: tuple[float, float], detail: Detail
) -> Skin:
    """A folding hood: cloth over bows that fan out from a hinge, closed below.

    Args:
        hinge: x and z of the hinge.
        radius: of the bows.
        half: half their width.
        turns: angles of the first and last bow from straight up, backward positive, in half turns.
        detail: how fine.
    """
    bows, across = {0: (7, 9), 1: (5, 7), 2: (4, 5)}[detail.level]
    x, z = hinge
    rings = []
    for turn in np.linspace(turns[0], turns[1], bows) * (np.pi / 2):
        arch = np.linspace(0, np.pi, across)
        out, side = np.sin(arch) ** 0.55 * radius, np.cos(arch) * half
        bow = np.stack([x - out * np.sin(turn), side, z + out * np.cos(turn)], -1)
        rings.append(bow)
    return lofted(np.array(rings), "fabric", crease_rad=0.9)
