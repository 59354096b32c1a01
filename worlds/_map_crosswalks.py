"""A map's crosswalk objects -> crossings with the lanes below, their stripes, and the ways to them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from sim.roads import CornerRoad, Outline, RoadNetwork, RoadObject
from sim.world import Crosswalk, Marking, WalkEdge, WalkNode
from worlds._map_lanes import Chain

__all__ = ["Crossings", "crossings"]

_STRIPE_M, _PITCH_M = 0.5, 1.0
_WAIT_M, _REACH_M, _MARGIN_M = 0.5, 6.0, 0.4


@dataclass(frozen=True)
class Crossings:
    """What crosswalks add to a street.

    Attributes:
        crosswalks: those that people can come to from sidewalks on both sides.
        nodes, edges: of the walk graph, to be added to it.
        markings: stripes of all, also of those that no sidewalk leads to.
    """

    crosswalks: tuple[Crosswalk, ...]
    nodes: tuple[WalkNode, ...]
    edges: tuple[WalkEdge, ...]
    markings: tuple[Marking, ...]


def crossings(network: RoadNetwork, chains: Sequence[Chain], walks: Sequence[WalkNode]) -> Crossings:
    """The crossings of a map.

    People walk along the longer axis of a crosswalk's outline. It is joined to the nearest node of the walk
    graph within 6 m of each of its ends.

    Args:
        network: the map.
        chains: what is driven on.
        walks: nodes of the walk graph along sidewalks.
    """
    out: list[Crosswalk] = []
    nodes: list[WalkNode] = []
    edges: list[WalkEdge] = []
    markings: list[Marking] = []
    for name, outline in _outlines(network):
        axis, width_m = _axis(outline)
        markings += _stripes(outline, axis)
        lanes = tuple(_below(outline, chains))
        landings = [_landing(axis, end, walks) for end in (0, 1)]
        if not lanes or None in landings:
            continue
        ends = [(float(x), float(y)) for x, y in axis]
        ring = tuple((float(x), float(y)) for x, y in _corners(outline))
        out.append(Crosswalk(name, ring, ends[0], ends[1], "", lanes))
        for end, landing in zip(("start", "end"), landings, strict=True):
            if landing is not None:
                xy_m, nearest = landing
                nodes.append(WalkNode(f"{name} {end}", xy_m))
                edges.append(WalkEdge(nearest, f"{name} {end}", max(width_m - 1.0, 1.0)))
        edges.append(WalkEdge(f"{name} start", f"{name} end", max(width_m - 2 * _MARGIN_M, 1.0), name))
    return Crossings(tuple(out), tuple(nodes), tuple(edges), tuple(markings))


def _outlines(network: RoadNetwork) -> Iterator[tuple[str, shapely.Polygon]]:
    """Name and area in the plane of every crosswalk object."""
    for number, road in enumerate(network.roads):
        for k, thing in enumerate(road.objects):
            if thing.type == "crosswalk":
                for ring in [_corners_of(network, number, thing, plan) for plan in thing.outlines] or [
                    _corners_of(network, number, thing, None)
                ]:
                    area = shapely.convex_hull(shapely.MultiPoint(ring))
                    if area.geom_type == "Polygon" and area.area > 1.0:
                        yield f"crosswalk {road.id}:{thing.id or k}", area


def _corners_of(network: RoadNetwork, road: int, thing: RoadObject, plan: Outline | None) -> np.ndarray:
    """(N, 2) corners of an object's outline in the world; of its box if it has none."""
    if plan is None:
        u, v = thing.length_m / 2, thing.width_m / 2
        local = np.array([(-u, -v), (u, -v), (u, v), (-u, v)])
    else:
        on_road = [(c.s_m, c.t_m) for c in plan.corners if isinstance(c, CornerRoad)]
        if on_road:
            s, t = np.array(on_road).T
            return network.surface.points(np.full(len(s), road), s, t)[:, :2]
        local = np.array([(c.u_m, c.v_m) for c in plan.corners if not isinstance(c, CornerRoad)])
    at, s_m = np.array([road]), np.array([thing.s_m])
    origin = network.surface.points(at, s_m, np.array([thing.t_m]))[0, :2]
    yaw = float(network.surface.frame(at, s_m).heading_rad[0]) + thing.heading_rad
    yaw += math.pi if thing.orientation == "-" else 0.0
    turn = np.array([[math.cos(yaw), math.sin(yaw)], [-math.sin(yaw), math.cos(yaw)]])
    return np.asarray(origin + local.reshape(-1, 2) @ turn)


def _corners(area: shapely.Polygon) -> np.ndarray:
    return np.asarray(shapely.get_coordinates(shapely.orient_polygons(area))[:-1])


def _axis(area: shapely.Polygon) -> tuple[np.ndarray, float]:
    """(2, 2) ends of the longer axis of the smallest rectangle around, and the shorter side."""
    box = shapely.get_coordinates(shapely.oriented_envelope(area))[:4]
    sides = np.hypot(*(np.roll(box, -1, 0) - box).T)
    k = int(np.argmin(sides[:2]))
    ends = np.array([(box[k] + box[k + 1]) / 2, (box[(k + 2) % 4] + box[(k + 3) % 4]) / 2])
    return ends, float(sides[k])


def _below(area: shapely.Polygon, chains: Sequence[Chain]) -> Iterator[tuple[str, float, float]]:
    """(chain id, where it enters, where it has left) of each chain below."""
    for chain in chains:
        line = shapely.LineString(chain.points_m[:, :2])
        if line.intersects(area):
            at = [line.project(p) for p in shapely.points(shapely.get_coordinates(line.intersection(area)))]
            if max(at) - min(at) > _MARGIN_M:
                yield chain.id, float(min(at)), float(max(at))


def _landing(axis: np.ndarray, end: int, walks: Sequence[WalkNode]) -> tuple[tuple[float, float], str] | None:
    """Where people wait at one end, and the nearest node of the walk graph; None if none is near."""
    away = axis[end] - axis[1 - end]
    xy = axis[end] + away / np.hypot(*away) * _WAIT_M
    gaps = [math.dist(xy, node.xy_m) for node in walks]
    if not gaps or min(gaps) > _REACH_M:
        return None
    return (float(xy[0]), float(xy[1])), walks[int(np.argmin(gaps))].id


def _stripes(area: shapely.Polygon, axis: np.ndarray) -> Iterator[Marking]:
    """Bars across the axis, half a meter wide, a meter apart."""
    length = float(np.hypot(*(axis[1] - axis[0])))
    ahead = (axis[1] - axis[0]) / length
    aside = np.array([-ahead[1], ahead[0]]) * 50.0
    for start in np.arange(_STRIPE_M / 2, length - _STRIPE_M, _PITCH_M).tolist():
        a, b = axis[0] + ahead * start, axis[0] + ahead * (start + _STRIPE_M)
        bar = shapely.intersection(area, shapely.Polygon([a - aside, b - aside, b + aside, a + aside]))
        if bar.geom_type == "Polygon" and bar.area > 0.1:
            yield Marking("zebra", tuple((float(x), float(y)) for x, y in _corners(bar)))
