"""The hull in, what is bolted onto it out: door mirrors, handles, wipers, rails, antenna."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.atlas import swatch_uv
from sim.bodies.vehicles.glazing import Glazing
from sim.bodies.vehicles.hull import Hull
from sim.bodies.vehicles.pieces import Piece, mirrored, quads
from sim.bodies.vehicles.proportions import Proportions
from sim.bodies.vehicles.smoothing import faceted

__all__ = ["coarse_fittings", "far_fittings", "fittings"]

Floats = NDArray[np.float64]


def bar(
    start: Floats,
    end: Floats,
    outward: Floats,
    width_m: float,
    height_m: float,
    swatch: str,
) -> Piece:
    """A straight bar lying on a surface: four sides and the lid, open toward the surface."""
    along = (end - start) / np.linalg.norm(end - start)
    aside = np.cross(outward, along)
    aside /= np.linalg.norm(aside)
    up = np.cross(along, aside) * height_m
    s = aside * width_m / 2
    a, b, c, d = start + s, start - s, end - s, end + s
    top = [q + up for q in (a, b, c, d)]
    low = [a, b, c, d]
    faces = [top]
    for k in range(4):
        j = (k + 1) % 4
        faces.append([low[k], low[j], top[j], top[k]])
    return quads(np.array(faces), swatch_uv(swatch), open_sky=0.9)


_POD = ((0.0, 0.30, -0.04), (0.06, 0.34, -0.03), (0.075, 0.92, 0.02), (0.16, 1.0, 0.03), (0.205, 0.72, 0.03))
"""A door mirror from the door outward: (distance, size, lift) of its cross-sections."""


def _mirror(
    p: Proportions, hull: Hull, glazing: Glazing, corners: int, pod: Sequence[tuple[float, float, float]]
) -> list[Piece]:
    """The left door mirror: a pod on a stub, its glass toward the rear."""
    x = glazing.front_x_m(0.12) - 0.16
    z = glazing.z_m(x, 0.10) + 0.02
    root = hull.outermost(1, x, z) - 0.02
    tall = 0.115 if p.shape in ("van", "pickup") else 0.078
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    lens = np.stack([np.cos(angles), np.sin(angles)], 1)
    lens = np.sign(lens) * np.abs(lens) ** 0.75
    lens[:, 0] = np.where(lens[:, 0] < 0, lens[:, 0] * 0.45, lens[:, 0])
    rings = []
    for out, scale, lift in pod:
        ring = np.stack(
            [lens[:, 0] * 0.085 * scale, np.full(corners, out), lens[:, 1] * tall * scale + lift], 1
        )
        rings.append(ring + np.array([x, root, z + 0.04]))
    count = len(rings)
    tip = rings[-1].mean(0) + np.array([0.0, 0.012, 0.0])
    positions = np.concatenate([*rings, tip[None]])
    i = np.arange(corners)
    j = (i + 1) % corners
    last = (count - 1) * corners
    faces = [np.stack([last + j, last + i, np.full(corners, count * corners)], 1)]
    for k in range(count - 1):
        a, b = k * corners + i, k * corners + j
        c, d = b + corners, a + corners
        faces += [np.stack([a, d, c], 1), np.stack([a, c, b], 1)]
    swatch = "paint" if p.cladding_m < 0.3 else "plastic"
    crease_rad = min(0.4 + 2 * np.pi / corners, 1.7)
    shell = faceted(positions, np.concatenate(faces), swatch_uv(swatch), crease_rad=crease_rad)
    back = x - 0.085 * 0.45 - 0.003
    zc, h, y0, y1 = z + 0.065, tall * 0.72, root + 0.082, root + 0.172
    glass = np.array([[[back, y1, zc - h], [back, y0, zc - h], [back, y0, zc + h], [back, y1, zc + h]]])
    return [shell, quads(glass, swatch_uv("mirror"))]


def _handles(p: Proportions, hull: Hull, glazing: Glazing) -> list[Piece]:
    out = []
    for x in glazing.handle_x_m:
        z = glazing.waist_m(x) - 0.13
        start, end = (np.array([q, hull.outermost(1, q, z) - 0.004, z]) for q in (x + 0.17, x))
        out.append(bar(start, end, np.array([0.0, 1.0, 0.0]), 0.030, 0.026, "paint"))
    return out


def _wipers(hull: Hull, glazing: Glazing) -> list[Piece]:
    """Two arms at rest, both swept the same way: the one thing that is not alike left and right."""
    z = glazing.screen_low_m
    out = []
    for y0, y1 in ((0.62, -0.02), (-0.08, -0.60)):
        ends = []
        for y, height in ((y0, z + 0.045), (y1, z + 0.02)):
            ends.append(
                np.array(
                    [hull.outermost(0, y * glazing.half_width_m, height), y * glazing.half_width_m, height]
                )
            )
        outward = np.array([0.5, 0.0, 0.8])
        out.append(bar(ends[0], ends[1], outward, 0.018, 0.022, "plastic"))
    return out


def _rails(p: Proportions, hull: Hull, stops: int) -> list[Piece]:
    y = p.half_width_m * p.roof_ratio * 0.90
    rim = hull.rings[hull.top]
    x0, x1 = rim[:, 0].max() - 0.25, rim[:, 0].min() + 0.25
    points = [np.array([x, y, hull.outermost(2, x, y) - 0.003]) for x in np.linspace(x0, x1, stops)]
    swatch = "chrome" if p.chrome else "plastic"
    up = np.array([0.0, 0.0, 1.0])
    return [bar(a, b, up, 0.028, 0.035, swatch) for a, b in pairwise(points)]


def _antenna(hull: Hull) -> Piece:
    """A fin over the rear window."""
    rim = hull.rings[hull.top]
    x = float(rim[:, 0].min()) + 0.22
    z = hull.outermost(2, x, 0.0) - 0.01
    foot = np.array([[x + 0.10, 0.0, z], [x, 0.025, z], [x - 0.05, 0.0, z], [x, -0.025, z]])
    tip = np.array([[x - 0.04, 0.0, z + 0.065]])
    faces = np.array([[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]])
    return faceted(np.concatenate([foot, tip]), faces, swatch_uv("paint"), crease_rad=0.3)


def fittings(p: Proportions, hull: Hull, glazing: Glazing) -> list[Piece]:
    """All fittings of a car."""
    left = _mirror(p, hull, glazing, 10, _POD) + _handles(p, hull, glazing)
    if p.roof == "rails":
        left += _rails(p, hull, 5)
    both = [*left, *(mirrored(piece) for piece in left), *_wipers(hull, glazing)]
    if p.shape != "van":
        both.append(_antenna(hull))
    return both


def far_fittings(p: Proportions, hull: Hull, glazing: Glazing) -> list[Piece]:
    """The fittings of the far level: mirrors of a few faces."""
    left = _mirror(p, hull, glazing, 3, (_POD[1], _POD[4]))
    return [*left, *(mirrored(piece) for piece in left)]


def coarse_fittings(p: Proportions, hull: Hull, glazing: Glazing) -> list[Piece]:
    """The fittings of the coarse level: wipers, the antenna, simpler mirrors and rails."""
    left = _mirror(p, hull, glazing, 5, (_POD[0], _POD[1], _POD[2], _POD[4]))
    if p.roof == "rails":
        left += _rails(p, hull, 3)
    both = [*left, *(mirrored(piece) for piece in left), *_wipers(hull, glazing)]
    if p.shape != "van":
        both.append(_antenna(hull))
    return both
