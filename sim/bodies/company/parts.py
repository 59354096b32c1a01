"""Places and sizes in, skins out: wheels beside a frame, and cloth spread along paths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.bodies.cycles.detail import Detail
from sim.bodies.cycles.shapes import hoop, lofted, tube
from sim.bodies.vehicles.smoothing import Skin

__all__ = ["mirrored_tubes", "panel", "wheel"]

Point = tuple[float, float, float]


def wheel(
    center: Point,
    radius: float,
    half: float,
    detail: Detail,
    bone: int,
    *,
    spokes: int = 5,
    rim: str = "alloy",
) -> list[Skin]:
    """A wheel about an axle that lies across: tyre, rim with spokes; small ones from afar without a hole."""
    x, y, z = center
    around = max(6, min(detail.around, round(detail.around * (radius / 0.3) ** 0.5)))
    deep = min(2 * half, 0.3 * radius)
    if detail.level == 2 and radius > 0.2:
        # From afar a large wheel is a thin ring: what is behind it shows through.
        ring = [(0.0, 0.0), (-deep - 0.012, -half), (-deep - 0.012, half)]
        return [hoop(center, radius, ring, "rubber", segments=12, bone=bone)]
    if detail.level == 2 or radius < 0.1:
        disc = [(x, y - half, z), (x, y + half, z)]
        skins = [tube(disc, radius, "rubber", sides=around, bone=bone)]
        if detail.level == 0:
            hub = [(x, y - half - 0.004, z), (x, y + half + 0.004, z)]
            skins.append(tube(hub, 0.55 * radius, rim, sides=around, bone=bone))
        return skins
    profile = [(0.0, -half * 0.4), (0.0, half * 0.4), (-deep, half), (-deep, -half)]
    out = [hoop(center, radius, profile, "rubber", segments=around, bone=bone)]
    edge = [(0.004, -half * 0.7), (0.004, half * 0.7), (-0.012, half * 0.7), (-0.012, -half * 0.7)]
    out.append(hoop(center, radius - deep, edge, rim, segments=around, bone=bone))
    out.append(tube([(x, y - 0.03, z), (x, y + 0.03, z)], 0.024, "black", sides=detail.sides, bone=bone))
    thick = 0.0022 if spokes > 8 else 0.012
    for k in range(spokes):
        angle = 2 * np.pi * (k + 0.5) / spokes
        reach = radius - deep
        tip = (x + reach * np.cos(angle), y, z + reach * np.sin(angle))
        out.append(tube([(x, y + 0.015 * (-1) ** k, z), tip], thick, rim, sides=3, bone=bone))
    return out


def mirrored_tubes(
    path: Sequence[Point], radius: float | Sequence[float], surface: str, detail: Detail
) -> list[Skin]:
    """A tube on the left and its mirror image on the right."""
    out = []
    for side in (1.0, -1.0):
        own = [(x, side * y, z) for x, y, z in path]
        out.append(tube(own, radius, surface, sides=detail.sides))
    return out


def panel(
    sections: Sequence[tuple[float, float, float, float, float]], surface: str, *, crease_rad: float = 0.7
) -> Skin:
    """A board or cushion along a line in the middle plane.

    Args:
        sections: (x, z, half width, x and z of the half thickness) of each cross-section.
        surface: a name in `SURFACES`.
        crease_rad: edges that bend more stay sharp.
    """
    rings = []
    for x, z, half, dx, dz in sections:
        rings.append(
            [(x + dx, -half, z + dz), (x + dx, half, z + dz), (x - dx, half, z - dz), (x - dx, -half, z - dz)]
        )
    return lofted(np.array(rings), surface, crease_rad=crease_rad)
