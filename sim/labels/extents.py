"""Posed bodies and a camera -> the box of each in the image, as if the image went on for ever.

Through a pinhole a triangle's corners decide. Through a lens its edges are bent, and may bulge beyond its
corners: long ones are followed. The inside of a triangle never reaches farther than its edges, because no
lens folds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.bodies import Body
from sim.geometry import Box2, Intrinsics, Pose
from sim.labels.skin import skin_below, whole_skin

__all__ = ["body_extents", "image_extent"]

_STRAIGHT_PX = 8.0  # an edge half as wide and high bulges by less than 0.02 px at a focal length of 300 px
_BULGE = 1.0  # an edge of L pixels leaves its chord by at most this share of L^2 / focal length
_FLAT_PX = 0.25  # bodies whose hulls bulge less need only the hulls' corners
_SAMPLES = 32
_HALVINGS = 24
_ONE_FACE_RAD = np.deg2rad(60.0)  # wider images are drawn all around the camera
_AHEAD = (0.0, 0.0, 1.0)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def body_extents(
    bodies: Sequence[Body],
    bones: Sequence[NDArray[np.floating]],
    outer_world: Sequence[Floats],
    intrinsics: Intrinsics,
    camera_from_world: Pose,
    near_m: float,
) -> list[Box2 | None]:
    """Boxes of what of some bodies the camera could see, not clipped to the image.

    Args:
        bodies: the bodies.
        bones: of each (MAX_BONES, 3, 4) world_from_bind.
        outer_world: of each (V, 3) the posed outermost vertices, `outer_skin(body).posed(bones)`.
        intrinsics: of the image.
        camera_from_world: pose.
        near_m: what is nearer is not seen: along the axis, for lenses beyond 120 degrees along the ray.

    Returns:
        Of each (x0, y0, x1, y1) pixels, or None if all of it is too near, behind, or beyond the lens.
    """
    if not bodies:
        return []
    # One by one: many rows at once would wake the threads of the matrix library for nothing.
    points = np.concatenate([camera_from_world.apply(p) for p in outer_world])
    first = np.cumsum([0, *(len(p) for p in outer_world[:-1])])
    shown = _shown(intrinsics, points, near_m)
    pixels = intrinsics.project(np.where(shown[:, None], points, _AHEAD))
    low, high = np.minimum.reduceat(pixels, first), np.maximum.reduceat(pixels, first)
    every, some = np.logical_and.reduceat(shown, first), np.logical_or.reduceat(shown, first)
    bulge_m = np.zeros(len(bodies))
    if intrinsics.is_pinhole:
        done = every | ~some
    else:
        bulge_m, bulge_px = _bulges(intrinsics, points, first)
        done = every & (bulge_px <= _FLAT_PX)
    out: list[Box2 | None] = []
    for i, body in enumerate(bodies):
        if done[i]:
            out.append((*low[i].tolist(), *high[i].tolist()) if some[i] else None)
            continue
        skin = skin_below(body, float(bulge_m[i])) if every[i] else whole_skin(body)
        posed = camera_from_world.apply(skin.posed(bones[i]))
        out.append(image_extent(intrinsics, posed, skin.edges, near_m))
    return out


def image_extent(
    intrinsics: Intrinsics, points_camera: Floats, edges: NDArray[np.int64], near_m: float
) -> Box2 | None:
    """Box of what can be seen of a mesh, in pixels, not clipped to the image.

    Args:
        intrinsics: of the image.
        points_camera: (V, 3) vertices in the camera frame.
        edges: (E, 2) edges of the triangles; cut where the view of the camera ends.
        near_m: distance of the near plane; beyond 120 degrees, of the near sphere.

    Returns:
        (x0, y0, x1, y1) or None if nothing can be seen.
    """
    shown = _shown(intrinsics, points_camera, near_m)
    points, pairs = points_camera, edges
    if not shown.all():
        ends = shown[edges]
        cut = edges[ends[:, 0] != ends[:, 1]]
        cut = np.where(shown[cut[:, :1]], cut, cut[:, ::-1])
        points = np.concatenate(
            [points, _last_shown(intrinsics, points[cut[:, 0]], points[cut[:, 1]], near_m)]
        )
        fresh = np.arange(len(shown), len(points))
        pairs = np.concatenate([edges[ends.all(1)], np.stack([cut[:, 0], fresh], 1)])
        shown = np.append(shown, np.ones(len(fresh), bool))
        if not shown.any():
            return None
        points = np.where(shown[:, None], points, points[shown.argmax()])
    pixels = intrinsics.project(points)
    box = _bounds(pixels)
    return box if intrinsics.is_pinhole else _bulged(intrinsics, points, pixels, pairs, box)


def _shown(k: Intrinsics, points_camera: Floats, near_m: float) -> Bools:
    """(...) whether the camera would see points (..., 3) if its image went on."""
    if k.is_pinhole or k.half_angle_rad <= _ONE_FACE_RAD:
        far = points_camera[..., 2] >= near_m
    else:
        far = np.linalg.norm(points_camera, axis=-1) >= near_m
    return np.asarray(k.sees(points_camera) & far)


def _last_shown(k: Intrinsics, shown_m: Floats, hidden_m: Floats, near_m: float) -> Floats:
    """(C, 3) where edges from shown to hidden points (C, 3) leave the view."""
    way = hidden_m - shown_m
    if k.is_pinhole:
        low = (near_m - shown_m[:, 2]) / way[:, 2]
    else:
        low, high = np.zeros(len(way)), np.ones(len(way))
        for _ in range(_HALVINGS if len(way) else 0):
            middle = (low + high) / 2
            inside = _shown(k, shown_m + middle[:, None] * way, near_m)
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.asarray(shown_m + low[:, None] * way)


def _bulges(k: Intrinsics, points_camera: Floats, first: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """How far lenses may bend the hulls of bodies outward: metres at their distance, and pixels.

    The lens bends a chord of the body's whole size by less than one of the same angle's sagitta: its eighth
    part times the angle.
    """
    size = np.maximum.reduceat(points_camera, first) - np.minimum.reduceat(points_camera, first)
    nearest = np.minimum.reduceat(np.linalg.norm(points_camera, axis=1), first)
    angle = np.linalg.norm(size, axis=1) / np.maximum(nearest, 1e-9)
    return angle**2 * nearest / 8, angle**2 * max(k.fx_px, k.fy_px) / 8


def _bulged(k: Intrinsics, points: Floats, pixels: Floats, pairs: NDArray[np.int64], box: Box2) -> Box2:
    """The box made larger by edges, rows of points (V, 3) and pixels (V, 2), that are bent beyond it."""
    across, down = (pixels[:, axis][pairs] for axis in (0, 1))
    width, height = np.abs(across[:, 0] - across[:, 1]), np.abs(down[:, 0] - down[:, 1])
    long = np.flatnonzero(np.maximum(width, height) > _STRAIGHT_PX / 2)
    reach = (_BULGE / min(k.fx_px, k.fy_px) * (width[long] ** 2 + height[long] ** 2))[:, None]
    ends = pixels[pairs[long]]
    beyond = (ends.min(1) - reach < box[:2]) | (ends.max(1) + reach > box[2:])
    bent = pairs[long[beyond.any(1)]]
    share = (np.arange(1, _SAMPLES) / _SAMPLES)[:, None, None]
    along = points[bent[:, 0]] + share * (points[bent[:, 1]] - points[bent[:, 0]])
    return _bounds(np.concatenate([k.project(along).reshape(-1, 2), [box[:2], box[2:]]]))


def _bounds(pixels: Floats) -> Box2:
    u, v = pixels[:, 0], pixels[:, 1]  # column by column: NumPy reduces narrow arrays slowly
    return float(u.min()), float(v.min()), float(u.max()), float(v.max())
