"""The pavement graph -> arrays: where nodes are, which edges leave them, what is likely to be chosen next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sim.errors import UsageError
from sim.world import RoadNetwork

__all__ = ["Walkways"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class Walkways:
    """Nodes and edges by number.

    Attributes:
        names: node ids.
        xy_m: (K, 2) positions of the nodes.
        neighbours: for each node, its neighbours in ascending order.
        width_m: (K, K) usable width of the edge between two nodes, 0 where there is none.
        crossing: (K, K) number of the crossing an edge runs over, -1 on pavements.
        pavements: (E, 2) edges on pavements, as nodes (a, b) with a < b.
        is_landing: (K,) bool, nodes at a kerb where people wait to cross.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self.names = tuple(node.id for node in network.walk_nodes)
        self.xy_m = np.array([node.xy_m for node in network.walk_nodes], float).reshape(-1, 2)
        index = {name: k for k, name in enumerate(self.names)}
        crosswalks = {c.id: k for k, c in enumerate(network.crosswalks)}
        links: list[list[int]] = [[] for _ in self.names]
        count = len(self.names)
        self.width_m = np.zeros((count, count))
        self.crossing = np.full((count, count), -1, np.intp)
        pairs = []
        for edge in network.walk_edges:
            a, b = index[edge.a], index[edge.b]
            for here, there in ((a, b), (b, a)):
                links[here].append(there)
                self.width_m[here, there] = edge.width_m
                self.crossing[here, there] = crosswalks[edge.crosswalk] if edge.crosswalk else -1
            if not edge.crosswalk:
                pairs.append((min(a, b), max(a, b)))
        self.neighbours = tuple(tuple(sorted(k)) for k in links)
        self.pavements = np.array(sorted(pairs), np.intp).reshape(-1, 2)
        self.is_landing: NDArray[np.bool_] = np.asarray((self.crossing >= 0).any(1), bool)

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

    def route(self, start: int, goal: int) -> tuple[int, ...]:
        """Nodes of the shortest way, both ends included. Raises UsageError if there is none."""
        a, b = np.nonzero(self.width_m)
        lengths = np.hypot(*(self.xy_m[b] - self.xy_m[a]).T)
        graph = csr_matrix((lengths, (a, b)), shape=self.width_m.shape)
        _, before = dijkstra(graph, indices=start, return_predecessors=True)
        nodes = [goal]
        while nodes[-1] != start:
            if before[nodes[-1]] < 0:
                raise UsageError(f"no pavement leads from {self.names[start]!r} to {self.names[goal]!r}")
            nodes.append(int(before[nodes[-1]]))
        return tuple(reversed(nodes))

    def next_node(self, came_from: int, at: int, rng: np.random.Generator) -> int:
        """Where somebody who wanders goes next: mostly straight on, sometimes over the road, seldom back."""
        if self.is_landing[at]:
            # At the kerb: over the road, or away from it after having crossed.
            over = next(n for n in self.neighbours[at] if self.crossing[at, n] >= 0)
            back = next(n for n in self.neighbours[at] if self.crossing[at, n] < 0)
            return back if came_from == over else over
        options = [n for n in self.neighbours[at] if n != came_from] or [came_from]
        weights = np.array([self._appeal(came_from, at, n) for n in options])
        return options[int(rng.choice(len(options), p=weights / weights.sum()))]

    def _appeal(self, came_from: int, at: int, option: int) -> float:
        if self.is_landing[option]:
            return 1.2
        before, after = self.xy_m[at] - self.xy_m[came_from], self.xy_m[option] - self.xy_m[at]
        cosine = float(before @ after) / float(np.hypot(*before) * np.hypot(*after) + 1e-9)
        if cosine > 0.7:
            return 1.0
        near_crossing = any(self.is_landing[n] for n in self.neighbours[option])
        return 0.5 if near_crossing else 0.07
