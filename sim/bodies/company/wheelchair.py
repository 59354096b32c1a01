"""Measures in, the skins of a wheelchair out: pushed by its rims or driven by a motor, two models each."""

from __future__ import annotations

import numpy as np

from sim.bodies.company.models import chair_measures, wheeled
from sim.bodies.company.parts import mirrored_tubes, panel, wheel
from sim.bodies.company.rig import FRONT, REAR
from sim.bodies.cycles.detail import Detail
from sim.bodies.cycles.shapes import ball, block, hoop, hull, off, tube
from sim.bodies.vehicles.smoothing import Skin

__all__ = ["wheelchair_skins"]


def wheelchair_skins(shape: str, variant: int, detail: Detail) -> list[Skin]:
    """All pieces at one level of detail."""
    w, manual = wheeled(shape, variant), shape == "wheelchair"
    out = []
    for side in (1.0, -1.0):
        front = (w.wheelbase_m, side * w.front_y_m, w.front_radius_m)
        # From afar a wheel and the rim beside it are one ring.
        far = manual and detail.level == 2
        rear = (0.0, side * (w.rear_y_m + 0.024 * far), w.rear_radius_m)
        out += wheel(front, w.front_radius_m, 0.014 if manual else 0.03, detail, FRONT)
        spokes = 14 if manual else 5
        out += wheel(
            rear, w.rear_radius_m, 0.034 if far else 0.014 if manual else 0.04, detail, REAR, spokes=spokes
        )
        if manual and detail.level < 2:
            rim = (0.0, side * (w.rear_y_m + 0.04), w.rear_radius_m)
            flat = ((0.0, -0.009), (0.0, 0.009), (-0.018, 0.009), (-0.018, -0.009))
            around = detail.around // 2 * 2
            out.append(hoop(rim, w.rear_radius_m - 0.025, flat, "alloy", segments=around, bone=REAR))
    return out + (_manual(variant, detail) if manual else _powered(variant, detail))


def _manual(variant: int, detail: Detail) -> list[Skin]:
    w, m = wheeled("wheelchair", variant), chair_measures("wheelchair", variant)
    back = 0.86 if variant == 0 else 0.74
    x, y = m.saddle_m[0] - 0.18, 0.20
    foot_x, _, foot_z = m.rest_m
    seat = [
        panel([(x + 0.02, 0.475, y, 0.0, 0.022), (x + 0.42, 0.495, y, 0.0, 0.022)], "seat"),
        panel([(x, 0.47, y, 0.016, 0.0), (x - 0.05, back, y, 0.016, 0.0)], "seat"),
    ]
    frame = [
        [(x - 0.055, y, back + 0.02), (x, y, 0.45), (x + 0.42, y, 0.46), (foot_x - 0.14, 0.17, 0.24),
         (foot_x - 0.06, 0.13, foot_z)],
        [(x, y, 0.46), (0.0, y, w.rear_radius_m), (w.wheelbase_m - 0.04, y, 0.22), (x + 0.40, y, 0.46)],
        [(w.wheelbase_m - 0.04, y, 0.24), (w.wheelbase_m, w.front_y_m, w.front_radius_m)],
    ]  # fmt: skip
    out = list(seat)
    for path in frame if detail.level < 2 else frame[:2]:
        out += mirrored_tubes(path, 0.013, "paint", detail)
    out.append(block((foot_x, 0.0, foot_z - 0.012), (0.17, 0.30, 0.014), "black"))
    if variant == 0:
        grips = [(x - 0.05, y, back + 0.01), (x - 0.17, y, back + 0.01)]
        out += mirrored_tubes(grips, 0.017, "rubber", detail)
        for side in (1.0, -1.0):
            out.append(block((x + 0.20, side * (y + 0.02), 0.68), (0.26, 0.045, 0.03), "seat"))
            out.append(block((x + 0.18, side * (y + 0.022), 0.575), (0.32, 0.008, 0.19), "black"))
    if detail.level == 0:
        axle = [(0.0, -w.rear_y_m, w.rear_radius_m), (0.0, w.rear_y_m, w.rear_radius_m)]
        out.append(tube(axle, 0.012, "steel", sides=detail.sides))
    return out


def _powered(variant: int, detail: Detail) -> list[Skin]:
    m = chair_measures("powered_wheelchair", variant)
    sx, sz = m.saddle_m
    x, half = sx - 0.18, 0.225
    foot_x, _, foot_z = m.rest_m
    sides = {0: 12, 1: 8, 2: 6}[detail.level]
    base = [
        (-0.20, 0.27, 0.16, 0.07),
        (-0.12, 0.29, 0.21, 0.13),
        (0.40, 0.27, 0.20, 0.12),
        (0.52, 0.25, 0.14, 0.07),
    ]
    out = [
        hull(base, "paint", sides=sides, square=0.5),
        tube([(0.12, 0.0, 0.38), (0.12, 0.0, sz - 0.09)], 0.06, "black", sides=detail.sides),
        panel([(x, sz - 0.06, half, 0.0, 0.045), (x + 0.46, sz - 0.04, half, 0.0, 0.045)], "seat"),
        panel([(x - 0.01, sz, half, 0.04, 0.0), (x - 0.10, sz + 0.56, half - 0.03, 0.035, 0.0)], "seat"),
        block((foot_x, 0.0, foot_z - 0.014), (0.22, 0.34, 0.018), "black"),
    ]
    stem = [(x + 0.44, 0.0, sz - 0.08), (foot_x - 0.10, 0.0, foot_z + 0.02), (foot_x, 0.0, foot_z - 0.01)]
    out.append(tube(stem, 0.024, "black", sides=detail.sides))
    for side in (1.0, -1.0):
        arm = (x + 0.24, side * (half + 0.03), sz + 0.145)
        out.append(block(arm, (0.36, 0.06, 0.035), "seat"))
        post = [(x + 0.02, side * (half + 0.03), sz - 0.05), (x + 0.06, side * (half + 0.03), sz + 0.14)]
        out.append(tube(post, 0.014, "black", sides=detail.sides))
    lever = np.array([x + 0.46, -(half + 0.03), sz + 0.165])
    if variant == 1:
        out.append(ball((x - 0.12, 0.0, sz + 0.66), (0.04, 0.12, 0.07), "seat", sides=sides))
    if detail.level < 2:
        out.append(block(lever, (0.09, 0.07, 0.035), "plastic"))
        out.append(tube([lever, lever + off(0.0, 0.0, 0.055)], (0.008, 0.012), "black", sides=detail.sides))
    return out
