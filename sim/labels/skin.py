"""Bodies -> vertices and edges that decide how far posed triangles reach, ready to be posed in one product.

A box needs only the outermost vertices. Vertices that one bone moves rigidly are thinned, once per body, to
the convex hull of their bone: the hull's corners are extreme in every pose and from every viewpoint of a
pinhole, so the boxes stay exact. Blended vertices all stay. Lenses bend what is straight: for them vertices
count that lie a little below the hull.
"""

from __future__ import annotations

import contextlib
import weakref
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.spatial import ConvexHull, QhullError

from sim.bodies import MAX_BONES, Body
from sim.geometry import Mesh

__all__ = ["Skin", "outer_skin", "skin_below", "whole_skin"]

_LEVELS_M = (0.01, 0.04, 0.16)
_BELOW_M = 1e-9  # counted as below the hull, though not by much


@dataclass(frozen=True, eq=False)
class Skin:
    """Some vertices of a body, ready to be posed.

    Attributes:
        blend: (V, 4 * MAX_BONES) sparse: weights times homogeneous bind position,
            so that posing is one product.
        edges: (E, 2) int64 rows of `blend` joined by a triangle's edge; empty for the outer skin.
    """

    blend: csr_matrix
    edges: NDArray[np.int64]

    def posed(self, bones: NDArray[np.floating]) -> NDArray[np.float64]:
        """World positions (V, 3) float64 under bones (MAX_BONES, 3, 4), world_from_bind."""
        columns = np.asarray(bones, np.float64).transpose(0, 2, 1).reshape(-1, 3)
        return np.asarray(self.blend @ columns)


_outer: weakref.WeakKeyDictionary[Body, Skin] = weakref.WeakKeyDictionary()
_below: weakref.WeakKeyDictionary[Body, dict[float, Skin]] = weakref.WeakKeyDictionary()
_depths: weakref.WeakKeyDictionary[Body, NDArray[np.float64]] = weakref.WeakKeyDictionary()


def outer_skin(body: Body) -> Skin:
    """The vertices of a body that can be outermost to a pinhole; made once per body."""
    if body not in _outer:
        rows = np.flatnonzero(_depth_m(body) == 0)
        _outer[body] = Skin(_blend(body.mesh, rows), np.zeros((0, 2), np.int64))
    return _outer[body]


def whole_skin(body: Body) -> Skin:
    """All vertices and edges of a body; made once per body."""
    return skin_below(body, np.inf)


def skin_below(body: Body, depth_m: float) -> Skin:
    """Vertices at most so far below the hull of their bone, or a little farther, and the edges among them."""
    level = next((limit for limit in _LEVELS_M if depth_m <= limit), np.inf)
    made = _below.setdefault(body, {})
    if level not in made:
        kept = _depth_m(body) <= level
        row_of = np.cumsum(kept) - 1
        faces = body.mesh.faces.astype(np.int64)
        pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        edges = np.unique(np.sort(row_of[pairs[kept[pairs].all(1)]], 1), axis=0)
        made[level] = Skin(_blend(body.mesh, np.flatnonzero(kept)), edges)
    return made[level]


def _blend(mesh: Mesh, rows: NDArray[np.intp]) -> csr_matrix:
    """Sparse rows w * [x, y, z, 1] at the columns of each vertex' bones."""
    count = len(rows)
    homogeneous = np.concatenate([mesh.positions_m[rows].astype(np.float64), np.ones((count, 1))], 1)
    values = mesh.weights[rows].astype(np.float64)[:, :, None] * homogeneous[:, None, :]
    columns = 4 * mesh.joints[rows].astype(np.int64)[:, :, None] + np.arange(4)
    owner = np.broadcast_to(np.arange(count)[:, None, None], values.shape)
    blend = csr_matrix(
        (values.ravel(), (owner.ravel(), columns.ravel())), shape=(count, 4 * MAX_BONES), dtype=np.float64
    )
    blend.eliminate_zeros()
    return blend


def _depth_m(body: Body) -> NDArray[np.float64]:
    """(V,) how far vertices lie below the convex hull of those their bone moves; once per body.

    0 for one vertex in each of its corners and for what is blended; infinite for vertices that no triangle
    uses, for they are never drawn.
    """
    if body not in _depths:
        _depths[body] = _measured(body.mesh)
    return _depths[body]


def _measured(mesh: Mesh) -> NDArray[np.float64]:
    used = np.unique(mesh.faces)
    depth = np.full(len(mesh.positions_m), np.inf)
    depth[used] = 0.0
    weights = mesh.weights[used]
    main = mesh.joints[used, weights.argmax(1)]
    rigid = weights.max(1) >= 1.0
    for bone in np.unique(main[rigid]):
        rows = used[rigid & (main == bone)]
        points, first, same = np.unique(
            mesh.positions_m[rows].astype(np.float64), axis=0, return_index=True, return_inverse=True
        )
        below = np.zeros(len(points))
        # Flat groups and those of fewer than four have no hull: all of them stay.
        with contextlib.suppress(QhullError, ValueError):
            hull = ConvexHull(points)
            outside = points @ hull.equations[:, :3].T + hull.equations[:, 3]
            below = np.maximum(-outside.max(1), _BELOW_M)
            below[hull.vertices] = 0.0
        depth[rows] = np.maximum(below[same.reshape(-1)], _BELOW_M)
        depth[rows[first]] = below
    return depth
