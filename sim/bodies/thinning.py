"""A triangle mesh in, fewer of its triangles out: vertices are merged where the surface changes least.

Each merge moves one vertex onto a neighbor (quadric error metric with half-edge collapses), so what is left
is made of the old vertices, and whatever belongs to a vertex stays valid.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from sim.bodies.quadrics import price, surface_quadrics, wall_quadrics

__all__ = ["thinned"]

Floats = NDArray[np.float64]
Faces = NDArray[np.int64]
Offer = tuple[float, int, int, int, int]
"""Price of a merge (m^4), the vertex that goes, the one that stays, and the versions of their quadrics."""

_MIN_TURN_COSINE = 0.5


class _Thinner:
    """The mesh while it shrinks: faces by vertex, neighbors, quadrics, borders, and what merges cost.

    Written for plain numbers: a street of cars takes tens of thousands of merges, each of a few vertices.
    """

    def __init__(self, positions_m: Floats, faces: Faces, label: NDArray[np.int64], weight: Floats) -> None:
        self.points: list[list[float]] = positions_m.tolist()
        self.faces: dict[int, tuple[int, int, int]] = {
            i: (a, b, c) for i, (a, b, c) in enumerate(faces.tolist())
        }
        self.around: dict[int, set[int]] = {v: set() for v in faces.ravel().tolist()}
        self.near: dict[int, set[int]] = {v: set() for v in self.around}
        for i, (a, b, c) in self.faces.items():
            for vertex in (a, b, c):
                self.around[vertex].add(i)
                self.near[vertex].update((a, b, c))
        for vertex, near in self.near.items():
            near.discard(vertex)
        self.border: dict[int, set[int]] = {v: set() for v in self.around}
        quadrics = surface_quadrics(positions_m, faces, weight)
        self._raise_walls(quadrics, positions_m, faces, label.tolist(), weight.tolist())
        self.quadric: list[list[float]] = quadrics.tolist()
        self.version = dict.fromkeys(self.around, 0)
        self.heap = self._first_offers(positions_m, quadrics)
        heapify(self.heap)
        self.refused: dict[int, set[Offer]] = {}

    def _raise_walls(
        self, quadrics: Floats, positions_m: Floats, faces: Faces, label: list[int], weight: list[float]
    ) -> None:
        """Finds the borders and adds planes that stand on them to the quadrics of their ends."""
        owner: dict[tuple[int, int], int] = {}
        for i, (a, b, c) in self.faces.items():
            owner[a, b] = owner[b, c] = owner[c, a] = i
        found: list[tuple[int, int, int, float]] = []
        for (a, b), i in owner.items():
            other = owner.get((b, a))
            if other is None or label[other] != label[i]:
                self.border[a].add(b)
                self.border[b].add(a)
                found.append((a, b, i, weight[i] if other is None else max(weight[i], weight[other])))
        if not found:
            return
        begin, end, face = np.array([row[:3] for row in found]).T
        walls = wall_quadrics(positions_m, begin, end, faces[face], np.array([row[3] for row in found]))
        np.add.at(quadrics, np.stack([begin, end], 1), walls[:, None])

    def _first_offers(self, points: Floats, quadrics: Floats) -> list[Offer]:
        pairs = np.array([(a, b) for a, near in self.near.items() for b in near])
        gone, kept = pairs.T
        q = (quadrics[gone] + quadrics[kept]).T
        x, y, z = (points[kept] - points[gone]).T
        steps = x * x + y * y + z * z
        prices = price(list(q), list(points[kept].T), steps)
        offers = zip(prices.tolist(), gone.tolist(), kept.tolist(), strict=True)
        return [(cost, a, b, 0, 0) for cost, a, b in offers if self._may_slide(a, b)]

    def _may_slide(self, gone: int, kept: int) -> bool:
        """Whether the merge moves a vertex of a border, if it is one, along that border."""
        edges = self.border[gone]
        return not edges or (len(edges) == 2 and kept in edges)

    def offer(self, vertex: int, others: Iterable[int]) -> None:
        """Puts the merges of a vertex with its neighbors, both ways, on the heap."""
        here, own, version = self.points[vertex], self.quadric[vertex], self.version[vertex]
        for other in others:
            there, its_version = self.points[other], self.version[other]
            q = [a + b for a, b in zip(own, self.quadric[other], strict=True)]
            step = (here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2 + (here[2] - there[2]) ** 2
            if self._may_slide(vertex, other):
                heappush(self.heap, (price(q, there, step), vertex, other, version, its_version))
            if self._may_slide(other, vertex):
                heappush(self.heap, (price(q, here, step), other, vertex, its_version, version))

    def next(self) -> tuple[int, int] | None:
        """The cheapest merge that is allowed (vertex that goes, vertex that stays); None if none is."""
        heap, version = self.heap, self.version
        while heap:
            offer = heappop(heap)
            _, gone, kept, gone_version, kept_version = offer
            if version.get(gone) != gone_version or version.get(kept) != kept_version:
                continue
            if self.allowed(gone, kept):
                return gone, kept
            # It may be allowed when the surface around has changed.
            self.refused.setdefault(gone, set()).add(offer)
            self.refused.setdefault(kept, set()).add(offer)
        return None

    def allowed(self, gone: int, kept: int) -> bool:
        """Whether the merge keeps the mesh a surface, its borders in place and its faces upright."""
        if not self._may_slide(gone, kept):
            return False
        shared = self.around[gone] & self.around[kept]
        if len(self.near[gone] & self.near[kept]) != len(shared):
            return False
        points, faces = self.points, self.faces
        x, y, z = points[gone]
        u, v, w = points[kept]
        for i in self.around[gone] - shared:
            a, b, c = faces[i]
            # Corners in the order of the face, so that a turned one is as long to the last bit.
            if a == gone:
                (ax, ay, az), (bx, by, bz) = points[b], points[c]
            elif b == gone:
                (ax, ay, az), (bx, by, bz) = points[c], points[a]
            else:
                (ax, ay, az), (bx, by, bz) = points[a], points[b]
            ex, ey, ez, fx, fy, fz = ax - x, ay - y, az - z, bx - x, by - y, bz - z
            p, q, r = ey * fz - ez * fy, ez * fx - ex * fz, ex * fy - ey * fx
            ex, ey, ez, fx, fy, fz = ax - u, ay - v, az - w, bx - u, by - v, bz - w
            s, t, o = ey * fz - ez * fy, ez * fx - ex * fz, ex * fy - ey * fx
            sizes = ((p * p + q * q + r * r) * (s * s + t * t + o * o)) ** 0.5
            if sizes < 1e-14 or p * s + q * t + r * o < _MIN_TURN_COSINE * sizes:
                return False
        return True

    def merge(self, gone: int, kept: int) -> None:
        """Moves a vertex onto another."""
        touched = self.near.pop(gone)
        beside = []
        for i in self.around.pop(gone):
            a, b, c = face = self.faces[i]
            if kept in face:
                third = a + b + c - gone - kept
                beside.append(third)
                self.around[kept].discard(i)
                self.around[third].discard(i)
                del self.faces[i]
            else:
                self.faces[i] = (kept if a == gone else a, kept if b == gone else b, kept if c == gone else c)
                self.around[kept].add(i)
        for vertex in touched:
            near = self.near[vertex]
            near.discard(gone)
            if vertex != kept:
                near.add(kept)
                self.near[kept].add(vertex)
        for third in beside:
            if not self.around[kept] & self.around[third]:
                self.near[kept].discard(third)
                self.near[third].discard(kept)
        fewer = self._move_border(gone, kept)
        self.quadric[kept] = [a + b for a, b in zip(self.quadric[gone], self.quadric[kept], strict=True)]
        del self.version[gone]
        self.version[kept] += 1
        self.offer(kept, self.near[kept])
        for vertex in fewer:
            self.offer(vertex, self.near[vertex] - {kept})
        self._reconsider(touched)

    def _move_border(self, gone: int, kept: int) -> list[int]:
        """Borders go through the vertex that stays; returns those of their vertices that lost an edge."""
        fewer = []
        for vertex in self.border.pop(gone):
            edges = self.border[vertex]
            edges.discard(gone)
            if vertex != kept:
                if kept in edges:
                    fewer.append(vertex)
                edges.add(kept)
                self.border[kept].add(vertex)
        return fewer

    def _reconsider(self, vertices: Iterable[int]) -> None:
        """Offers again what was refused at some vertices, unless its price has changed since."""
        version = self.version
        again: set[Offer] = set()
        for vertex in vertices:
            again |= self.refused.pop(vertex, set())
        for offer in again:
            _, gone, kept, gone_version, kept_version = offer
            if version.get(gone) == gone_version and version.get(kept) == kept_version:
                heappush(self.heap, offer)


def thinned(
    positions_m: Floats, faces: Faces, label: NDArray[np.int64], weight: Floats, target: int
) -> tuple[Faces, NDArray[np.int64]]:
    """Merges vertices until few faces are left.

    Args:
        positions_m: (V, 3).
        faces: (F, 3); an edge belongs to one or two of them.
        label: (F,); edges between labels and edges of one face only are borders, along which vertices slide.
        weight: (F,) how much leaving each face counts.
        target: number of faces to stop at; more are left if no merge is allowed any more.

    Returns:
        (K, 3) faces over the same vertices, and (K,) the old face that each of them was.
    """
    mesh = _Thinner(positions_m, faces, label, weight)
    while len(mesh.faces) > target and (merge := mesh.next()) is not None:
        mesh.merge(*merge)
    left = sorted(mesh.faces)
    return np.array([mesh.faces[i] for i in left]), np.array(left)
