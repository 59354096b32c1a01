"""Draw every body from all around and from 3, 10 and 30 m: python tools/gallery.py out/gallery [name ...]

A body stands alone on asphalt, lamps on, a driver at the wheel. Each gets one picture per view and a sheet of
all views; people on foot also get their face, a hand and their shoes.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.agents.company import beside_m
from sim.bodies import Body, BodySpec, CompanionSpec, Lights, PersonSpec, RiderSpec, VehicleSpec, build_body
from sim.bodies.company import CHAIRS, COMPANION_VARIANTS, sample_companion
from sim.bodies.cycles import CYCLE_SHAPES, CYCLE_VARIANTS
from sim.bodies.people import fitted, sample_person, sample_rider
from sim.bodies.rail import RAIL_SHAPES
from sim.bodies.vehicles import HEAVY_SHAPES, SHAPES, VARIANTS
from sim.environment import Environment
from sim.randomness import stream
from sim.render import Renderer
from sim.scenario import Camera, Pedestrian, Scenario, Vehicle
from sim.simulation import simulate
from sim.world import GroundPatch, Lane, Recipe, RoadNetwork, World

Image = NDArray[np.uint8]

WIDTH_PX, HEIGHT_PX, HFOV_DEG = 1280, 720, 72.0
SUN_AZIMUTH_DEG, SUN_ELEVATION_DEG = 60.0, 40.0
NEAR_M = (3.0, 10.0, 30.0)
CLOSE_M, CLOSE_HEIGHTS = 1.3, (("face", 0.93), ("hand", 0.48), ("shoes", 0.06))
"""Distance of close pictures of people, and where they look, in body heights."""
HAIRS = ("short", "curly", "bob", "long", "ponytail", "bun")
PEOPLE = 16
PAINTS = ((150, 20, 24), (212, 213, 211), (24, 48, 104), (98, 101, 104))


def bodies() -> dict[str, BodySpec]:
    """Name -> description of everything in the gallery."""
    out: dict[str, BodySpec] = {}
    for shape in (*SHAPES, *HEAVY_SHAPES, *RAIL_SHAPES):
        for variant in range(VARIANTS if shape in SHAPES else 2):
            paint = PAINTS[variant % len(PAINTS)]
            out[f"{shape}{variant}"] = VehicleSpec(shape, variant, paint)
    for shape, livery, paint in (("estate", "taxi", (216, 196, 140)), ("suv", "patrol", (212, 213, 211))):
        out[livery] = VehicleSpec(shape, 0, paint, livery=livery)
    for shape in CYCLE_SHAPES:
        for variant in range(CYCLE_VARIANTS[shape]):
            person = sample_rider(stream(variant, f"gallery/{shape}"), shape)
            machine = VehicleSpec(shape, variant, PAINTS[variant % len(PAINTS)])
            out[f"{shape}{variant}"] = RiderSpec(person, fitted(person, machine))
    for shape, count in COMPANION_VARIANTS.items():
        for variant in range(count):
            draws = (sample_companion(stream(k, f"gallery/{shape}"), shape) for k in range(100))
            companion = next(spec for spec in draws if spec.variant == variant)
            person = sample_person(
                stream(variant, f"gallery/{shape}/person"), age="young", bottom="trousers", bag="none"
            )
            out[f"{shape}{variant}"] = RiderSpec(person, companion) if shape in CHAIRS else companion
    for held, age in (("umbrella", "young"), ("cane", "old")):
        out[held] = sample_person(stream(1, f"gallery/{held}"), held=held, age=age, held_srgb=(96, 30, 36))
    for k in range(PEOPLE):
        out[f"person{k}"] = sample_person(stream(k, "gallery/person"))
    for hair in HAIRS:
        gender = 1.0 if hair in ("short", "curly") else 0.0
        out[f"hair_{hair}"] = sample_person(
            stream(0, f"gallery/{hair}"), hair=hair, headwear="none", gender=gender, age="young"
        )
    return out


def ground() -> World:
    """Asphalt without end and one place to stand on."""
    half_m = 120.0
    ring = ((-half_m, -half_m), (half_m, -half_m), (half_m, half_m), (-half_m, half_m))
    lane = Lane("stand", "parking", ((-40.0, 0.0), (40.0, 0.0)), 4.0, 10.0)
    return World(
        recipe=Recipe("gallery"),
        network=RoadNetwork((lane,)),
        ground=(GroundPatch("road", ring),),
        markings=(),
        buildings=(),
        trees=(),
        props=(),
        signal_heads=(),
        surface_seed=3,
        bounds_m=(-20.0, -20.0, 20.0, 20.0),
    )


def standing(spec: BodySpec) -> Vehicle | Pedestrian:
    """The agent "body" with its origin at that of the ground."""
    if isinstance(spec, CompanionSpec):
        x, y = beside_m(build_body(spec))
        return Pedestrian("body", (-x, -y), "stand", companion=spec)
    if isinstance(spec, RiderSpec) and isinstance(spec.vehicle, CompanionSpec):
        return Pedestrian("body", (0.0, 0.0), "stand", body=spec.person, companion=spec.vehicle)
    if isinstance(spec, RiderSpec):
        return Vehicle("body", "stand", 40.0, "parked", body=spec.vehicle, rider=spec.person)
    if isinstance(spec, VehicleSpec):
        return Vehicle("body", "stand", 40.0, "parked", body=spec)
    if isinstance(spec, PersonSpec):
        return Pedestrian("body", (0.0, 0.0), "stand", body=spec)
    raise TypeError("only vehicles, riders and people on foot stand in the gallery")


def views(body: Body) -> tuple[Camera, ...]:
    """Four sides as near as the body fits, then from half ahead at fixed distances from its surface."""
    length_m, width_m, height_m = body.size_lwh_m
    middle = np.array(body.centre_m)
    out = []
    focal = WIDTH_PX / 2 / np.tan(np.deg2rad(HFOV_DEG / 2))
    for name, azimuth_deg, across_m, deep_m in (
        ("front", 0, width_m, length_m),
        ("left", 90, length_m, width_m),
        ("rear", 180, width_m, length_m),
        ("right", 270, length_m, width_m),
    ):
        fits_m = 1.15 * focal * max(across_m / WIDTH_PX, height_m / HEIGHT_PX)
        out.append(_toward(name, middle, azimuth_deg, fits_m + deep_m / 2, 8.0))
    for azimuth_deg in (35, 145):
        for near_m in NEAR_M:
            a = np.deg2rad(azimuth_deg)
            reach_m = min(length_m / 2 / abs(np.cos(a)), width_m / 2 / abs(np.sin(a)))
            target = middle
            if near_m < 5:
                corner = np.array([np.cos(a) * length_m, np.sin(a) * width_m, 0.0]) * 0.42
                target = np.array([*(middle + corner)[:2], min(middle[2], 0.9)])
                reach_m = 0.0
            out.append(_toward(f"{near_m:g}m_{azimuth_deg}", target, azimuth_deg, near_m + reach_m, 10.0))
    if body.kind == "person":
        for name, height in CLOSE_HEIGHTS:
            target = np.array([*middle[:2], height * height_m])
            azimuth_deg = 60.0 if name == "hand" else 25.0
            out.append(_toward(name, target, azimuth_deg, CLOSE_M, 4.0))
    return tuple(out)


def _toward(
    name: str, target: NDArray[np.float64], azimuth_deg: float, away_m: float, down_deg: float
) -> Camera:
    a, e = np.deg2rad(azimuth_deg), np.deg2rad(down_deg)
    x, y, z = target + away_m * np.array([np.cos(a) * np.cos(e), np.sin(a) * np.cos(e), np.sin(e)])
    return Camera(
        name, "", float(x), float(y), float(max(z, 0.3)), azimuth_deg + 180.0, down_deg,
        hfov_deg=HFOV_DEG, width_px=WIDTH_PX, height_px=HEIGHT_PX,
    )  # fmt: skip


def drawn(spec: BodySpec, lights: Lights) -> dict[str, Image]:
    """View -> picture of one body with these lamps on."""
    light = Environment(SUN_AZIMUTH_DEG, SUN_ELEVATION_DEG, cloud_cover=0.2)
    scenario = Scenario(
        ground(), (standing(spec),), views(build_body(spec)), duration_s=0.1, environment=light
    )
    state = next(iter(simulate(scenario)))
    lit = dataclasses.replace(
        state,
        poses=dataclasses.replace(state.poses, lights=np.full(len(state.roster), int(lights), np.uint8)),
    )
    driven = dataclasses.replace(state.roster, parked=np.zeros(len(state.roster), bool))
    with Renderer(scenario.world, driven, scenario.sensors) as renderer:
        return {capture.sensor: capture.rgb.copy() for capture in renderer.capture(lit)}


def sheet(pictures: Sequence[Image], columns: int = 3) -> Image:
    """Pictures at half size side by side."""
    small = [cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for p in pictures]
    small += [np.zeros_like(small[0])] * (-len(small) % columns)
    rows = [np.concatenate(small[k : k + columns], 1) for k in range(0, len(small), columns)]
    return np.asarray(np.concatenate(rows), np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="all by default")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    known = bodies()
    for name in args.names or known:
        pictures = drawn(known[name], Lights.HEAD | Lights.LEFT)
        for view, picture in pictures.items():
            cv2.imwrite(str(args.folder / f"{name}_{view}.png"), picture[..., ::-1])
        cv2.imwrite(str(args.folder / f"{name}.png"), sheet(list(pictures.values()))[..., ::-1])
        print(args.folder / f"{name}.png")


if __name__ == "__main__":
    main()
