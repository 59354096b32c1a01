"""The lanes of any street -> a road network in OpenDRIVE's words, for `sim.roads.write_opendrive`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from sim.roads import (
    Connection,
    Cubic,
    Junction,
    LaneLink,
    LaneSection,
    ParamPoly3,
    Road,
    RoadLink,
    RoadNetwork,
    RoadType,
)
from sim.roads import Lane as MapLane
from sim.roads.arc_length import CubicCurves
from sim.world import Lane, World

__all__ = ["map_of"]

_LINK = (LaneLink(-1, -1),)


def map_of(world: World) -> RoadNetwork:
    """A road for every lane: its right lane -1 lies round the reference line, the lane's own center.

    The center becomes cubics through all its points with continuous headings. Lanes that part or join become
    connecting roads of junctions.

    Args:
        world: a street; what stands in it is left out.
    """
    lanes = {lane.id: lane for lane in world.network.lanes}
    before: dict[str, list[str]] = {name: [] for name in lanes}
    for lane in lanes.values():
        for name in lane.successors:
            before[name].append(lane.id)
    inside = {n for lane in lanes.values() if len(lane.successors) > 1 for n in lane.successors}
    inside |= {n for own in before.values() if len(own) > 1 for n in own}
    junction = _junctions(lanes, before, inside)
    roads = tuple(_road(lane, before[lane.id], junction, world.network.left_hand) for lane in lanes.values())
    connections: dict[str, list[Connection]] = {}
    for name in (n for n in lanes if n in inside):
        for incoming in before[name]:
            own = connections.setdefault(junction[name], [])
            own.append(Connection(str(len(own)), incoming, name, "start", _LINK))
    junctions = tuple(Junction(name, connections=tuple(own)) for name, own in connections.items())
    return RoadNetwork(roads, junctions, name=world.recipe.name)


def _junctions(
    lanes: Mapping[str, Lane], before: Mapping[str, list[str]], inside: set[str]
) -> dict[str, str]:
    """Connecting lane -> its junction: those that part from or join the same lane are in one."""
    order = {name: k for k, name in enumerate(lanes)}
    pairs = [
        (order[own[0]], order[other])
        for lane in lanes.values()
        for own in (lane.successors, before[lane.id])
        for other in own
        if other in inside and own[0] in inside
    ]
    rows, columns = np.array(pairs, np.intp).reshape(-1, 2).T
    graph = csr_matrix((np.ones(len(rows)), (rows, columns)), (len(lanes), len(lanes)))
    _, part = connected_components(graph, directed=False)
    numbers = {
        p: f"junction {k}" for k, p in enumerate(dict.fromkeys(part[order[n]] for n in lanes if n in inside))
    }
    return {name: numbers[part[order[name]]] for name in inside}


def _road(lane: Lane, before: list[str], junction: Mapping[str, str], left_hand: bool) -> Road:
    plan = _plan(np.array(lane.centre_m))
    one = MapLane(-1, lane.kind, predecessors=(-1,), successors=(-1,), widths=(Cubic(0.0, lane.width_m),))
    if left_hand:
        # Where traffic keeps left, right lanes are driven against s.
        one = MapLane(-1, lane.kind, False, (-1,), (-1,), one.widths, direction="reversed")
    return Road(
        id=lane.id,
        length_m=plan[-1].s_m + plan[-1].length_m,
        plan_view=plan,
        sections=(LaneSection(0.0, (), MapLane(0, "none"), (one,)),),
        junction=junction.get(lane.id, ""),
        left_hand=left_hand,
        predecessor=_link(before, "end", junction, lane.id),
        successor=_link(list(lane.successors), "start", junction, lane.id),
        types=(RoadType(0.0, "town", lane.speed_limit_mps),),
        lane_offsets=(Cubic(0.0, lane.width_m / 2),),
    )


def _link(names: list[str], contact: str, junction: Mapping[str, str], own: str) -> RoadLink | None:
    if not names:
        return None
    if names[0] in junction and own not in junction:
        return RoadLink("junction", junction[names[0]])
    return RoadLink("road", names[0], contact)


def _plan(points: np.ndarray) -> tuple[ParamPoly3, ...]:
    """Cubics through all points; their headings are those of the parabola through each and its neighbors."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    x_ahead, y_ahead = (
        np.gradient(points[:, k], along, edge_order=2) if len(points) > 2 else np.diff(points[:, k]).repeat(2)
        for k in range(2)
    )
    heading = np.unwrap(np.arctan2(y_ahead, x_ahead))
    out, s_m = [], 0.0
    for k in range(len(points) - 1):
        c, s = np.cos(heading[k]), np.sin(heading[k])
        chord = float(along[k + 1] - along[k])
        u, v = np.array([[c, s], [-s, c]]) @ (points[k + 1] - points[k])
        turn = heading[k + 1] - heading[k]
        du, dv = chord * np.cos(turn), chord * np.sin(turn)
        coefficients = (
            (0.0, chord, float(3 * u - 2 * chord - du), float(chord + du - 2 * u)),
            (0.0, 0.0, float(3 * v - dv), float(dv - 2 * v)),
        )
        x, y = (float(value) for value in points[k])
        curve = ParamPoly3(s_m, x, y, float(heading[k]), chord, *coefficients)
        length_m = float(CubicCurves([curve]).length_m[0])
        out.append(ParamPoly3(s_m, x, y, float(heading[k]), length_m, *coefficients))
        s_m += length_m
    return tuple(out)
