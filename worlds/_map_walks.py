"""A map's sidewalks -> the graph that people walk: nodes every few meters, joined where sidewalks meet."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sim.roads import WALKING_TYPES, RoadNetwork
from sim.world import WalkEdge, WalkNode

__all__ = ["walk_graph"]

_STATION_M, _STATION_RAD = 8.0, 0.3
_FROM_EDGE_M, _NARROWEST_M, _MEET_M, _SHORTEST_M = 0.7, 0.6, 1.0, 0.4


def walk_graph(network: RoadNetwork) -> tuple[tuple[WalkNode, ...], tuple[WalkEdge, ...]]:
    """Nodes and edges along all sidewalks wide enough to walk on.

    Sidewalks are joined where ends of two meet within a meter, whatever the map's links say: maps often leave
    these out.
    """
    ids: list[str] = []
    points: list[np.ndarray] = []
    pairs: list[tuple[int, int, float]] = []
    ends: list[int] = []
    for row in _walked(network):
        key, xy, width_m = network.lanes.keys[row], *_stations(network, row)
        first = len(ids)
        ids += [f"walk {key.road}:{key.section}:{key.lane}:{k}" for k in range(len(xy))]
        points += list(xy)
        pairs += [(first + k, first + k + 1, width_m) for k in range(len(xy) - 1)]
        ends += [first, len(ids) - 1]
    if not ids:
        return (), ()
    every = np.array(points)
    close = cKDTree(every[ends]).query_pairs(_MEET_M, output_type="ndarray")
    at = np.array(ends)[close]
    joined = csr_matrix((np.ones(len(at)), (at[:, 0], at[:, 1])), (len(ids), len(ids)))
    _, node = connected_components(joined, directed=False)
    count = np.bincount(node)
    middle = np.stack([np.bincount(node, every[:, k]) / count for k in range(2)], 1)
    name = {int(own): ids[k] for k, own in reversed(list(enumerate(node)))}
    edges = {
        (min(node[a], node[b]), max(node[a], node[b])): width for a, b, width in pairs if node[a] != node[b]
    }
    used = {int(end) for pair in edges for end in pair}
    nodes = tuple(WalkNode(name[k], (float(middle[k, 0]), float(middle[k, 1]))) for k in sorted(used))
    return nodes, tuple(WalkEdge(name[int(a)], name[int(b)], w) for (a, b), w in sorted(edges.items()))


def _walked(network: RoadNetwork) -> Iterator[int]:
    lanes = network.lanes
    for row, lane in enumerate(lanes.lanes):
        if lane.type in WALKING_TYPES and lanes.length_m()[row] > _SHORTEST_M:
            yield row


def _stations(network: RoadNetwork, row: int) -> tuple[np.ndarray, float]:
    """Points of a sidewalk's center, closer where it bends, and the width left for walking."""
    lanes = network.lanes
    low, high = lanes.from_s_m[row], lanes.to_s_m[row]
    fine = np.linspace(low, high, max(int(high - low), 2) + 1)
    rows = np.full(len(fine), row)
    xy = lanes.points(rows, fine)[:, :2]
    span = np.diff(xy, axis=0)
    length = np.hypot(span[:, 0], span[:, 1])
    turn = np.abs(np.diff(np.unwrap(np.arctan2(span[:, 1], span[:, 0])), prepend=0.0))
    turn[0] = 0.0
    due = np.concatenate([[0.0], np.cumsum(length / _STATION_M + turn / _STATION_RAD)])
    at = np.linspace(0.0, due[-1], max(int(np.ceil(due[-1])), 1) + 1)
    stations = np.stack([np.interp(at, due, xy[:, k]) for k in range(2)], 1)
    narrow_m = float(np.median(lanes.width_m(rows, fine))) - 2 * _FROM_EDGE_M
    return stations, max(narrow_m, _NARROWEST_M)
