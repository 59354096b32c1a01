"""Measures in, the pieces of a motorcycle, motor scooter or kick scooter out."""

from __future__ import annotations

import numpy as np

from sim.bodies.body import LampGroup
from sim.bodies.cycles.detail import Detail
from sim.bodies.cycles.models import Measures
from sim.bodies.cycles.plate import PLATE_SIZE_M, plate_m, tail_m
from sim.bodies.cycles.rig import BARS, FORK
from sim.bodies.cycles.shapes import ball, block, hull, lofted, off, tube
from sim.bodies.cycles.wheels import cast_wheels, guards, wire_wheels
from sim.bodies.vehicles.smoothing import Skin

__all__ = ["kick_scooter_skins", "motor_scooter_skins", "motorcycle_skins"]

_INDICATORS = ((1.0, LampGroup.LEFT), (-1.0, LampGroup.RIGHT))


def motorcycle_skins(m: Measures, detail: Detail) -> list[Skin]:
    """All pieces of a motorcycle: a roadster (0) or a cruiser (1)."""
    cruiser = m.variant == 1
    sx, sz = m.saddle_m
    sides = {0: 12, 1: 8, 2: 6}[detail.level]
    out = wire_wheels(m, detail) if cruiser else cast_wheels(m, detail, 5)
    out += guards(m, detail, "paint" if cruiser else "plastic", (40.0, 160.0), (50.0, 150.0))
    tank = [
        (sx + 0.16, sz + 0.02, 0.07, 0.05),
        (sx + 0.22, sz + 0.06, 0.12, 0.10),
        (sx + 0.36, sz + 0.09, 0.155, 0.125),
        (sx + 0.50, sz + 0.09, 0.15, 0.115),
        (sx + 0.58, sz + 0.07, 0.08, 0.07),
    ]
    out.append(hull(tank, "paint", sides=sides))
    out += _seat(m, detail)
    out.append(hull([(0.42, 0.33, 0.10, 0.06), (0.46, 0.42, 0.16, 0.16), (0.80, 0.42, 0.16, 0.17),
                     (0.86, 0.40, 0.10, 0.10)], "engine", sides=sides, square=0.45))  # fmt: skip
    if detail.level < 2:
        cylinder = [(0.70, 0.0, 0.52), (0.80, 0.0, 0.70)]
        out.append(tube(cylinder, (0.10, 0.115), "engine", sides=detail.sides + 2))
        if cruiser:
            out.append(
                tube([(0.60, 0.0, 0.52), (0.52, 0.0, 0.70)], (0.10, 0.115), "engine", sides=detail.sides)
            )
        spine = [m.head.at(0.84), off(sx + 0.2, 0.0, sz - 0.06), off(0.0, 0.0, sz - 0.1)]
        out.append(tube(spine, 0.03, "black", sides=detail.sides))
        out.append(
            tube(
                [m.head.at(0.78), off(0.92, 0.0, 0.36), off(0.42, 0.0, 0.28)],
                0.022,
                "black",
                sides=detail.sides,
            )
        )
    for side in (1.0, -1.0):
        arm = [(0.0, 0.105 * side, m.rear_radius_m), (0.44, 0.085 * side, 0.38)]
        out.append(tube(arm, (0.022, 0.03), "black", sides=detail.sides))
        if detail.level < 2:
            spring = [(0.06, 0.12 * side, m.rear_radius_m + 0.04), (0.14, 0.12 * side, sz - 0.1)]
            out.append(tube(spring, 0.024, "chrome" if cruiser else "steel", sides=detail.sides))
            peg_x, peg_z = m.rest_m[0] - 0.01, m.rest_m[2] - 0.015
            peg = [(peg_x, 0.15 * side, peg_z), (peg_x, (m.rest_m[1] + 0.05) * side, peg_z)]
            out.append(tube(peg, 0.014, "rubber", sides=detail.sides))
    pipe = [
        (0.86, -0.06, 0.60),
        (0.95, -0.09, 0.42),
        (0.80, -0.13, 0.26),
        (0.30, -0.17, 0.27),
        (-0.15, -0.19, 0.36),
    ]
    radius = (0.02, 0.022, 0.024, 0.04, 0.048)
    out.append(tube(pipe, radius, "chrome" if cruiser else "steel", sides=detail.sides))
    out += _heavy_fork(m, detail)
    out += _wide_bars(m, detail)
    out += _lamps(m, detail, headlamp_z=m.head_z_m[1] - 0.04)
    return out


def _seat(m: Measures, detail: Detail) -> list[Skin]:
    x, z = m.saddle_m
    sides = {0: 10, 1: 6, 2: 5}[detail.level]
    low = 0.05 if m.variant else 0.0
    sections = [
        (x - 0.56, z + 0.02, 0.06, 0.03),
        (x - 0.46, z + 0.02, 0.10, 0.05),
        (x - 0.22, z - 0.005 + low, 0.125, 0.055),
        (x - 0.10, z - 0.055, 0.13, 0.06),
        (x + 0.08, z - 0.055, 0.12, 0.055),
        (x + 0.20, z - 0.04, 0.07, 0.05),
    ]
    tail = [
        (x - 0.60, z - 0.02, 0.05, 0.03),
        (x - 0.3, z - 0.08, 0.11, 0.06),
        (x + 0.05, z - 0.12, 0.11, 0.05),
    ]
    return [hull(sections, "seat", sides=sides), hull(tail, "paint", sides=sides)]


def _heavy_fork(m: Measures, detail: Detail) -> list[Skin]:
    out = []
    aside = m.tyre_m + 0.035
    for side in (1.0, -1.0):
        axle = np.array([m.wheelbase_m, aside * side, m.front_radius_m])
        shift = [0.0, aside * side, 0.0]
        middle = m.head.at(m.front_radius_m + 0.28) + shift
        top = m.head.at(m.head_z_m[1] + 0.02) + shift
        out.append(tube([axle, middle], 0.028, "engine", sides=detail.sides, bone=FORK))
        out.append(tube([middle, top], 0.021, "chrome", sides=detail.sides, bone=FORK))
    if detail.level < 2:
        for z in (m.head_z_m[0], m.head_z_m[1]):
            out.append(block(m.head.at(z), (0.05, 2 * aside + 0.05, 0.035), "black", bone=FORK))
    return out


def _wide_bars(m: Measures, detail: Detail) -> list[Skin]:
    """A wide bar with grips, levers, mirrors and a clock."""
    gx, gy, gz = m.grip_m
    middle = m.bars.at(m.head_z_m[1] + 0.05)
    sides, out = max(3, detail.sides - 2), []
    for side in (1.0, -1.0):
        inner, outer = (
            np.array([gx + 0.02, (gy - 0.07) * side, gz]),
            np.array([gx - 0.02, (gy + 0.06) * side, gz - 0.005]),
        )
        bend = np.array([middle[0], 0.1 * side, max(middle[2], gz - 0.05)])
        out.append(tube([middle, bend, inner, outer], 0.0115, "black", sides=sides, bone=BARS))
        out.append(tube([inner, outer], 0.018, "rubber", sides=sides, bone=BARS))
        if detail.level < 2:
            root = inner + off(0.02, -0.03 * side, 0.02)
            head = root + off(0.05, 0.11 * side, 0.15)
            out.append(tube([root, head], 0.006, "black", sides=3, bone=BARS))
            out.append(ball(head, (0.012, 0.065, 0.042), "black", sides=detail.sides, bone=BARS))
            glass = head - np.array([0.0115, 0.0, 0.0])
            out.append(ball(glass, (0.004, 0.055, 0.034), "mirror", sides=detail.sides, bone=BARS))
        if detail.level == 0:
            lever = [
                inner + off(0.04, -0.02 * side, 0.0),
                inner + off(0.075, 0.05 * side, -0.01),
                outer + off(0.06, 0, -0.01),
            ]
            out.append(tube(lever, 0.006, "alloy", sides=4, bone=BARS))
    if detail.level == 0:
        out.append(ball(middle + off(0.03, 0.0, 0.05), (0.025, 0.05, 0.045), "black", sides=10, bone=BARS))
    return out


def _lamps(m: Measures, detail: Detail, headlamp_z: float) -> list[Skin]:
    """Head lamp on the fork, tail and brake lamp, indicators at both ends, a bare plate."""
    front = m.head.at(headlamp_z) + off(0.14, 0.0, 0.0)
    out = [
        tube([front + off(-0.10, 0, 0), front + off(-0.02, 0, 0), front], (0.05, 0.083, 0.085), "black",
             sides=detail.sides + 2, bone=FORK),
        ball(front, (0.018, 0.074, 0.074), "head", sides=detail.sides + 2, bone=FORK, lamp=LampGroup.HEAD),
    ]  # fmt: skip
    x, z = tail_m(m)
    out.append(block((x - 0.02, 0.0, z), (0.05, 0.15, 0.05), "tail", lamp=LampGroup.TAIL))
    out.append(block((x - 0.035, 0.0, z), (0.04, 0.07, 0.035), "tail", lamp=LampGroup.BRAKE))
    for side, lamp in _INDICATORS:
        ahead = front + off(-0.05, 0.15 * side, -0.06)
        behind = np.array([x, 0.14 * side, z - 0.06])
        if detail.level < 2:
            out.append(tube([front + off(-0.06, 0, -0.06), ahead], 0.007, "black", sides=3, bone=FORK))
            out.append(tube([(x + 0.03, 0.0, z - 0.04), behind], 0.007, "black", sides=3))
        out.append(
            ball(ahead, (0.025, 0.028, 0.022), "amber", sides=max(4, detail.sides), bone=FORK, lamp=lamp)
        )
        out.append(ball(behind, (0.025, 0.028, 0.022), "amber", sides=max(4, detail.sides), lamp=lamp))
    if detail.level < 2:
        out.append(block(plate_m(m), (0.006, *PLATE_SIZE_M), "white"))
    return out


def motor_scooter_skins(m: Measures, detail: Detail) -> list[Skin]:
    """All pieces of a motor scooter: leg shield, floor, a seat over the engine; variant 1 has a top box."""
    sides = {0: 12, 1: 8, 2: 6}[detail.level]
    out = cast_wheels(m, detail, 5, "alloy")
    rear = [
        (-0.36, 0.56, 0.05, 0.06),
        (-0.30, 0.55, 0.12, 0.13),
        (-0.12, 0.50, 0.165, 0.19),
        (0.14, 0.50, 0.17, 0.20),
        (0.36, 0.50, 0.15, 0.20),
        (0.46, 0.48, 0.12, 0.18),
    ]
    seat = [(-0.33, 0.74, 0.07, 0.03), (-0.22, 0.745, 0.12, 0.05), (0.05, 0.74, 0.14, 0.055),
            (0.30, 0.735, 0.12, 0.055), (0.46, 0.71, 0.06, 0.04)]  # fmt: skip
    out += [hull(rear, "paint", sides=sides), hull(seat, "seat", sides=sides)]
    floor = [
        (0.36, 0.27, 0.15, 0.035),
        (0.48, 0.27, 0.19, 0.03),
        (0.88, 0.27, 0.19, 0.03),
        (0.96, 0.30, 0.17, 0.03),
    ]
    out.append(hull(floor, "plastic", sides=max(6, sides // 2 * 2), square=0.4))
    out.append(_shield(detail))
    nose = [(0.98, 0.62, 0.06, 0.20), (1.03, 0.62, 0.08, 0.24), (1.09, 0.62, 0.06, 0.20)]
    out.append(hull(nose, "paint", sides=sides))
    fender = [
        (1.04, 0.40, 0.05, 0.03),
        (1.14, 0.47, 0.085, 0.05),
        (1.31, 0.475, 0.09, 0.045),
        (1.46, 0.38, 0.07, 0.04),
    ]
    out.append(hull(fender, "paint", sides=sides, bone=FORK))
    if detail.level < 2:
        out.append(
            tube([(1.31, 0.07, 0.225), (1.18, 0.07, 0.42)], 0.022, "black", sides=detail.sides, bone=FORK)
        )
        out.append(
            tube([(0.0, -0.15, 0.24), (-0.22, -0.16, 0.30)], (0.04, 0.055), "steel", sides=detail.sides)
        )
    gx, _, gz = m.grip_m
    helm = [
        (gx - 0.01, gz - 0.01, 0.10, 0.05),
        (gx + 0.06, gz - 0.01, 0.13, 0.075),
        (gx + 0.14, gz - 0.02, 0.07, 0.06),
    ]
    out.append(hull(helm, "paint", sides=sides, bone=BARS))
    out.append(tube([m.head.at(0.60), m.head.at(gz - 0.05)], 0.03, "paint", sides=detail.sides, bone=BARS))
    out += _wide_bars(m, detail)
    lamp = np.array([gx + 0.135, 0.0, gz - 0.015])
    out.append(
        ball(lamp, (0.02, 0.062, 0.052), "head", sides=detail.sides + 2, bone=BARS, lamp=LampGroup.HEAD)
    )
    out.append(block((-0.35, 0.0, 0.60), (0.05, 0.14, 0.07), "tail", lamp=LampGroup.TAIL))
    out.append(block((-0.365, 0.0, 0.60), (0.05, 0.06, 0.05), "tail", lamp=LampGroup.BRAKE))
    for side, group in _INDICATORS:
        out.append(ball((1.085, 0.09 * side, 0.74), (0.02, 0.035, 0.022), "amber", sides=6, lamp=group))
        out.append(ball((-0.31, 0.11 * side, 0.60), (0.03, 0.03, 0.022), "amber", sides=6, lamp=group))
    if detail.level < 2:
        out.append(block(plate_m(m), (0.006, *PLATE_SIZE_M), "white"))
    if m.variant == 1:
        case = [
            (-0.58, 0.98, 0.14, 0.10),
            (-0.54, 0.98, 0.19, 0.15),
            (-0.24, 0.98, 0.19, 0.15),
            (-0.20, 0.98, 0.15, 0.11),
        ]
        out += [
            hull(case, "black", sides=sides, square=0.45),
            block((-0.32, 0.0, 0.80), (0.3, 0.1, 0.06), "black"),
        ]
    return out


def _shield(detail: Detail) -> Skin:
    """The leg shield: a bent plate from the floor to below the bars."""
    rows = (
        (0.92, 0.28, 0.17),
        (0.99, 0.42, 0.21),
        (0.985, 0.60, 0.23),
        (0.955, 0.80, 0.20),
        (0.94, 0.88, 0.10),
    )
    across = np.linspace(-1, 1, {0: 9, 1: 5, 2: 3}[detail.level])
    front, back = [], []
    for x, z, half in rows:
        bend = -0.09 * across**2
        line = np.column_stack([x + bend, half * across, np.full(len(across), z)])
        front.append(line + off(0.025, 0, 0))
        back.append(line)
    rings = np.array([np.concatenate([f, b[::-1]]) for f, b in zip(front, back, strict=True)])
    return lofted(rings, "paint", crease_rad=0.8)


def kick_scooter_skins(m: Measures, detail: Detail) -> list[Skin]:
    """All pieces of a kick scooter with an engine: deck, stem, bars."""
    out = cast_wheels(m, detail, 6, "black")
    deck = [
        (0.08, 0.13, 0.06, 0.02),
        (0.14, 0.13, 0.078, 0.025),
        (0.66, 0.13, 0.078, 0.025),
        (0.74, 0.14, 0.05, 0.022),
    ]
    sides = {0: 8, 1: 6, 2: 4}[detail.level]
    out.append(hull(deck, "black", sides=sides, square=0.4))
    out.append(tube([(0.72, 0, 0.14), m.head.at(0.30)], (0.03, 0.026), "paint", sides=detail.sides))
    gx, gy, gz = m.grip_m
    top = m.bars.at(gz)
    out.append(tube([m.head.at(0.24), top], (0.024, 0.018), "paint", sides=detail.sides, bone=BARS))
    sides = max(3, detail.sides - 2)
    for side in (1.0, -1.0):
        inner, outer = (gx, (gy - 0.06) * side, gz), (gx - 0.01, (gy + 0.06) * side, gz)
        out.append(tube([top, inner], 0.012, "black", sides=sides, bone=BARS))
        out.append(tube([inner, outer], 0.0165, "rubber", sides=sides, bone=BARS))
        blade = np.array([m.wheelbase_m, 0.035 * side, m.front_radius_m])
        out.append(
            tube([blade, m.head.at(0.26) + off(0, 0.03 * side, 0)], 0.011, "black", sides=sides, bone=FORK)
        )
    out += guards(m, detail, "black", (30.0, 150.0), (20.0, 165.0))
    lamp = m.bars.at(gz - 0.07) + off(0.025, 0.0, 0.0)
    out.append(ball(lamp, (0.012, 0.018, 0.022), "head", sides=detail.sides, bone=BARS, lamp=LampGroup.HEAD))
    out.append(block((-0.115, 0.0, 0.155), (0.015, 0.04, 0.03), "tail", lamp=LampGroup.TAIL))
    return out
