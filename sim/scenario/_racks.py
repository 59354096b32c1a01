"""A world with bicycle racks -> bicycles parked at them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
import shapely.affinity
from numpy.typing import NDArray

from sim.agents.lanes import LaneMap
from sim.bodies import build_body
from sim.randomness import stream
from sim.scenario._bodies import BodyDraws
from sim.scenario.checks import MAX_LATERAL_M
from sim.scenario.scenario import Vehicle
from sim.scenery import RACK_PLACES_M
from sim.world import Lane, Prop, World

__all__ = ["cycles_at_racks", "rack_discs"]

Floats = NDArray[np.float64]

_APART_M = 0.1


def cycles_at_racks(
    world: World, seed: int, count: int, parked: Sequence[Vehicle], bodies: BodyDraws
) -> list[Vehicle]:
    """Bicycles at racks, "rack1" and on, most of them near the middle of the street.

    Args:
        world: the street.
        seed: picks places and looks.
        count: how many; fewer where racks have fewer places.
        parked: vehicles that no bicycle may touch.
        bodies: where the bicycles come from.
    """
    lane_map = LaneMap(world.network.lanes)
    taken = shapely.union_all([_plan(lane_map, vehicle) for vehicle in parked])
    lanes = [lane for lane in world.network.lanes if len(lane.centre_m) == 2]
    racks = [prop for prop in world.props if prop.kind == "bicycle_rack"]
    rng = stream(seed, "population/racks")
    places = [(rack, place) for rack in racks for place in RACK_PLACES_M]
    away = np.array([np.hypot(rack.x_m, rack.y_m) for rack, _ in places])
    order = np.argsort(rng.exponential(size=len(places)) / (0.15 + np.exp(-((away / 80.0) ** 2))))
    out: list[Vehicle] = []
    for k in order.tolist():
        if len(out) == count:
            break
        name = f"rack{len(out) + 1}"
        bicycle = _at(places[k][0], places[k][1], lanes, name, stream(seed, f"population/{name}"), bodies)
        # Without parked vehicles the distance is not a number.
        if bicycle is not None and not shapely.distance(taken, _plan(lane_map, bicycle)) <= _APART_M:
            out.append(bicycle)
    return out


def _plan(lanes: LaneMap, vehicle: Vehicle) -> shapely.Polygon:
    """The rectangle on which a parked vehicle stands."""
    xy, yaw = lanes.position(np.array([lanes.index(vehicle.lane)]), np.array([vehicle.s_m]))
    x_min, x_max, half = build_body(vehicle.body).footprint_m
    turned = float(yaw[0]) + vehicle.heading_offset_rad
    x, y = xy[0] + vehicle.lateral_m * np.array([-np.sin(yaw[0]), np.cos(yaw[0])])
    box = shapely.box(x_min, -half, x_max, half)
    return shapely.affinity.translate(
        shapely.affinity.rotate(box, turned, (0.0, 0.0), use_radians=True), x, y
    )


def rack_discs(world: World) -> list[tuple[float, float, float]]:
    """(x, y, radius) of places to keep clear around bicycles at racks, taken or not."""
    out = []
    for rack in world.props:
        if rack.kind == "bicycle_rack":
            c, s = float(np.cos(rack.yaw_rad)), float(np.sin(rack.yaw_rad))
            for x, y in RACK_PLACES_M:
                for along in (y - 0.6, y, y + 0.6):
                    out.append((rack.x_m + x * c - along * s, rack.y_m + x * s + along * c, 0.6))
    return out


def _at(
    rack: Prop,
    place: tuple[float, float],
    lanes: list[Lane],
    name: str,
    rng: np.random.Generator,
    bodies: BodyDraws,
) -> Vehicle | None:
    """A bicycle along the kerb at a place of a rack, described from the nearest straight lane beside it."""
    body = bodies.cycle(name, rng)
    while body.shape != "bicycle":
        # Cargo bikes are too long for a place at a rack, scooters lean elsewhere.
        body = bodies.cycle(name, rng)
    x_min, x_max, _ = build_body(body).footprint_m
    c, s = np.cos(rack.yaw_rad), np.sin(rack.yaw_rad)
    x, y = place
    middle = np.array([rack.x_m + x * c - y * s, rack.y_m + x * s + y * c])
    yaw_rad = rack.yaw_rad + (np.pi / 2 if rng.random() < 0.5 else -np.pi / 2)
    origin = middle - (x_min + x_max) / 2 * np.array([np.cos(yaw_rad), np.sin(yaw_rad)])
    best: tuple[float, Lane, float, float, float] | None = None
    for lane in lanes:
        a, b = np.array(lane.centre_m)
        length = float(np.hypot(*(b - a)))
        along = (b - a) / length
        s_m = float((origin - a) @ along)
        left_m = float(along[0] * (origin - a)[1] - along[1] * (origin - a)[0])
        if 0.0 < s_m < length and abs(left_m) < (best[0] if best else MAX_LATERAL_M):
            best = abs(left_m), lane, s_m, left_m, float(np.arctan2(along[1], along[0]))
    if best is None:
        return None
    _, lane, s_m, left_m, lane_yaw_rad = best
    turned = float((yaw_rad - lane_yaw_rad + np.pi) % (2 * np.pi) - np.pi)
    return Vehicle(
        name, lane.id, round(s_m, 3), "parked", body=body, lateral_m=round(left_m, 3),
        heading_offset_rad=round(turned, 4),
    )  # fmt: skip
