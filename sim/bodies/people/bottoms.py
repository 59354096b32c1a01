"""A figure -> trousers, shorts or skirt as far as the top leaves them to be seen, and the bare legs below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.cloth import (
    FAR_ROUND,
    ROUND_SKIRT,
    ROUND_TRUNK,
    crotch_m,
    flared,
    lining,
    part_grid,
    row_middles,
    trunk,
)
from sim.bodies.people.fabric import Fabric
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure, quirks
from sim.bodies.people.tops import CUTS, Cut
from sim.bodies.spec import PersonSpec

__all__ = ["hip_pieces", "leg_pieces"]

Array = NDArray[np.float64]

_ROUND_LEG, _FAR_ROUND_LEG = range(0, 13, 2), (1, 4, 7, 10, 1)
_BARE, _FAR_BARE = ((0, 2, 3, 5), _ROUND_LEG), ((0, 2, 5), _FAR_ROUND_LEG)


def hip_pieces(spec: PersonSpec, fig: Figure, cut: Cut, rgb: Array, fabric: Fabric) -> list[Piece]:
    """The seat of trousers or the upper part of a skirt, as far as the top leaves it to be seen."""
    if cut.below_m and spec.bottom != "skirt":
        return []
    out = min(0.010, cut.out_m - 0.007)
    upper = trunk(fig, out, 0.3 if spec.bottom != "skirt" else 0.05)
    last = cut.hem_row + 0.1
    if spec.bottom == "skirt":
        rng = quirks(spec, "skirt")
        body = _tucked(upper, [min(0.5, last - 0.2), last])
        knee = fig.joint("calf_l")[2]
        length = body.points_m[0, :, 2].mean() - knee + rng.uniform(-0.04, 0.08) * fig.scale
        skirt = flared(fig, body, float(length), float(rng.uniform(0.12, 0.3)), 4)
        body = skirt.then(body)
        if cut.below_m:
            hem = crotch_m(fig) - cut.below_m * fig.scale
            shown = body.points_m[:, :, 2].mean(1) < hem + 0.08 * fig.scale
            body = Grid(body.points_m[shown], body.weights[shown])
            if len(body.points_m) < 2:
                return []
        shade = np.ones((len(body.points_m), 1, 1))
        shade[0] = 0.85
        count = len(body.points_m)
        coarse = sorted({0, count // 3, 2 * count // 3, count - 1}), ROUND_SKIRT
        far = sorted({0, count // 2, count - 1}), FAR_ROUND
        skirt_piece = grid_piece(body, rgb * shade, fabric.bottom, coarse=coarse, far=far)
        return [skirt_piece, lining(body.rows([0, 1, 2, 3]), rgb)]
    # Below the hip joints the legs take over: the seat dives under them.
    points = upper.points_m.copy()
    centre = row_middles(points)
    points[:2] = centre[:2] + (points[:2] - centre[:2]) * np.array([0.72, 0.97])[:, None, None]
    body = _tucked(Grid(points, upper.weights), [0, 0.5 * last, last])
    ao = np.array([0.75, 0.9, 0.95, 0.7])[:, None]
    return [
        grid_piece(body, rgb, fabric.bottom, ao, coarse=((0, 1, 3), ROUND_TRUNK), far=((0, 3), FAR_ROUND))
    ]


def _tucked(trunk: Grid, rows: Sequence[float]) -> Grid:
    """Rows of the trunk and one more that slips under the top's hem."""
    body = trunk.rows([*rows, rows[-1] + 0.8])
    centre = row_middles(body.points_m)
    points = body.points_m.copy()
    points[-1] = (centre + (points - centre) * 0.92)[-1]
    return Grid(points, body.weights)


def leg_pieces(
    spec: PersonSpec, fig: Figure, side: str, rgb: Array, fabric: Fabric, wide: float
) -> list[Piece]:
    """One trouser leg, or a short one and the bare leg below."""
    leg = part_grid(fig, f"leg_{side}")
    skin = np.array(spec.skin_srgb, float)
    if spec.bottom == "skirt":
        bare = leg.rows([3, 4.5, 6, 7.2, 9, 11])
        ao = np.linspace(0.5, 1, 6)[:, None] ** 0.5
        return [grid_piece(bare, skin, 0, ao, coarse=_BARE, far=_FAR_BARE)]
    first = 3.0 if CUTS[spec.top].below_m else 0.0
    last = 11.0 if spec.bottom == "trousers" else 5.0
    whole = np.array([0, 1.2, 2.6, 4.6, 6, 7.2, 9, 11] if last > 5 else [0, 1.2, 2.6, 5])
    rows = np.array([first, *whole[whole > first]])
    loose = (0.011 + 0.006 * wide) * fig.scale
    cloth = leg.pushed(
        np.interp(np.arange(12), [0, 1, 2, 3, 11], [-0.03, 0.004, 0.009, loose, loose])[:, None]
    )
    slack = np.interp(wide, [0, 1], [0.20, 0.08])
    points = cloth.points_m.copy()
    for i in range(3, 12):
        centre, above = points[i].mean(0), points[i - 1] - points[i - 1].mean(0)
        mine = points[i] - centre
        drop = float(np.linalg.norm(centre - points[i - 1].mean(0)))
        wide_now, wide_above = np.linalg.norm(mine, axis=-1), np.linalg.norm(above, axis=-1)
        scale = np.maximum(1, (wide_above - slack * drop) / np.maximum(wide_now, 1e-6))
        points[i] = centre + mine * scale[:, None]
    cloth = Grid(points, leg.weights).rows(rows)
    shade = np.ones((len(rows), 1, 1))
    shade[-1] = 0.85
    ao = np.ones((len(rows), cloth.points_m.shape[1]))
    inner = np.maximum(0, -np.sign(points[0, :, 1].mean()) * (points[2, :, 1] - points[2, :, 1].mean()))
    inner = inner / max(float(inner.max()), 1e-6)
    for i in range(min(4, len(ao))):
        ao[i] -= inner * (0.45, 0.4, 0.25, 0.1)[i]
    knee = int(np.searchsorted(rows, 6))
    # Under a coat only what shows below it: coarse legs would stick out of coarse cloth.
    above = [1] if first else [0, 1]
    seen = sorted({*above, knee - 1, knee, knee + 2, len(rows) - 1}) if last > 5 else range(len(rows))
    far_seen = (above[-1], knee, len(rows) - 1) if last > 5 else (1, len(rows) - 1)
    coarse, far = (seen, _ROUND_LEG), (far_seen, _FAR_ROUND_LEG)
    pieces = [grid_piece(cloth, rgb * shade, fabric.bottom, ao, coarse=coarse, far=far)]
    if spec.bottom == "shorts":
        pieces.append(grid_piece(leg.rows([4, 5, 6, 7.2, 9, 11]), skin, coarse=_BARE, far=_FAR_BARE))
    return pieces
