"""A heavy vehicle in, what hangs on it out: mirrors on arms, mud flaps."""

from __future__ import annotations

import numpy as np

from sim.bodies.vehicles.atlas import swatch_uv
from sim.bodies.vehicles.heavy.hull import Detail
from sim.bodies.vehicles.heavy.measures import HeavyModel
from sim.bodies.vehicles.heavy.parts import TWIN_M, TYRE_M
from sim.bodies.vehicles.pieces import Piece, mirrored, quads

__all__ = ["mirrors", "mud_flaps"]


def mud_flaps(m: HeavyModel) -> list[Piece]:
    """Rubber behind the last axle of what has no arches at its rear, seen from near by."""
    if m.shape == "bus":
        return []
    last = min(m.axles, key=lambda axle: axle.x_m)
    x, inner = last.x_m - m.wheel_radius_m - 0.12, m.half_track_m - (TWIN_M if last.twin else TYRE_M)
    if x - 0.02 < m.tail_x_m:
        return []
    left = _box((x - 0.012, inner, 0.22), (x, m.half_track_m, 0.86), "rubber")
    return [left, mirrored(left)]


def _box(low: tuple[float, float, float], high: tuple[float, float, float], swatch: str) -> Piece:
    """An upright box between two corners."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    c = np.array([[x, y, z] for z in (z0, z1) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))])
    sides = [[0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7], [4, 5, 6, 7], [3, 2, 1, 0]]
    return quads(c[np.array(sides)], swatch_uv(swatch), open_sky=0.9)


def mirrors(m: HeavyModel, detail: Detail) -> list[Piece]:
    """Mirrors on arms beside the cab or before the corners of a bus, high above cars and people."""
    if not m.mirrors:
        return []
    block = m.blocks[0]
    half, nose = block.half_width_m, block.x_m[1]
    if m.shape == "bus":
        x0, y0, z0, z1 = nose + 0.02, half - 0.12, 1.95, 2.45
        arm = _box((nose - 0.5, half - 0.1, 2.6), (nose + 0.1, half - 0.05, 2.66), "plastic")
        stalk = _box((x0 + 0.02, y0 + 0.07, z1), (x0 + 0.07, y0 + 0.12, 2.66), "plastic")
        out = [arm, stalk, _box((x0, y0, z0), (x0 + 0.1, y0 + 0.22, z1), "plastic")]
    else:
        x0, y0, z0, z1 = nose - 0.62, half + 0.02, 1.85, 2.5
        out = [_box((x0, y0, z0), (x0 + 0.12, y0 + 0.23, z1), "plastic")]
        if detail.small:
            out += [
                _box((x0 + 0.03, half - 0.08, z), (x0 + 0.08, y0 + 0.05, z + 0.04), "plastic")
                for z in (z0 + 0.08, z1 - 0.12)
            ]
    if detail.small:
        y1 = y0 + 0.2
        glass = [[x0 - 0.004, y1, z0 + 0.03], [x0 - 0.004, y0 + 0.03, z0 + 0.03]]
        glass += [[x0 - 0.004, y0 + 0.03, z1 - 0.03], [x0 - 0.004, y1, z1 - 0.03]]
        out.append(quads(np.array([glass]), swatch_uv("mirror")))
    return [*out, *(mirrored(piece) for piece in out)]
