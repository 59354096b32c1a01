"""Measures in, wheels and mudguards out: tyres, rims and spokes that roll with their bone."""

from __future__ import annotations

import numpy as np

from sim.bodies.cycles.detail import Detail
from sim.bodies.cycles.models import Measures
from sim.bodies.cycles.rig import FORK, FRAME, FRONT_WHEEL, REAR_WHEEL
from sim.bodies.cycles.shapes import hoop, tube
from sim.bodies.vehicles.smoothing import Skin

__all__ = ["cast_wheels", "guards", "wire_wheels"]

_SPOKE_M = 0.0019
"""A little thicker than a spoke, so that it is seen at 3 m."""


def wire_wheels(m: Measures, detail: Detail, tyre: str = "rubber") -> list[Skin]:
    """Wheels with spokes, front and rear."""
    out = []
    for bone, x, radius in _places(m):
        center = (x, 0.0, radius)
        out += _tyre(center, radius, m.tyre_m, detail, bone, tyre)
        rim = radius - 2 * m.tyre_m
        if detail.level < 2:
            half = m.tyre_m * 0.62
            corners = ((0.004, -half), (0.004, half), (-0.012, half * 0.9), (-0.012, -half * 0.9))
            out.append(hoop(center, rim, corners, "alloy", segments=detail.around, bone=bone))
            out.append(_hub(center, 0.022, 0.034, detail, bone))
        if detail.level == 0:
            out += _spokes(center, rim - 0.01, 18, bone)
    return out


def cast_wheels(m: Measures, detail: Detail, spokes: int, surface: str = "black") -> list[Skin]:
    """Wheels of motorcycles and scooters: cast spokes, brake discs."""
    out = []
    for bone, x, radius in _places(m):
        center = (x, 0.0, radius)
        thick = min(0.35 * radius, 2 * m.tyre_m * 0.8)
        out += _tyre(center, radius, m.tyre_m, detail, bone, "rubber", thick)
        rim = radius - thick
        if detail.level == 2:
            continue
        half = m.tyre_m * 0.75
        corners = ((0.006, -half), (0.006, half), (-0.014, half), (-0.014, -half))
        out.append(hoop(center, rim, corners, surface, segments=detail.around, bone=bone))
        out.append(_hub(center, 0.04, m.tyre_m * 0.9, detail, bone, "engine"))
        for k in range(spokes):
            angle = 2 * np.pi * k / spokes + 0.3
            out.append(_bar(center, angle, 0.03, rim, 0.014, surface, 4, bone))
        if radius > 0.15:
            disc = 0.52 * radius
            flat = ((0.0, -0.003), (0.0, 0.003), (-0.035, 0.003), (-0.035, -0.003))
            side = (x, -(m.tyre_m + 0.012), radius)
            out.append(hoop(side, disc, flat, "steel", segments=detail.around, bone=bone))
    return out


def guards(
    m: Measures, detail: Detail, surface: str, front_arc: tuple[float, float], rear_arc: tuple[float, float]
) -> list[Skin]:
    """Mudguards over both tyres; arcs in degrees from straight ahead upward."""
    out = []
    half, gap = m.tyre_m + 0.006, 0.012
    corners = ((gap, -half), (gap + 0.006, -half * 0.4), (gap + 0.006, half * 0.4), (gap, half))
    for (bone, x, radius), arc in zip(_places(m), (front_arc, rear_arc), strict=True):
        low, high = np.deg2rad(arc)
        out.append(
            hoop(
                (x, 0.0, radius),
                radius,
                corners,
                surface,
                segments=max(4, detail.around // 3),
                bone=FORK if bone == FRONT_WHEEL else FRAME,
                arc_rad=(float(low), float(high)),
            )
        )
    return out


def _places(m: Measures) -> tuple[tuple[int, float, float], ...]:
    return (FRONT_WHEEL, m.wheelbase_m, m.front_radius_m), (REAR_WHEEL, 0.0, m.rear_radius_m)


def _tyre(
    center: tuple[float, float, float],
    radius: float,
    half: float,
    detail: Detail,
    bone: int,
    surface: str,
    thick: float | None = None,
) -> list[Skin]:
    deep = 2 * half if thick is None else thick
    if detail.level == 2:
        # From afar a rim is part of its tyre.
        deep += 0.02
        corners = [(0.0, 0.0), (-deep, -half), (-deep, half)]
    elif detail.level == 1:
        corners = [(0.0, -half * 0.5), (0.0, half * 0.5), (-deep, half), (-deep, -half)]
    else:
        angle = np.linspace(0, 2 * np.pi, 8, endpoint=False) + np.pi / 8
        corners = [
            (float(deep / 2 * np.cos(a) / np.cos(np.pi / 8) - deep / 2), float(half * np.sin(a)))
            for a in angle
        ]
        corners = [(min(out, 0.0), y) for out, y in corners]
    return [hoop(center, radius, corners, surface, segments=detail.around, bone=bone)]


def _hub(
    center: tuple[float, float, float],
    radius: float,
    half: float,
    detail: Detail,
    bone: int,
    surface: str = "steel",
) -> Skin:
    x, _, z = center
    return tube([(x, -half, z), (x, half, z)], radius, surface, sides=detail.sides, bone=bone)


def _spokes(center: tuple[float, float, float], rim: float, count: int, bone: int) -> list[Skin]:
    out = []
    x, _, z = center
    for k in range(count):
        at = 2 * np.pi * (k + 0.5) / count
        # Spokes leave the hub along its tangent, in turn to the left and the right, forward and back.
        lean = 1.25 if (k // 2) % 2 else -1.25
        side = 0.028 if k % 2 else -0.028
        begin = (x + 0.02 * np.cos(at + lean), side, z + 0.02 * np.sin(at + lean))
        end = (x + rim * np.cos(at), side * 0.1, z + rim * np.sin(at))
        out.append(tube([begin, end], _SPOKE_M, "alloy", sides=3, bone=bone))
    return out


def _bar(
    center: tuple[float, float, float],
    angle: float,
    inner: float,
    outer: float,
    radius: float,
    surface: str,
    sides: int,
    bone: int,
) -> Skin:
    x, _, z = center
    way = np.array([np.cos(angle), 0.0, np.sin(angle)])
    at = np.array([x, 0.0, z])
    return tube([at + inner * way, at + outer * way], radius, surface, sides=sides, bone=bone)
