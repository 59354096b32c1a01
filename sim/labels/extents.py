"""A posed body and a camera -> the box of the body in the image, as if the image went on for ever.

Through a pinhole a triangle's corners decide. Through a lens its edges are bent, and may bulge beyond its
corners: long ones are followed. The inside of a triangle never reaches farther than its edges, because no
lens folds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies import Body
from sim.geometry import Box2, Intrinsics, KannalaBrandt, Pose
from sim.labels.skin import whole_skin

__all__ = ["body_extent", "image_extent"]

_STRAIGHT_PX = 8.0  # a shorter edge bulges by less than 0.03 px at a focal length of 300 px
_BULGE = 1.0  # an edge of L pixels leaves its chord by at most this share of L^2 / focal length
_SAMPLES = 32
_HALVINGS = 24

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def body_extent(
    body: Body,
    bones: NDArray[np.floating],
    outer_world: Floats,
    intrinsics: Intrinsics,
    camera_from_world: Pose,
    near_m: float,
) -> Box2 | None:
    """Box of what of a body the camera could see, not clipped to the image.

    Args:
        body: the body.
        bones: (MAX_BONES, 3, 4) world_from_bind.
        outer_world: (V, 3) its posed outermost vertices, `outer_skin(body).posed(bones)`.
        intrinsics: of the image.
        camera_from_world: pose.
        near_m: what is nearer is not seen: along the axis, for fisheyes along the ray.

    Returns:
        (x0, y0, x1, y1) pixels, or None if all of it is too near, behind, or beyond the lens.
    """
    outer = camera_from_world.apply(outer_world)
    shown = _shown(intrinsics, outer, near_m)
    if intrinsics.is_pinhole:
        if shown.all():
            return _bounds(intrinsics.project(outer))
        if not shown.any():
            return None
    skin = whole_skin(body)
    return image_extent(intrinsics, camera_from_world.apply(skin.posed(bones)), skin.edges, near_m)


def image_extent(
    intrinsics: Intrinsics, points_camera: Floats, edges: NDArray[np.int64], near_m: float
) -> Box2 | None:
    """Box of what can be seen of a mesh, in pixels, not clipped to the image.

    Args:
        intrinsics: of the image.
        points_camera: (V, 3) vertices in the camera frame.
        edges: (E, 2) edges of the triangles; cut where the view of the camera ends.
        near_m: distance of the near plane; for fisheyes, of the near sphere.

    Returns:
        (x0, y0, x1, y1) or None if nothing can be seen.
    """
    shown = _shown(intrinsics, points_camera, near_m)
    cut_in, cut_at = _cut(
        intrinsics, points_camera, edges[shown[edges[:, 0]] != shown[edges[:, 1]]], shown, near_m
    )
    points = np.concatenate([points_camera[shown], cut_at])
    if not len(points):
        return None
    box = _bounds(intrinsics.project(points))
    if intrinsics.is_pinhole:
        return box
    inside = edges[shown[edges].all(1)]
    starts = np.concatenate([points_camera[inside[:, 0]], cut_in])
    return _bulged(intrinsics, starts, np.concatenate([points_camera[inside[:, 1]], cut_at]), box)


def _shown(k: Intrinsics, points_camera: Floats, near_m: float) -> Bools:
    """(...) whether the camera would see points (..., 3) if its image went on."""
    if isinstance(k.distortion, KannalaBrandt):
        far = np.linalg.norm(points_camera, axis=-1) >= near_m
    else:
        far = points_camera[..., 2] >= near_m
    return np.asarray(k.sees(points_camera) & far)


def _cut(
    k: Intrinsics, points_camera: Floats, edges: NDArray[np.int64], shown: Bools, near_m: float
) -> tuple[Floats, Floats]:
    """Shown end (C, 3) of edges with one shown end, and the last point (C, 3) of each that is shown."""
    swap = ~shown[edges[:, 0]]
    a, b = np.where(swap, edges[:, 1], edges[:, 0]), np.where(swap, edges[:, 0], edges[:, 1])
    start, way = points_camera[a], points_camera[b] - points_camera[a]
    if k.is_pinhole:
        share = (near_m - start[:, 2]) / way[:, 2]
        return start, start + share[:, None] * way
    low, high = np.zeros(len(edges)), np.ones(len(edges))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        inside = _shown(k, start + middle[:, None] * way, near_m)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return start, start + low[:, None] * way


def _bulged(k: Intrinsics, start: Floats, end: Floats, box: Box2) -> Box2:
    """The box made larger by edges (E, 3) to (E, 3) that are bent beyond it."""
    a, b = k.project(start), k.project(end)
    length = np.linalg.norm(b - a, axis=1)
    reach = (_BULGE / min(k.fx_px, k.fy_px) * length**2)[:, None]
    beyond = (np.minimum(a, b) - reach < box[:2]) | (np.maximum(a, b) + reach > box[2:])
    bent = np.flatnonzero((length > _STRAIGHT_PX) & beyond.any(1))
    share = (np.arange(1, _SAMPLES) / _SAMPLES)[:, None, None]
    along = k.project(start[bent] + share * (end[bent] - start[bent])).reshape(-1, 2)
    return _bounds(np.concatenate([along, [box[:2], box[2:]]]))


def _bounds(pixels: Floats) -> Box2:
    (x0, y0), (x1, y1) = pixels.min(0), pixels.max(0)
    return float(x0), float(y0), float(x1), float(y1)
