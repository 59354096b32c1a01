"""The pavement graph -> arrays: where nodes are, which edges leave them, what is likely to be chosen next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sim.agents.midblock import MidBlock
from sim.errors import UsageError
from sim.world import RoadNetwork

__all__ = ["Walkways"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_ANYWHERE_APPEAL = 0.35
"""How likely those who cross anywhere do so where they can, when going straight on is 1."""
_NARROW_M, _LEG_M = 0.9, 0.8
"""Widths of a way over the road without marks, and of the way to it."""


class Walkways:
    """Nodes and edges by number. Edges are directed; `edge` finds them.

    Args:
        network: pavements and marked crossings.
        midblock: places to cross elsewhere.

    Attributes:
        names: node ids.
        xy_m: (K, 2) positions of the nodes.
        neighbors: for each node, its neighbors in ascending order.
        ends: (E, 2) nodes from which and to which each edge leads.
        width_m: (E + 1) usable width; the last entry, 0, is that of no edge, as -1 is in the next two.
        crossing: (E + 1) number of the marked crossing an edge runs over, -1 on pavements.
        midblock: (E + 1) number of the place without marks an edge crosses at, -1 elsewhere.
        pavements: (D, 2) edges on pavements, as nodes (a, b) with a < b.
        is_landing: (K,) bool, nodes at a kerb where people wait to cross.
        is_anywhere: (K,) bool, those of them without marks.
    """

    def __init__(self, network: RoadNetwork, midblock: Sequence[MidBlock] = ()) -> None:
        edges = [(e.a, e.b, e.width_m, e.crosswalk) for e in network.walk_edges]
        places = [(node.id, node.xy_m) for node in network.walk_nodes]
        places, edges, over = _extended(places, edges, midblock)
        self.names = tuple(name for name, _ in places)
        self.xy_m = np.array([xy for _, xy in places], float).reshape(-1, 2)
        index = {name: k for k, name in enumerate(self.names)}
        crosswalks = {c.id: k for k, c in enumerate(network.crosswalks)}
        found: dict[tuple[int, int], tuple[float, int, int]] = {}
        for a, b, width_m, crosswalk in edges:
            kind = (width_m, crosswalks[crosswalk] if crosswalk else -1, over.get((a, b), -1))
            found[index[a], index[b]] = found[index[b], index[a]] = kind
        count = len(self.names)
        self._key = np.array(sorted(a * count + b for a, b in found), np.intp)
        self.ends = np.stack([self._key // max(count, 1), self._key % max(count, 1)], 1)
        kinds = [found[a, b] for a, b in self.ends.tolist()]
        self.width_m = np.array([*(k[0] for k in kinds), 0.0])
        self.crossing = np.array([*(k[1] for k in kinds), -1], np.intp)
        self.midblock = np.array([*(k[2] for k in kinds), -1], np.intp)
        first = np.searchsorted(self.ends[:, 0], np.arange(count + 1))
        self.neighbors = tuple(tuple(self.ends[i:j, 1].tolist()) for i, j in pairwise(first))
        paved = (self.crossing[:-1] < 0) & (self.midblock[:-1] < 0) & (self.ends[:, 0] < self.ends[:, 1])
        self.pavements = self.ends[paved]
        self.is_landing, self.is_anywhere = np.zeros(count, bool), np.zeros(count, bool)
        self.is_anywhere[self.ends[self.midblock[:-1] >= 0, 0]] = True
        self.is_landing[self.ends[self.crossing[:-1] >= 0, 0]] = True
        self.is_landing |= self.is_anywhere

    def edge(self, a: Ints, b: Ints) -> Ints:
        """Numbers of the edges from nodes to others, -1 where there is none."""
        key = np.asarray(a * len(self.names) + b)
        if not len(self._key):
            return np.full(key.shape, -1, np.intp)
        at = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        return np.where(self._key[at] == key, at, -1)

    def nearest_edge(self, xy_m: tuple[float, float]) -> tuple[int, int]:
        """The pavement edge nearest to a point, as nodes (a, b) with a < b."""
        pairs = self.pavements
        a, d = self.xy_m[pairs[:, 0]], self.xy_m[pairs[:, 1]] - self.xy_m[pairs[:, 0]]
        share = np.clip(((xy_m - a) * d).sum(1) / np.maximum((d**2).sum(1), 1e-9), 0, 1)
        best = int(np.argmin(np.hypot(*(a + share[:, None] * d - xy_m).T)))
        return int(pairs[best, 0]), int(pairs[best, 1])

    def nearest_node(self, xy_m: tuple[float, float]) -> int:
        """The node nearest to a point."""
        return int(np.argmin(np.hypot(*(self.xy_m - xy_m).T)))

    def route(self, start: int, goal: int, *, anywhere: bool = False) -> tuple[int, ...]:
        """Nodes of the shortest way, both ends included; `anywhere` also where no crossing is marked.

        Raises:
            UsageError: there is none.
        """
        a, b = self.ends[(self.midblock[:-1] < 0) | anywhere].T
        lengths = np.hypot(*(self.xy_m[b] - self.xy_m[a]).T)
        graph = csr_matrix((lengths, (a, b)), shape=(len(self.names), len(self.names)))
        _, before = dijkstra(graph, indices=start, return_predecessors=True)
        nodes = [goal]
        while nodes[-1] != start:
            if before[nodes[-1]] < 0:
                raise UsageError(f"no pavement leads from {self.names[start]!r} to {self.names[goal]!r}")
            nodes.append(int(before[nodes[-1]]))
        return tuple(reversed(nodes))

    def next_node(self, came_from: int, at: int, rng: np.random.Generator, *, anywhere: bool = False) -> int:
        """Where somebody who wanders goes next: mostly straight on, sometimes over the road, seldom back."""
        if self.is_landing[at]:
            # At the kerb: over the road, or away from it after having crossed.
            around = np.array(self.neighbors[at], np.intp)
            edge = self.edge(np.full(len(around), at), around)
            on_road = (self.crossing[edge] >= 0) | (self.midblock[edge] >= 0)
            over, back = int(around[on_road][0]), int(around[~on_road][0])
            return back if came_from == over else over
        options = [n for n in self.neighbors[at] if n != came_from] or [came_from]
        weights = np.array([self._appeal(came_from, at, n, anywhere) for n in options])
        if not weights.any():
            return came_from
        chosen = int(rng.choice(len(options), p=weights / weights.sum()))
        return int(options[chosen])

    def _appeal(self, came_from: int, at: int, option: int, anywhere: bool) -> float:
        if self.is_anywhere[option]:
            # Nobody goes straight back over the road he has just crossed.
            return _ANYWHERE_APPEAL if anywhere and not self.is_anywhere[came_from] else 0.0
        if self.is_landing[option]:
            return 1.2
        before, after = self.xy_m[at] - self.xy_m[came_from], self.xy_m[option] - self.xy_m[at]
        cosine = float(before @ after) / float(np.hypot(*before) * np.hypot(*after) + 1e-9)
        if cosine > 0.7:
            return 1.0
        near_crossing = any(self.is_landing[n] and not self.is_anywhere[n] for n in self.neighbors[option])
        return 0.5 if near_crossing else 0.07


_Places = list[tuple[str, tuple[float, float]]]
_Edges = list[tuple[str, str, float, str]]


def _extended(
    places: _Places, edges: _Edges, midblock: Sequence[MidBlock]
) -> tuple[_Places, _Edges, dict[tuple[str, str], int]]:
    """Nodes and edges with those of places to cross, and which place each new edge crosses at."""
    cuts: dict[int, list[tuple[float, str]]] = {}
    over: dict[tuple[str, str], int] = {}
    more: _Edges = []
    for k, place in enumerate(midblock):
        for side, (number, share, foot, landing) in zip("ab", place.sides, strict=True):
            name = f"midblock_{k}_{side}"
            places = [*places, (f"{name}_foot", foot), (name, landing)]
            cuts.setdefault(number, []).append((share, f"{name}_foot"))
            more.append((f"{name}_foot", name, _LEG_M, ""))
        over[f"midblock_{k}_a", f"midblock_{k}_b"] = k
        more.append((f"midblock_{k}_a", f"midblock_{k}_b", _NARROW_M, ""))
    out: _Edges = []
    for number, (a, b, width_m, crosswalk) in enumerate(edges):
        chain = [a, *(name for _, name in sorted(cuts.get(number, []))), b]
        out += [(x, y, width_m, crosswalk) for x, y in pairwise(chain)]
    return places, [*out, *more], over
