"""VehicleSpec of a tram in, Body out: sections with bellows between, on the bones of `tram_bones`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body, LampGroup
from sim.bodies.rail.models import TramModel, check_tram, tram_model
from sim.bodies.rail.paint import BELT_M, HEAD_M, tram_charts, tram_textures
from sim.bodies.rail.rig import TramSkeleton
from sim.bodies.spec import VehicleSpec
from sim.bodies.vehicles.atlas import Chart, swatch_uv
from sim.bodies.vehicles.cabin import saloon
from sim.bodies.vehicles.heavy.hull import COARSE, FAR, NEAR, Detail, block_skin
from sim.bodies.vehicles.heavy.measures import Block, Level
from sim.bodies.vehicles.heavy.parts import HEAD_TILES, TAIL_TILES
from sim.bodies.vehicles.pieces import Piece, join, mirrored, quads
from sim.geometry import Mesh
from sim.taxonomy import Semantic

__all__ = ["build_tram"]

Floats = NDArray[np.float64]

_SIDES = ("front", "rear", "left", "right", "top")
_LAMP_M = (0.52, 0.80, 0.62, 0.84)
"""Inner and outer y, lower and upper z of the lamps at both ends."""


@lru_cache(maxsize=32)
def build_tram(spec: VehicleSpec) -> Body:
    """The body of a tram, straight; it bends in curves.

    Args:
        spec: shape ``tram``, variant and paint; the plate is not shown.

    Returns:
        A body of kind ``vehicle``. Its box is that of the straight tram.

    Raises:
        UsageError: no such variant, or a paint outside 0..255.
    """
    check_tram(spec)
    m = tram_model(spec.variant)
    mesh, coarse, far = _levels(spec.variant)
    points = np.concatenate([level.positions_m for level in (mesh, coarse, far)]).astype(np.float64)
    low, high = points.min(0), points.max(0)
    half = float(max(-low[1], high[1]))
    return Body(
        kind="vehicle",
        mesh=mesh,
        textures=tram_textures(m, f"tram/{spec.variant}"),
        paint_srgb=spec.paint_srgb,
        size_lwh_m=(float(high[0] - low[0]), 2 * half, float(high[2])),
        centre_m=(float(high[0] + low[0]) / 2, 0.0, float(high[2]) / 2),
        footprint_m=(float(low[0]), float(high[0]), m.half_width_m + 0.02),
        skeleton=TramSkeleton(m),
        coarse=coarse,
        far=far,
        cabin=saloon(
            (float(low[0]) + 0.35, float(high[0]) - 0.35), m.half_width_m, BELT_M, HEAD_M + 0.25, 0.0
        ),
    )


@cache
def _levels(variant: int) -> tuple[Mesh, Mesh, Mesh]:
    """Near, coarse and far mesh, whatever the paint."""
    m = tram_model(variant)
    near, coarse, far = (join(_pieces(m, detail), Semantic.TRAIN) for detail in (NEAR, COARSE, FAR))
    return near, coarse, far


def _pieces(m: TramModel, detail: Detail) -> list[Piece]:
    atlas, out = tram_charts(m), []
    last = m.sections - 1
    for k, (rear, front) in enumerate(m.spans_m):
        if k in (0, last):
            own = [*_cab(m, atlas, detail), *_lamps(m, atlas, "head" if k else "tail")]
            if k == 0:
                own = [_turned_round(piece, m.cab_m) for piece in own]
        else:
            own = _middle(m, atlas, detail)
        out += [replace(_moved(piece, rear), bone=k) for piece in own]
        if k < last:
            bellows = _bellows(m, atlas, detail)
            out.append(replace(_moved(bellows, front), bone=k))
    return out


def _moved(piece: Piece, x_m: float) -> Piece:
    return replace(piece, positions_m=piece.positions_m + np.array([x_m, 0.0, 0.0]))


def _turned_round(piece: Piece, length_m: float) -> Piece:
    """The same at the other end, half a turn about the middle; LEFT lamps become RIGHT lamps."""
    turn = np.array([-1.0, -1.0, 1.0])
    swap = {LampGroup.LEFT: LampGroup.RIGHT, LampGroup.RIGHT: LampGroup.LEFT}
    positions = piece.positions_m * turn + np.array([length_m, 0.0, 0.0])
    return replace(
        piece, positions_m=positions, normals=piece.normals * turn, part=swap.get(piece.part, piece.part)
    )


def _shell(side: str, front: str) -> tuple[tuple[str, str], ...]:
    return (("front", front), ("rear", "plastic"), ("left", side), ("right", side), ("top", "sign"))


def _cab(m: TramModel, atlas: dict[str, Chart], detail: Detail) -> list[Piece]:
    """A section with a sloping front, its inner end at x = 0."""
    top = m.height_m
    levels = (
        Level(0.10, 0.30, 0.0, 0.06),
        Level(0.34, 0.06),
        Level(0.62, 0.0),
        Level(1.02, 0.04),
        Level(1.75, 0.30, 0.0, 0.02),
        Level(2.48, 0.66, 0.0, 0.04),
        Level(2.84, 0.86, 0.0, 0.06),
        Level(top - 0.08, 1.05, 0.02, 0.10),
        Level(top, 1.35, 0.10, 0.28),
    )
    hull = Block((0.0, m.cab_m), m.half_width_m, levels, (0.45, 0.04), 0.22, _shell("cab", "front"))
    out = [block_skin(hull, atlas, detail), _on_roof(m, 0.8, m.cab_m - 2.6, atlas, detail)]
    return out


def _middle(m: TramModel, atlas: dict[str, Chart], detail: Detail) -> list[Piece]:
    top = m.height_m
    levels = (
        Level(0.12, 0.0, 0.0, 0.06),
        Level(0.34),
        Level(1.02),
        Level(2.48, 0.0, 0.0, 0.04),
        Level(top - 0.08, 0.02, 0.02, 0.10),
        Level(top, 0.10, 0.10, 0.28),
    )
    hull = Block((0.0, m.middle_m), m.half_width_m, levels, (0.04, 0.04), charts=_shell("middle", "plastic"))
    out = [block_skin(hull, atlas, detail), _on_roof(m, 0.7, m.middle_m - 0.7, atlas, detail)]
    if detail.small:
        out.append(_pantograph(m, m.middle_m / 2))
    return out


def _on_roof(m: TramModel, x0: float, x1: float, atlas: dict[str, Chart], detail: Detail) -> Piece:
    """What stands on the roof of a low-floor tram: boxes of its drives."""
    z = m.height_m
    levels = (Level(z - 0.05), Level(z + 0.30, 0.06, 0.06, 0.05), Level(z + 0.34, 0.2, 0.2, 0.2))
    block = Block((x0, x1), 0.84, levels, (0.08, 0.08), charts=tuple((side, "steel") for side in _SIDES))
    return block_skin(block, atlas, detail)


def _bellows(m: TramModel, atlas: dict[str, Chart], detail: Detail) -> Piece:
    """Folds of rubber from the end of one section into the next."""
    levels = (Level(0.22, 0.0, 0.0, 0.05), Level(m.height_m - 0.2), Level(m.height_m - 0.12, 0.0, 0.0, 0.1))
    block = Block(
        (-0.12, m.gap_m + 0.12),
        m.half_width_m - 0.13,
        levels,
        (0.02, 0.02),
        charts=tuple((side, "rubber") for side in _SIDES),
    )
    return block_skin(block, atlas, detail)


def _pantograph(m: TramModel, x_m: float) -> Piece:
    """A folded arm with its bow, low on the roof."""
    z = m.height_m + 0.36
    bars = []
    for low, high in (
        ((x_m - 0.8, -0.03, z), (x_m + 0.7, 0.03, z + 0.05)),
        ((x_m + 0.5, -0.75, z + 0.06), (x_m + 0.56, 0.75, z + 0.11)),
    ):
        (x0, y0, z0), (x1, y1, z1) = low, high
        c = np.array([[x, y, h] for h in (z0, z1) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))])
        sides = [[0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7], [4, 5, 6, 7], [3, 2, 1, 0]]
        bars.append(c[np.array(sides)])
    return quads(np.concatenate(bars), swatch_uv("steel"), open_sky=0.9)


def _lamps(m: TramModel, atlas: dict[str, Chart], kind: str) -> list[Piece]:
    """Lamps on the front of a cab: head lamps and indicators, or tail lamps, brake lamps and indicators."""
    y0, y1, z0, z1 = _LAMP_M
    tiles: Sequence[tuple[float, float, LampGroup]] = HEAD_TILES if kind == "head" else TAIL_TILES
    left = []
    for a0, a1, group in tiles:
        corners, uv = [], []
        for a, z in ((a0, z0), (a1, z0), (a1, z1), (a0, z1)):
            y = y0 + a * (y1 - y0)
            corners.append([_front_m(m, y) + 0.012, y, z])
            uv.append([a, (z - z0) / (z1 - z0)])
        left.append(quads(np.array([corners]), atlas[kind].uv(np.array(uv))[None], part=group))
    return [*left, *(mirrored(piece) for piece in left)]


def _front_m(m: TramModel, y_m: float) -> float:
    """X of the front at the height of the lamps."""
    into = max(abs(y_m) - (m.half_width_m - 0.45), 0.0)
    return m.cab_m - 0.02 - 0.22 * (y_m / m.half_width_m) ** 2 - (0.45 - float(np.sqrt(0.45**2 - into**2)))
