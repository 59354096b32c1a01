"""A motorway's roads -> what stands in its median and beside it: rails, walls, banks, boards, trees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from sim.roads import RoadNetwork
from sim.scenery import bank_height_m
from sim.world import Prop, Tree
from worlds._frontages import Dressing
from worlds._map_ground import GREEN_M, Areas
from worlds._motorway import Motorway
from worlds._parameters import Value
from worlds._trees import grown, street_species

__all__ = ["RoadPlaces", "motorway_sides"]

_PIECE_M, _RAIL_M, _WALL_M, _BANK_M = 16.0, 0.9, 3.2, 4.0
_POST_EVERY_M, _PHONE_EVERY_M, _LIMIT_EVERY_M = 50.0, 1900.0, 1150.0
_STRETCH_M, _CLEAR_M = (110.0, 380.0), 0.5
_WOOD_M, _WOOD_PER_100M, _MOST_TREES = (7.0, 38.0), 11.0, 420
_LEAF_SRGB = (104, 124, 64)


@dataclass(frozen=True)
class RoadPlaces:
    """Points beside roads.

    Attributes:
        network: the roads.
    """

    network: RoadNetwork

    def at(self, road: str, s_m: float, t_m: float) -> tuple[float, float, float]:
        """x, y and the heading of the road."""
        number, s = np.array([self.network.road_number[road]]), np.array([s_m])
        x, y, _ = self.network.surface.points(number, s, np.array([t_m]))[0].tolist()
        return x, y, float(self.network.surface.frame(number, s).heading_rad[0])

    def prop(
        self,
        kind: str,
        place: tuple[str, float, float],
        turn_rad: float,
        length_m: float = 0.0,
        seed: int = 0,
    ) -> Prop:
        """Something that looks along the road's heading plus a turn; place is road, s and t."""
        x, y, heading = self.at(*place)
        return Prop(kind, x, y, GREEN_M, heading + turn_rad, length_m, seed)


def motorway_sides(
    way: Motorway,
    network: RoadNetwork,
    areas: Areas,
    p: Mapping[str, Value],
    rng: np.random.Generator,
) -> Dressing:
    """Everything along the roads of a motorway; rest areas' own dressing is `worlds._rest_area`.

    Args:
        way: its cross-section.
        network: its roads.
        areas: what they cover; nothing stands on it but what belongs into the median.
        p: parameters of the world.
        rng: decides.
    """
    places = RoadPlaces(network)
    inside, beside, trees = list[Prop](), list[Prop](), list[Tree]()
    names = [road.id for road in network.roads if road.id == "rest" or road.id.startswith("way ")]
    seeds = {kind: int(rng.integers(2**20)) for kind in ("wall", "bank", "shrub")}
    for name in names:
        length = float(network.road(name).length_m)
        inside += _median(places, name, length, p, seeds["shrub"])
        for side in (1.0, -1.0):
            edge = side * way.edge_m(name)
            beside += _rails(places, name, length, edge, float(p["guard_rail_share"]), rng)
            beside += _small(places, name, length, edge)
            if name != "rest":
                props, planted = _stretches(places, name, length, edge, p, seeds, rng)
                beside += props
                trees += planted
                inside += _gantries(places, name, length, edge, float(p["gantries_per_km"]), rng)
    inside += _before_rests(way, places, names, p)
    street = shapely.buffer(areas.road, _CLEAR_M)
    shapely.prepare(street)
    outlines = [_outline(prop) for prop in beside]
    free = ~shapely.intersects(street, outlines)
    xy = [(tree.x_m, tree.y_m) for tree in trees]
    dry = ~shapely.contains(shapely.buffer(areas.road, 4.0), shapely.points(xy)) if xy else np.zeros(0, bool)
    kept = [trees[k] for k in np.flatnonzero(dry)]
    species = street_species(str(p["tree_species"]), int(p["detail_seed"]))
    return Dressing(
        trees=grown(kept[:_MOST_TREES], species, str(p["season"]), 4.5, keeps_height=True),
        props=(*inside, *(prop for prop, is_free in zip(beside, free, strict=True) if is_free)),
    )


def _outline(prop: Prop) -> shapely.Geometry:
    """The ground line of a prop; of banks the area."""
    c, s = np.cos(prop.yaw_rad), np.sin(prop.yaw_rad)
    half = max(prop.length_m, 0.3) / 2
    ends = [(prop.x_m - k * half * s, prop.y_m + k * half * c) for k in (-1.0, 1.0)]
    if prop.kind != "embankment":
        return shapely.LineString(ends)
    deep = 2.6 * bank_height_m(prop.seed) + 8.0
    return shapely.Polygon([*ends, *((x - deep * c, y - deep * s) for x, y in ends[::-1])])


def _pieces(length_m: float) -> Iterator[tuple[float, float]]:
    """Middle and length of the pieces of a line."""
    count = max(1, round(length_m / _PIECE_M))
    for k in range(count):
        yield (k + 0.5) * length_m / count, length_m / count


def _toward(t_m: float) -> float:
    """Turn of what looks from t across the road."""
    return -np.pi / 2 if t_m > 0 else np.pi / 2


def _median(
    places: RoadPlaces, road: str, length_m: float, p: Mapping[str, Value], seed: int
) -> Iterator[Prop]:
    kind, half = str(p["median"]), float(p["median_width_m"]) / 2
    for s, long in _pieces(length_m):
        if kind == "concrete":
            yield places.prop("concrete_barrier", (road, s, 0.0), np.pi / 2, long, 1)
            continue
        for t in (half - 0.55, -half + 0.55):
            yield places.prop("guard_rail", (road, s, t), -_toward(t), long, 1)
        if kind == "planted":
            for k in (-0.25, 0.25):
                yield places.prop("shrub", (road, s + k * long, 0.0), 0.0, 0.0, seed + round(s))


def _rails(
    places: RoadPlaces, road: str, length_m: float, edge_m: float, share: float, rng: np.random.Generator
) -> Iterator[Prop]:
    """Rails along the outer edge, in long stretches."""
    t = edge_m + np.sign(edge_m) * _RAIL_M
    is_there, left_m = bool(rng.random() < share), float(rng.uniform(*_STRETCH_M))
    for s, long in _pieces(length_m):
        left_m -= long
        if left_m < 0:
            is_there, left_m = bool(rng.random() < share), float(rng.uniform(*_STRETCH_M))
        if is_there:
            yield places.prop("guard_rail", (road, s, t), _toward(t), long + 0.02, 1)


def _small(places: RoadPlaces, road: str, length_m: float, edge_m: float) -> Iterator[Prop]:
    """Delineators; phones."""
    t, along = edge_m + np.sign(edge_m) * 0.72, np.pi if edge_m < 0 else 0.0
    for s in np.arange(25.0, length_m - 10.0, _POST_EVERY_M).tolist():
        yield places.prop("delineator", (road, s, t), along)
    for s in np.arange(210.0, length_m - 60.0, _PHONE_EVERY_M).tolist():
        yield places.prop("emergency_phone", (road, s, t + np.sign(edge_m)), _toward(t))


def _stretches(
    places: RoadPlaces,
    road: str,
    length_m: float,
    edge_m: float,
    p: Mapping[str, Value],
    seeds: Mapping[str, int],
    rng: np.random.Generator,
) -> tuple[list[Prop], list[Tree]]:
    """One stretch after the other with a noise wall, a bank with trees, a wood, or fields."""
    shares = np.array([float(p[f"{name}_share"]) for name in ("noise_wall", "embankment", "wood")])
    bounds = np.cumsum(shares / max(1.0, float(shares.sum())))
    side, props, trees = float(np.sign(edge_m)), list[Prop](), list[Tree]()
    start = 0.0
    while start < length_m - 30.0:
        end = min(start + float(rng.uniform(*_STRETCH_M)), length_m)
        kind = int(np.searchsorted(bounds, rng.random()))
        bank = seeds["bank"] + int(rng.integers(6))
        for s, long in _pieces(end - start) if kind < 2 else ():
            name, off, seed = (
                ("noise_wall", _WALL_M, seeds["wall"]) if kind == 0 else ("embankment", _BANK_M, bank)
            )
            t = edge_m + side * off
            props.append(places.prop(name, (road, start + s, t), _toward(t), long + 0.15, seed))
        if kind in (1, 2):
            high = bank_height_m(bank)
            near, far = (_BANK_M + 1.9 * high, _BANK_M + 1.8 * high + 6.0) if kind == 1 else _WOOD_M
            count = rng.poisson((end - start) / 100.0 * _WOOD_PER_100M)
            for _ in range(count):
                s, off = float(rng.uniform(start, end)), float(rng.uniform(near, far))
                x, y, _h = places.at(road, s, edge_m + side * off)
                tall, z = float(rng.uniform(5.0, 12.0)), GREEN_M + (high - 0.15 if kind == 1 else 0.0)
                trees.append(Tree(x, y, z, tall, 0.32 * tall, _LEAF_SRGB, 1.0, int(rng.integers(2**31))))
        start = end
    return props, trees


def _gantries(
    places: RoadPlaces, road: str, length_m: float, edge_m: float, per_km: float, rng: np.random.Generator
) -> Iterator[Prop]:
    """Over one carriageway, for those who come; beside it signs that repeat the limit."""
    long = abs(edge_m) + 1.6
    t, facing = np.sign(edge_m) * long / 2, np.pi if edge_m < 0 else 0.0
    for _ in range(rng.poisson(per_km * length_m / 1000.0)):
        place = (road, float(rng.uniform(60.0, max(length_m - 60.0, 61.0))), float(t))
        yield places.prop("gantry", place, facing, long, int(rng.integers(2**31)))


def _before_rests(
    way: Motorway, places: RoadPlaces, names: Sequence[str], p: Mapping[str, Value]
) -> Iterator[Prop]:
    """Limits along the way; bars and a board before rest areas."""
    limit = f"sign_speed{round(float(p['speed_limit_kph']))}"
    for name in names:
        length = float(places.network.road(name).length_m)
        for side in (1.0, -1.0) if limit in _LIMITS else ():
            facing = np.pi if side < 0 else 0.0
            for s in np.arange(90.0, length - 60.0, _LIMIT_EVERY_M).tolist():
                at = s if side < 0 else length - s
                for t in (side * (way.edge_m(name) + 1.3),):
                    yield places.prop(limit, (name, at, t), facing)
    if not way.has_rest_areas:
        return
    last, first = names[-1], names[1]
    for road, side in ((last, -1.0), (first, 1.0)):
        length = float(places.network.road(road).length_m)
        facing, t = (np.pi if side < 0 else 0.0), side * (way.edge_m(road) + 1.4)
        for k, kind in enumerate(("sign_exit_bars1", "sign_exit_bars2", "sign_exit_bars3"), 1):
            at = length - 100.0 * k if side < 0 else 100.0 * k
            yield places.prop(kind, (road, at, t), facing)
        at = length - 40.0 if side < 0 else 40.0
        yield places.prop("exit_board", (road, at, t + side * 2.0), facing, 0.0, 3)
        at = length - 390.0 if side < 0 else 390.0
        yield places.prop("sign_rest_area", (road, at, t), facing)


_LIMITS = ("sign_speed80", "sign_speed100", "sign_speed120", "sign_speed130")
