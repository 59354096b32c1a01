"""Measures in, the pieces of a bicycle or cargo bike out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import LampGroup
from sim.bodies.cycles.detail import Detail
from sim.bodies.cycles.models import Measures
from sim.bodies.cycles.rig import BARS, CRANKS, FORK, PEDAL_Y_M, PEDALS
from sim.bodies.cycles.shapes import ball, block, hoop, hull, lofted, off, tube
from sim.bodies.cycles.wheels import guards, wire_wheels
from sim.bodies.vehicles.pieces import Piece
from sim.bodies.vehicles.smoothing import Skin, smoothed

__all__ = ["bicycle_pieces"]

Floats = NDArray[np.float64]

_TUBE_M = 0.0165
_STAY_M = 0.009
_ANYWHERE_M = (0.0, 0.9)


def bicycle_pieces(m: Measures, detail: Detail) -> list[Piece]:
    """All pieces of a bicycle at one level of detail.

    Variants of bicycles: 0 city bike with a low step, chain guard and basket, 1 trekking bike with rack and
    lights, 2 road bike with dropped bars and a bottle. Cargo bikes carry a box (0) or a deck with a bag (1).
    """
    # The saddle is as high as each rider wants it; all else is made once.
    wheels, steering, rest = _apart_from_saddle(replace(m, saddle_m=_ANYWHERE_M), detail)
    frame = _frame(m, detail)
    own = smoothed([*frame, *_saddle(m, detail, narrow=_is_road(m))])
    return [*wheels, *own[: len(frame)], *steering, *own[len(frame) :], *rest]


def _is_road(m: Measures) -> bool:
    return m.shape == "bicycle" and m.variant == 2


@cache
def _apart_from_saddle(m: Measures, detail: Detail) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Wheels; fork and bars; all else but the frame and the saddle."""
    road = _is_road(m)
    wheels = wire_wheels(m, detail, "gum" if m.shape == "bicycle" and m.variant == 0 else "rubber")
    steering = _fork(m, detail) + _bars(m, detail)
    out = _drive(m, detail)
    if not road:
        surface = "paint" if m.variant == 0 else "plastic"
        out += guards(m, detail, surface, (35.0, 150.0), (30.0, 190.0))
        out += _lights(m, detail)
        out += _rack(m, detail)
    if m.shape == "bicycle" and m.variant == 0:
        out += _basket(m, detail)
    if road and detail.level < 2:
        out += _bottle(m, detail)
    if m.shape == "cargo_bike":
        out += _load(m, detail)
    made = smoothed([*wheels, *steering, *out])
    first, last = len(wheels), len(wheels) + len(steering)
    return made[:first], made[first:last], made[last:]


def _seat_line(m: Measures) -> tuple[Floats, Floats]:
    """Bottom bracket and top of the saddle, (3,) each."""
    assert m.crank_m is not None
    return np.array([m.crank_m[0], 0.0, m.crank_m[1]]), np.array([m.saddle_m[0], 0.0, m.saddle_m[1]])


def _frame(m: Measures, detail: Detail) -> list[Skin]:
    bracket, saddle = _seat_line(m)
    low, high = m.bars.at(m.head_z_m[0]), m.bars.at(m.head_z_m[1])
    up = (saddle - bracket) / np.linalg.norm(saddle - bracket)
    cluster = bracket + up * 0.46
    step = m.shape == "cargo_bike" or m.variant == 0
    tubes: list[tuple[Floats, Floats, float, str]] = [
        (bracket, cluster + 0.03 * up, _TUBE_M, "paint"),
        (cluster, saddle - 0.05 * up, 0.0135, "alloy"),
        (low - 0.02 * m.bars.direction, high, _TUBE_M * 1.15, "paint"),
    ]
    if step:
        tubes.append((bracket + up * 0.20, low + 0.05 * m.bars.direction, _TUBE_M, "paint"))
        tubes.append((bracket, low, _TUBE_M * 1.05, "paint"))
    else:
        tubes.append((cluster, high - 0.03 * m.bars.direction, _TUBE_M, "paint"))
        tubes.append((bracket, low + 0.02 * m.bars.direction, _TUBE_M * 1.15, "paint"))
    if m.shape == "cargo_bike":
        nose = m.head.at(0.52)
        tubes.append((bracket, np.array([0.80, 0.0, 0.22]), _TUBE_M * 1.3, "paint"))
        tubes.append((np.array([0.80, 0.0, 0.22]), np.array([1.56, 0.0, 0.22]), _TUBE_M * 1.3, "paint"))
        tubes.append((np.array([1.56, 0.0, 0.22]), nose, _TUBE_M * 1.2, "paint"))
        tubes.append((m.head.at(0.46), m.head.at(0.60), _TUBE_M * 1.2, "paint"))
    out = [tube([a, b], r, s, sides=detail.sides) for a, b, r, s in tubes]
    for side in (1.0, -1.0):
        axle = np.array([0.0, 0.062 * side, m.rear_radius_m])
        aside = np.array([0.0, 0.028 * side, 0.0])
        out.append(tube([axle, bracket + aside], _STAY_M, "paint", sides=max(3, detail.sides // 2)))
        out.append(tube([axle, cluster + 0.5 * aside], _STAY_M, "paint", sides=max(3, detail.sides // 2)))
    return out


def _fork(m: Measures, detail: Detail) -> list[Skin]:
    z_crown = 2 * m.front_radius_m + 0.035
    crown = m.head.at(z_crown)
    out = [tube([crown, m.head.at(z_crown + 0.06)], 0.018, "paint", sides=detail.sides, bone=FORK)]
    for side in (1.0, -1.0):
        axle = np.array([m.wheelbase_m, 0.052 * side, m.front_radius_m])
        bend = m.head.at(m.front_radius_m + 0.12) + off(0.0, 0.05 * side, 0.0)
        top = crown + off(0.0, 0.045 * side, 0.0)
        path = [axle, bend, top] if detail.level < 2 else [axle, top]
        out.append(tube(path, 0.0115, "paint", sides=max(3, detail.sides - 2), bone=FORK))
    if detail.level == 0:
        out.append(block(crown, (0.03, 0.11, 0.03), "paint", bone=FORK))
    return out


def _bars(m: Measures, detail: Detail) -> list[Skin]:
    """Stem and bars; hands lie on the grips."""
    gx, gy, gz = m.grip_m
    head = m.bars.at(m.head_z_m[1])
    if m.hoods:
        top = np.array([gx - 0.11, 0.0, gz - 0.015])
    elif m.shape == "bicycle" and m.variant == 1:
        top = np.array([gx + 0.03, 0.0, gz])
    else:
        top = np.array([gx + 0.16, 0.0, gz - 0.015])
    rise = m.bars.at(min(float(top[2]), m.head_z_m[1] + 0.09))
    out = [tube([head, rise, top], 0.0135, "alloy", sides=detail.sides, bone=BARS)]
    sides = max(3, detail.sides - 2)
    for side in (1.0, -1.0):
        hand = np.array([gx, gy * side, gz])
        if m.hoods:
            near = np.array([top[0], gy * side * 0.95, top[2]])
            drop = [
                near,
                hand + off(-0.02, 0.0, -0.01),
                hand + off(0.045, 0.0, -0.04),
                hand + off(0.03, 0.0, -0.10),
                hand + off(-0.05, 0.0, -0.125),
                hand + off(-0.10, 0.0, -0.12),
            ]
            out.append(tube([top, near], 0.013, "black", sides=sides, bone=BARS))
            out.append(tube(drop, 0.014, "black", sides=sides, bone=BARS))
            if detail.level < 2:
                hood = [
                    hand + off(-0.02, 0.0, -0.008),
                    hand + off(0.055, 0.0, 0.0),
                    hand + off(0.085, 0.0, 0.035),
                ]
                out.append(tube(hood, (0.017, 0.017, 0.010), "rubber", sides=sides, bone=BARS))
        else:
            # Grips point back along the forearm as bars are bent.
            back = np.array([0.10, 0.0, 0.0]) if gx + 0.1 < top[0] else np.array([0.015, 0.0, 0.0])
            inner = hand - [0.0, 0.055 * side, 0.0] + back * 0.55
            outer = hand + off(0.0, 0.055 * side, 0.0) - back * 0.45
            bend = np.array([top[0], 0.55 * inner[1], top[2]])
            out.append(tube([top, bend, inner, outer], 0.011, "alloy", sides=sides, bone=BARS))
            out.append(tube([inner, outer], 0.0165, "rubber", sides=sides, bone=BARS))
            if detail.level == 0:
                lever = [
                    inner + off(0.02, -0.02 * side, -0.005),
                    hand + off(0.06, 0.0, -0.02),
                    outer + off(0.05, 0, -0.03),
                ]
                out.append(tube(lever, 0.005, "alloy", sides=4, bone=BARS))
    if detail.level == 0 and not m.hoods:
        out.append(ball(top + off(0.01, 0.07, 0.03), (0.025, 0.025, 0.02), "chrome", bone=BARS))
    return out


def _saddle(m: Measures, detail: Detail, *, narrow: bool) -> list[Skin]:
    x, z = m.saddle_m
    wide = 0.070 if narrow else 0.088
    sides = {0: 10, 1: 6, 2: 4}[detail.level]
    sections = [
        (x - 0.115, z - 0.028, wide * 0.55, 0.012),
        (x - 0.095, z - 0.024, wide * 0.95, 0.022),
        (x - 0.04, z - 0.022, wide, 0.022),
        (x + 0.03, z - 0.020, wide * 0.5, 0.018),
        (x + 0.12, z - 0.020, 0.024, 0.014),
        (x + 0.15, z - 0.024, 0.014, 0.008),
    ]
    if detail.level:
        sections = sections[1:5]
    out = [hull(sections, "seat" if narrow or m.variant else "leather", sides=sides)]
    if detail.level == 0:
        for side in (1.0, -1.0):
            rail = [(x - 0.08, 0.022 * side, z - 0.04), (x + 0.09, 0.018 * side, z - 0.04)]
            out.append(tube(rail, 0.0045, "steel", sides=4))
        out.append(block((x, 0.0, z - 0.05), (0.05, 0.045, 0.03), "black"))
    return out


def _drive(m: Measures, detail: Detail) -> list[Skin]:
    assert m.crank_m is not None
    x, z = m.crank_m
    out = [tube([(x, -0.05, z), (x, 0.05, z)], 0.021, "paint", sides=detail.sides)]
    ring = 0.088
    if detail.level < 2:
        flat = ((0.0, -0.046), (0.0, -0.042), (-0.02, -0.042), (-0.02, -0.046))
        out.append(hoop((x, 0.0, z), ring, flat, "steel", segments=detail.around // 2 * 2, bone=CRANKS))
    if detail.level == 0:
        for k in range(5):
            angle = 2 * np.pi * k / 5
            tip = (x + ring * 0.85 * np.cos(angle), -0.044, z + ring * 0.85 * np.sin(angle))
            out.append(tube([(x, -0.044, z), tip], 0.006, "steel", sides=4, bone=CRANKS))
    for side, bone in zip((1.0, -1.0), PEDALS, strict=True):
        end = (x, (PEDAL_Y_M - 0.052) * side, z + side * m.crank_length_m)
        begin = (x, 0.058 * side, z)
        out.append(tube([begin, end], (0.013, 0.0095), "alloy", sides=max(3, detail.sides // 2), bone=CRANKS))
        if detail.level == 0:
            out.append(tube([(x, 0.03 * side, z), begin], 0.012, "steel", sides=6, bone=CRANKS))
        pedal = (x, PEDAL_Y_M * side, z + side * m.crank_length_m)
        out.append(block(pedal, (0.085, 0.09, 0.022), "plastic", bone=bone))
        if detail.level == 0:
            for along in (-0.045, 0.045):
                at = (pedal[0] + along, pedal[1], pedal[2])
                out.append(block(at, (0.004, 0.06, 0.014), "reflector", bone=bone))
    cog = 0.036
    covered = m.shape == "cargo_bike" or m.variant == 0
    axle = (0.0, 0.0, m.rear_radius_m)
    if covered:
        case = [(x + ring + 0.03, z), (x, z + ring + 0.022), (0.0, axle[2] + 0.06)]
        case += [(-0.07, axle[2]), (0.0, axle[2] - 0.06), (x, z - ring - 0.022)]
        out.append(_plate(case, -0.056, 0.022, "black"))
    elif detail.level < 2:
        for up in (1.0, -1.0):
            run = [(x, -0.044, z + up * ring), (0.0, -0.044, axle[2] + up * cog)]
            out.append(tube(run, 0.0045, "steel", sides=3))
        flat = ((0.0, -0.05), (0.0, -0.03), (-0.025, -0.03), (-0.025, -0.05))
        out.append(hoop(axle, cog, flat, "steel", segments=12, bone=2))
    return out


def _plate(outline_xz: list[tuple[float, float]], y_m: float, thick_m: float, surface: str) -> Skin:
    """A flat case along the middle plane."""
    flat = np.array(outline_xz)
    rings = [np.column_stack([flat[:, 0], np.full(len(flat), y), flat[:, 1]]) for y in (y_m, y_m + thick_m)]
    return lofted(np.array(rings), surface)


def _lights(m: Measures, detail: Detail) -> list[Skin]:
    front = m.bars.at(m.head_z_m[0] + 0.10) + off(0.055, 0.0, 0.0)
    rear = np.array([-m.rear_radius_m * 0.8, 0.0, m.rear_radius_m * 1.68])
    if m.shape == "cargo_bike":
        front = np.array([1.72, 0.0, 0.70])
    bone = 0 if m.shape == "cargo_bike" else BARS
    out = [ball(front, (0.012, 0.024, 0.024), "head", sides=detail.sides, bone=bone, lamp=LampGroup.HEAD)]
    if detail.level == 0:
        case = [front + off(-0.06, 0, 0), front + off(-0.005, 0, 0)]
        out.append(tube(case, (0.012, 0.027), "black", sides=8, bone=bone))
    out.append(block(rear, (0.02, 0.06, 0.04), "tail", lamp=LampGroup.TAIL))
    return out


def _rack(m: Measures, detail: Detail) -> list[Skin]:
    z = 2 * m.rear_radius_m + 0.05
    x0, x1 = -0.30, 0.11
    out = []
    for side in (1.0, -1.0):
        rail = [(x1, 0.05 * side, z), (x0, 0.06 * side, z)]
        out.append(tube(rail, 0.006, "black", sides=max(3, detail.sides // 2)))
        if detail.level < 2:
            legs = [(-0.02, 0.07 * side, m.rear_radius_m), (-0.10, 0.06 * side, z)]
            out.append(tube(legs, 0.005, "black", sides=3))
    if detail.level == 0:
        out += [tube([(x, -0.06, z), (x, 0.06, z)], 0.005, "black", sides=4) for x in (x0, -0.16, -0.02, x1)]
    if m.shape == "bicycle" and m.variant == 1:
        bag = (-0.13, -0.12, z - 0.17)
        out.append(block(bag, (0.30, 0.11, 0.32), "cloth"))
    return out


def _basket(m: Measures, detail: Detail) -> list[Skin]:
    front = m.bars.at(m.head_z_m[1]) + off(0.225, 0.0, 0.04)
    lower, upper = np.array([0.13, 0.16]), np.array([0.15, 0.19])
    height = 0.22
    rings = []
    for level, (half, z) in enumerate(
        ((lower, -height / 2), (upper, height / 2), (upper * 0.93, height / 2))
    ):
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        rings.append(np.column_stack([corners, np.full(4, z)]) + front)
        if level == 2:
            inner = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * lower * 0.9
            rings.append(np.column_stack([inner, np.full(4, -height / 2 + 0.02)]) + front)
    shell = np.array(rings if detail.level < 2 else rings[:2])
    out = [lofted(shell, "wicker", bone=BARS, crease_rad=0.5)]
    if detail.level < 2:
        stem = m.bars.at(m.head_z_m[1] + 0.02)
        for side in (1.0, -1.0):
            arm = [stem + off(0.0, 0.02 * side, 0.0), front + off(0.05, 0.09 * side, -0.5 * height - 0.005)]
            out.append(tube(arm, 0.006, "steel", sides=3, bone=BARS))
    return out


def _bottle(m: Measures, detail: Detail) -> list[Skin]:
    bracket, _ = _seat_line(m)
    low = m.bars.at(m.head_z_m[0])
    way = (low - bracket) / np.linalg.norm(low - bracket)
    up = np.array([-way[2], 0.0, way[0]])
    begin = bracket + way * 0.20 + up * 0.055
    path = [begin, begin + way * 0.14, begin + way * 0.16, begin + way * 0.19]
    return [tube(path, (0.036, 0.036, 0.022, 0.018), "white", sides=detail.sides)]


def _load(m: Measures, detail: Detail) -> list[Skin]:
    x0, x1, floor = 1.06, 1.60, 0.26
    if m.variant == 0:
        rings = []
        for half_x, half_y, z in (
            (0.25, 0.26, floor),
            (0.31, 0.31, 0.74),
            (0.29, 0.29, 0.74),
            (0.24, 0.25, 0.30),
        ):
            corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [half_x, half_y]
            rings.append(np.column_stack([corners + np.array([(x0 + x1) / 2, 0.0]), np.full(4, z)]))
        return [lofted(np.array(rings if detail.level < 2 else rings[:2]), "wood", crease_rad=0.4)]
    bag = [(x0, floor + 0.2, 0.24, 0.18), (x0 + 0.08, floor + 0.23, 0.27, 0.21)]
    bag += [(x1 - 0.08, floor + 0.23, 0.27, 0.21), (x1, floor + 0.2, 0.24, 0.18)]
    deck = block(((x0 + x1) / 2, 0.0, floor), (x1 - x0 + 0.1, 0.56, 0.03), "wood")
    return [deck, hull(bag, "cloth", sides=4 if detail.level else 10, square=0.5)]
