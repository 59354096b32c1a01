"""Bodies -> vertices and edges that decide how far posed triangles reach, ready to be posed in one product.

A box needs only the outermost vertices. Vertices that one bone moves rigidly are thinned, once per body, to
the convex hull of their bone: the hull's corners are extreme in every pose and from every viewpoint of a
pinhole, so the boxes stay exact. Blended vertices all stay.
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

__all__ = ["Skin", "outer_skin", "whole_skin"]


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
_whole: weakref.WeakKeyDictionary[Body, Skin] = weakref.WeakKeyDictionary()


def outer_skin(body: Body) -> Skin:
    """The vertices of a body that can be outermost; made once per body."""
    if body not in _outer:
        _outer[body] = Skin(_blend(body.mesh, _outermost(body.mesh)), np.zeros((0, 2), np.int64))
    return _outer[body]


def whole_skin(body: Body) -> Skin:
    """All vertices and edges of a body; made once per body."""
    if body not in _whole:
        faces = body.mesh.faces.astype(np.int64)
        pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        edges = np.unique(np.sort(pairs, 1), axis=0)
        _whole[body] = Skin(_blend(body.mesh, np.arange(len(body.mesh.positions_m))), edges)
    return _whole[body]


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


def _outermost(mesh: Mesh) -> NDArray[np.intp]:
    """Rows of vertices that are blended, or on the convex hull of those their bone moves."""
    used = np.unique(mesh.faces)  # a vertex without a triangle is never drawn
    weights = mesh.weights[used]
    main = mesh.joints[used, weights.argmax(1)]
    rigid = weights.max(1) >= 1.0
    kept = [used[~rigid]]
    for bone in np.unique(main[rigid]):
        rows = used[rigid & (main == bone)]
        _, first = np.unique(mesh.positions_m[rows], axis=0, return_index=True)
        rows = rows[first]
        # Flat groups and those of fewer than four have no hull: all of them stay.
        with contextlib.suppress(QhullError, ValueError):
            rows = rows[ConvexHull(mesh.positions_m[rows].astype(np.float64)).vertices]
        kept.append(rows)
    return np.sort(np.concatenate(kept))
