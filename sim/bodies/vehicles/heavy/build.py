"""VehicleSpec in, Body of a heavy vehicle out: models are built once, paint and plate are put on per body."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body, BodyTextures
from sim.bodies.spec import VehicleSpec
from sim.bodies.vehicles.atlas import Canvas, Chart
from sim.bodies.vehicles.cabin import Cabin, cab_cabin, saloon
from sim.bodies.vehicles.dirt import Splash, soiled
from sim.bodies.vehicles.extents import swept_extent
from sim.bodies.vehicles.glyphs import paint_glyphs
from sim.bodies.vehicles.heavy.atlas import heavy_charts
from sim.bodies.vehicles.heavy.hull import COARSE, FAR, NEAR, Detail, block_skin
from sim.bodies.vehicles.heavy.hung import mirrors, mud_flaps
from sim.bodies.vehicles.heavy.measures import HeavyModel
from sim.bodies.vehicles.heavy.models import heavy_model
from sim.bodies.vehicles.heavy.paint import paint_heavy
from sim.bodies.vehicles.heavy.paint_bus import BELT_M, HEAD_M
from sim.bodies.vehicles.heavy.parts import bone_centres_m, heavy_lamps, heavy_plates, heavy_wheels
from sim.bodies.vehicles.pieces import Piece, join
from sim.bodies.vehicles.plates import coarse_plates, far_plates
from sim.bodies.vehicles.rig import VehicleSkeleton
from sim.taxonomy import Semantic

__all__ = ["build_heavy"]

_DIRT = (
    Splash("left", 1.5, 0.32),
    Splash("right", 1.5, 0.32),
    Splash("front", 1.0, 0.3),
    Splash("rear", 2.4, 0.4),
)
_DRIVER_Y_M = 0.62
_ARCH_M = 0.07
"""Between tyre and arch."""


@dataclass(frozen=True, eq=False)
class _Model:
    """What all vehicles of one (shape, variant) share."""

    measures: HeavyModel
    charts: dict[str, Chart]
    levels: tuple[tuple[Piece, ...], ...]
    textures: BodyTextures


def _pieces(m: HeavyModel, atlas: dict[str, Chart], detail: Detail) -> tuple[Piece, ...]:
    out: list[Piece] = []
    for k, block in enumerate(m.blocks):
        if block.near_only and not detail.small:
            continue
        low, high = block.x_m
        arches = tuple(a.x_m for a in m.axles if m.arches and k == 0 and low < a.x_m < high)
        radius = m.wheel_radius_m
        out.append(block_skin(block, atlas, detail, arches, radius + _ARCH_M, radius))
    out += heavy_wheels(m, atlas["wheel"], detail)
    out += heavy_lamps(m, atlas)
    if detail.small:
        out += mud_flaps(m)
    return (*out, *mirrors(m, detail))


def _painted(m: HeavyModel, atlas: dict[str, Chart], key: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(albedo, material)."""
    canvas = Canvas()
    paint_heavy(canvas, atlas, m)
    paint_glyphs(canvas, atlas["glyphs"])
    return soiled(*canvas.finish(), atlas, _DIRT, key)


@cache
def _model(shape: str, variant: int) -> _Model:
    m = heavy_model(shape, variant)
    atlas = heavy_charts(m)
    key = f"vehicle/{shape}/{variant}"
    levels = tuple(_pieces(m, atlas, detail) for detail in (NEAR, COARSE, FAR))
    return _Model(m, atlas, levels, BodyTextures(key, partial(_painted, m, atlas, key)))


def build_heavy(spec: VehicleSpec, semantic: Semantic) -> Body:
    """The body of a heavy vehicle; `sim.bodies.vehicles.build_vehicle` has checked plate and paint.

    Bones are 0 the body, 1 and 2 the wheels of the steered axle (left, right), 3 and 4 whole axles; of
    trailers 1 to 3 whole axles.

    Raises:
        UsageError: no such variant.
    """
    model = _model(spec.shape, spec.variant)
    m = model.measures
    number = heavy_plates(m, spec.plate, model.charts["glyphs"])
    plates = (number, coarse_plates(number), far_plates(number))
    meshes = [join([*pieces, *more], semantic) for pieces, more in zip(model.levels, plates, strict=True)]
    steers = m.axles[0].steered
    skeleton = VehicleSkeleton(
        m.wheelbase_m, 2 * m.half_track_m - 0.3, m.wheel_radius_m, bone_centres_m(m), steers
    )
    low, high = swept_extent([*(p for pieces in model.levels for p in pieces), *number], skeleton)
    size, center = high - low, (high + low) / 2
    # Mirrors hang above cars and heads: what matters on the ground are the blocks and the wheels.
    return Body(
        kind="vehicle",
        mesh=meshes[0],
        textures=model.textures,
        paint_srgb=spec.paint_srgb,
        size_lwh_m=(float(size[0]), float(size[1]), float(size[2])),
        centre_m=(float(center[0]), float(center[1]), float(center[2])),
        footprint_m=(float(low[0]), float(high[0]), m.half_width_m),
        skeleton=skeleton,
        coarse=meshes[1],
        far=meshes[2],
        cabin=_room(m),
    )


def _room(m: HeavyModel) -> Cabin | None:
    """What is behind the glass; trailers have none."""
    half, (tail, nose) = m.blocks[0].half_width_m, m.x_m
    if m.shape == "bus":
        return saloon((tail + 0.25, nose - 0.1), half, BELT_M, HEAD_M + 0.3, _DRIVER_Y_M)
    return None if m.cab is None else cab_cabin(nose, half, m.cab)
