"""VehicleSpec in, Body out: the model is built once, paint and plate are put on per car."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body, BodyTextures
from sim.bodies.spec import VehicleSpec
from sim.bodies.vehicles.atlas import Canvas, Chart, charts
from sim.bodies.vehicles.cabin import Cabin, cabin
from sim.bodies.vehicles.categories import vehicle_category
from sim.bodies.vehicles.coarse import coarse_pieces
from sim.bodies.vehicles.dirt import Splash, soiled
from sim.bodies.vehicles.extents import swept_extent
from sim.bodies.vehicles.fittings import fittings
from sim.bodies.vehicles.glazing import Glazing, glazing
from sim.bodies.vehicles.glyphs import paint_glyphs
from sim.bodies.vehicles.heavy import HEAVY_SHAPES, build_heavy, heavy_model
from sim.bodies.vehicles.hull import Hull, build_hull
from sim.bodies.vehicles.lamps import lamps
from sim.bodies.vehicles.livery import LIVERIES, roof_pieces
from sim.bodies.vehicles.models import proportions
from sim.bodies.vehicles.paint_ends import paint_front, paint_rear
from sim.bodies.vehicles.paint_lamps import paint_lamps
from sim.bodies.vehicles.paint_sides import paint_side, paint_top
from sim.bodies.vehicles.paint_wheels import paint_tread, paint_wheel
from sim.bodies.vehicles.pieces import Piece, join
from sim.bodies.vehicles.plates import check_plate, coarse_plates, far_plates, plates
from sim.bodies.vehicles.proportions import Proportions
from sim.bodies.vehicles.rig import VehicleSkeleton
from sim.bodies.vehicles.skin import skin
from sim.bodies.vehicles.wheels import wheel_centres_m, wheels
from sim.errors import UsageError, near_matches
from sim.taxonomy import AGENT_CLASSES

__all__ = ["build_vehicle", "check_vehicle"]


Pictures = tuple[NDArray[np.uint8], NDArray[np.uint8]]

_DIRT = (Splash("side", 0.8, 0.5), Splash("front", 0.6, 0.4), Splash("rear", 0.85, 0.55))


@dataclass(frozen=True, eq=False)
class _Model:
    """What all cars of one (shape, variant) share."""

    proportions: Proportions
    hull: Hull
    charts: dict[str, Chart]
    pieces: tuple[Piece, ...]
    coarse: tuple[Piece, ...]
    far: tuple[Piece, ...]
    textures: BodyTextures
    cabin: Cabin


def _painted(p: Proportions, glass: Glazing, atlas: dict[str, Chart], livery: str) -> Pictures:
    """(albedo, material)."""
    canvas = Canvas()
    paint_side(canvas, atlas["side"], p, glass, livery)
    paint_top(canvas, atlas["top"], p, glass)
    paint_front(canvas, atlas["front"], p, glass)
    paint_rear(canvas, atlas["rear"], p, glass)
    paint_wheel(canvas, atlas["wheel"], p)
    paint_tread(canvas, atlas["tread"])
    paint_lamps(canvas, atlas, p)
    paint_glyphs(canvas, atlas["glyphs"])
    albedo, material = canvas.finish()
    return soiled(albedo, material, atlas, _DIRT, p.shape)


@cache
def _model(shape: str, variant: int) -> _Model:
    p = proportions(shape, variant)
    hull, atlas = build_hull(p), charts(p)
    glass = glazing(p, hull)
    pieces = (
        skin(hull, atlas),
        *wheels(p, atlas),
        *lamps(p, hull, atlas),
        *fittings(p, hull, glass),
    )
    textures = BodyTextures(f"vehicle/{shape}/{variant}", partial(_painted, p, glass, atlas, ""))
    coarse, far = coarse_pieces(p, hull, glass, atlas)
    return _Model(p, hull, atlas, pieces, tuple(coarse), tuple(far), textures, cabin(p, hull, glass))


@cache
def _with_livery(shape: str, variant: int, livery: str) -> _Model:
    """The model in a livery: textures of its own, and what stands on the roof."""
    plain = _model(shape, variant)
    if not livery:
        return plain
    p, hull = plain.proportions, plain.hull
    paint = partial(_painted, p, glazing(p, hull), plain.charts, livery)
    textures = BodyTextures(f"vehicle/{shape}/{variant}/{livery}", paint)
    roof = roof_pieces(hull, livery, plain.charts["glyphs"])
    return replace(
        plain,
        textures=textures,
        pieces=(*plain.pieces, *roof),
        coarse=(*plain.coarse, *roof),
        far=(*plain.far, *roof),
    )


def check_vehicle(spec: VehicleSpec) -> None:
    """Raises what `build_vehicle` would, without building or painting anything."""
    check_plate(spec.plate)
    if len(spec.paint_srgb) != 3 or not all(0 <= c <= 255 for c in spec.paint_srgb):
        raise UsageError(f"vehicle paint_srgb {spec.paint_srgb!r}: wanted three numbers from 0 to 255")
    if spec.livery not in LIVERIES:
        raise UsageError(near_matches("vehicle livery", spec.livery, LIVERIES[1:]))
    if spec.livery and spec.shape in HEAVY_SHAPES:
        raise UsageError(f"vehicle livery {spec.livery!r} of a {spec.shape}: wanted '' or a car")
    if spec.shape in HEAVY_SHAPES:
        heavy_model(spec.shape, spec.variant)
    else:
        proportions(spec.shape, spec.variant)


@lru_cache(maxsize=256)
def build_vehicle(spec: VehicleSpec) -> Body:
    """The body of a motor vehicle.

    Args:
        spec: shape, variant, paint and plate.

    Returns:
        A body on five bones: 0 the body, 1 to 4 the wheels (front left, front right, rear left, rear right).
        Cars of equal shape and variant share their textures. All meshes have lamps and a plate.

    Raises:
        UsageError: no such shape or variant, a plate that cannot be shown, or a paint outside 0..255.
    """
    check_vehicle(spec)
    semantic = AGENT_CLASSES[vehicle_category(spec)]
    if spec.shape in HEAVY_SHAPES:
        return build_heavy(spec, semantic)
    model = _with_livery(spec.shape, spec.variant, spec.livery)
    p = model.proportions
    number = plates(p, model.hull, spec.plate, model.charts["glyphs"])
    pieces = [*model.pieces, *number]
    coarse = [*model.coarse, *coarse_plates(number)]
    far = [*model.far, *far_plates(number)]
    skeleton = VehicleSkeleton(p.wheelbase_m, p.track_m, p.wheel_radius_m, wheel_centres_m(p))
    low, high = swept_extent(pieces, skeleton)
    half_width = float(max(-low[1], high[1]))
    size, center = high - low, (high + low) / 2
    return Body(
        kind="vehicle",
        mesh=join(pieces, semantic),
        textures=model.textures,
        paint_srgb=spec.paint_srgb,
        size_lwh_m=(float(size[0]), float(size[1]), float(size[2])),
        centre_m=(float(center[0]), float(center[1]), float(center[2])),
        footprint_m=(float(low[0]), float(high[0]), half_width),
        skeleton=skeleton,
        coarse=join(coarse, semantic),
        far=join(far, semantic),
        cabin=model.cabin,
    )
