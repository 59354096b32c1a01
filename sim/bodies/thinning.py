"""A triangle mesh in, fewer of its triangles out: vertices are merged where the surface changes least.

Each merge moves one vertex onto a neighbor (quadric error metric with half-edge collapses), so what is left
is made of the old vertices, and whatever belongs to a vertex stays valid.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

__all__ = ["thinned"]

Floats = NDArray[np.float64]
Faces = NDArray[np.int64]

_BORDER_WEIGHT = 3.0
"""Borders bound silhouettes and colors: leaving them counts more than leaving the surface."""
_MIN_TURN_COSINE = 0.5
_LENGTH_COST = 1e-5
"""Prefers short merges where the surface is flat, which keeps long thin triangles away."""


class _Thinner:
    """The mesh while it shrinks: faces by vertex, quadrics by vertex, borders as pairs of vertices."""

    def __init__(self, positions_m: Floats, faces: Faces, label: NDArray[np.int64], weight: Floats) -> None:
        self.points = [tuple(p) for p in positions_m.tolist()]
        self.faces: dict[int, tuple[int, int, int]] = {
            i: (a, b, c) for i, (a, b, c) in enumerate(faces.tolist())
        }
        self.around: dict[int, set[int]] = {}
        for i, face in self.faces.items():
            for vertex in face:
                self.around.setdefault(vertex, set()).add(i)
        self.border: dict[int, set[int]] = {v: set() for v in self.around}
        quadrics = self._quadrics(positions_m, faces, label.tolist(), weight)
        self.quadric: list[list[float]] = quadrics[:, *np.triu_indices(4)].tolist()

    def _quadrics(self, points: Floats, faces: Faces, label: list[int], weight: Floats) -> Floats:
        p = points[faces]
        area = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]) / 2
        size = np.linalg.norm(area, axis=1)
        unit = area / size[:, None]
        out = np.zeros((len(points), 4, 4))
        planes = np.concatenate([unit, -np.einsum("ij,ij->i", unit, p[:, 0])[:, None]], 1)
        outer = np.einsum("fi,fj->fij", planes, planes) * (size * weight)[:, None, None]
        for corner in range(3):
            np.add.at(out, faces[:, corner], outer)
        owner: dict[tuple[int, int], int] = {}
        for i, face in self.faces.items():
            for k in range(3):
                owner[face[k], face[(k + 1) % 3]] = i
        for (a, b), i in owner.items():
            other = owner.get((b, a))
            if other is not None and label[other] == label[i]:
                continue
            self.border[a].add(b)
            self.border[b].add(a)
            along = points[b] - points[a]
            normal = np.cross(unit[i], along)
            normal /= np.linalg.norm(normal)
            plane = np.append(normal, -normal @ points[a])
            heavy = max(float(weight[i]), 0.0 if other is None else float(weight[other]))
            wall = np.outer(plane, plane) * float(along @ along) * _BORDER_WEIGHT * heavy
            out[a] += wall
            out[b] += wall
        return out

    def neighbors(self, vertex: int) -> set[int]:
        return {v for i in self.around[vertex] for v in self.faces[i]} - {vertex}

    def cost(self, gone: int, kept: int) -> float:
        """Weighted squared distance (m^4) from the planes that met in both vertices."""
        # Written out: this line of the program runs more often than any other of it.
        x, y, z = self.points[kept]
        u, v, w = self.points[gone]
        a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 = self.quadric[gone]
        b0, b1, b2, b3, b4, b5, b6, b7, b8, b9 = self.quadric[kept]
        planes = x * ((a0 + b0) * x + 2 * ((a1 + b1) * y + (a2 + b2) * z + (a3 + b3)))
        planes += y * ((a4 + b4) * y + 2 * ((a5 + b5) * z + (a6 + b6)))
        planes += z * ((a7 + b7) * z + 2 * (a8 + b8)) + (a9 + b9)
        step = (x - u) ** 2 + (y - v) ** 2 + (z - w) ** 2
        return float(planes + _LENGTH_COST * step)

    def allowed(self, gone: int, kept: int) -> bool:
        """Whether the merge keeps the mesh a surface, its borders in place and its faces upright."""
        edges = self.border[gone]
        if edges and (len(edges) != 2 or kept not in edges):
            return False
        shared = self.around[gone] & self.around[kept]
        if len(self.neighbors(gone) & self.neighbors(kept)) != len(shared):
            return False
        for i in self.around[gone] - shared:
            face = self.faces[i]
            before = self._area(face)
            after = self._area(tuple(kept if v == gone else v for v in face))
            sizes = (_dot(before, before) * _dot(after, after)) ** 0.5
            if sizes < 1e-14 or _dot(before, after) < _MIN_TURN_COSINE * sizes:
                return False
        return True

    def _area(self, face: tuple[int, ...]) -> tuple[float, float, float]:
        (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (self.points[v] for v in face)
        ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
        return uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx

    def merge(self, gone: int, kept: int) -> set[int]:
        """Moves a vertex onto another; returns the vertices whose merges have a new price."""
        touched = self.neighbors(gone)
        for i in self.around.pop(gone):
            face = self.faces[i]
            if kept in face:
                for vertex in face:
                    if vertex != gone:
                        self.around[vertex].discard(i)
                del self.faces[i]
            else:
                a, b, c = (kept if v == gone else v for v in face)
                self.faces[i] = (a, b, c)
                self.around[kept].add(i)
        for vertex in self.border.pop(gone):
            self.border[vertex].discard(gone)
            if vertex != kept:
                self.border[vertex].add(kept)
                self.border[kept].add(vertex)
        self.quadric[kept] = [a + b for a, b in zip(self.quadric[gone], self.quadric[kept], strict=True)]
        return touched


def _dot(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


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
    version = dict.fromkeys(mesh.around, 0)
    heap: list[tuple[float, int, int, int, int]] = []

    def offer(vertex: int) -> None:
        for other in sorted(mesh.neighbors(vertex)):
            for gone, kept in ((vertex, other), (other, vertex)):
                edges = mesh.border[gone]
                if not edges or (len(edges) == 2 and kept in edges):
                    price = mesh.cost(gone, kept)
                    heapq.heappush(heap, (price, gone, kept, version[gone], version[kept]))

    for vertex in sorted(mesh.around):
        offer(vertex)
    while len(mesh.faces) > target and heap:
        _, gone, kept, gone_version, kept_version = heapq.heappop(heap)
        if (version.get(gone), version.get(kept)) != (gone_version, kept_version):
            continue
        if not mesh.allowed(gone, kept):
            continue
        del version[gone]
        touched = mesh.merge(gone, kept)
        version[kept] += 1
        for vertex in touched:
            version[vertex] += vertex != kept
        for vertex in sorted(touched):
            offer(vertex)
    left = sorted(mesh.faces)
    return np.array([mesh.faces[i] for i in left]), np.array(left)
