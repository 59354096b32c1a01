"""3D boxes as files describe them -> corners, and where their edges are seen through a lens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.audit.optics import project
from sim.audit.view import Lens, Record

__all__ = ["Outline", "camera_from_world", "corners", "outline", "rigid", "rotation_of", "to_box"]

Array = NDArray[np.float64]

_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
_FACES = tuple(np.flatnonzero(_CORNERS[:, axis] == side) for axis in range(3) for side in (-0.5, 0.5))
_EDGES = np.array([(a, b) for a in range(8) for b in range(a + 1, 8) if bin(a ^ b).count("1") == 1])
_EVERYWHERE = (-np.inf, -np.inf, np.inf, np.inf)
_STEPS = 33  # points on an edge: straight lines become curves behind a lens


@dataclass(frozen=True)
class Outline:
    """Where a box is seen.

    Attributes:
        outer_px: x0, y0, x1, y1 around all that is seen of it, not clipped to the image; infinite where
            edges do not tell: beside a fisheye, or beyond where a lens folds.
        inner_px: x0, y0, x1, y1 that a body touching all six faces at least reaches: its left end is
            nowhere right of x0, and so on. None if part of the box lies behind the camera.
    """

    outer_px: tuple[float, float, float, float]
    inner_px: tuple[float, float, float, float] | None


def rigid(rows: object) -> Array:
    """(4, 4) float64 of three rows [r r r t], or of a (4, 4) as it is. Raises ValueError for other shapes."""
    matrix = np.asarray(rows, np.float64)
    if matrix.shape == (3, 4):
        return np.concatenate([matrix, [[0.0, 0.0, 0.0, 1.0]]])
    if matrix.shape != (4, 4):
        raise ValueError(f"a pose has 3 rows of 4 numbers, not {matrix.shape}")
    return matrix


def camera_from_world(world_from_camera: Array) -> Array:
    """The inverse (4, 4) of a rigid motion."""
    out = np.eye(4)
    out[:3, :3] = world_from_camera[:3, :3].T
    out[:3, 3] = -out[:3, :3] @ world_from_camera[:3, 3]
    return out


def rotation_of(yaw_rad: float) -> Array:
    """(3, 3) turn about +z."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def corners(box: Record) -> Array:
    """(3, 8) corners of a box in the world."""
    pose = rigid(box["world_from_box"])
    return np.asarray(pose[:3, :3] @ (_CORNERS * np.asarray(box["size_lwh_m"], np.float64)).T + pose[:3, 3:])


def to_box(box: Record, points_world: Array) -> Array:
    """Points (3, ...) in the axes of a box, from its center."""
    pose = rigid(box["world_from_box"])
    shift = pose[:3, 3].reshape(3, *[1] * (points_world.ndim - 1))
    return np.tensordot(pose[:3, :3].T, points_world - shift, 1)


def outline(box: Record, camera_from_world: Array, lens: Lens, near_m: float) -> Outline | None:
    """Where a box is seen.

    Args:
        box: ``world_from_box`` and ``size_lwh_m``.
        camera_from_world: (4, 4).
        lens: intrinsics.
        near_m: what lies nearer along the axis is cut off, but for fisheyes.

    Returns:
        None if nothing of it is seen.
    """
    local = camera_from_world[:3, :3] @ corners(box) + camera_from_world[:3, 3:]
    share = np.linspace(0.0, 1.0, _STEPS)
    starts, ends = local[:, _EDGES[:, 0], None], local[:, _EDGES[:, 1], None]
    whole = True
    if lens.model != "kannala_brandt":
        share = np.broadcast_to(share, (len(_EDGES), _STEPS))
        low, high = _ahead(starts[2, :, 0], ends[2, :, 0], near_m)
        whole = bool((low == 0).all() and (high == 1).all())
        share = low[:, None] + (high - low)[:, None] * share
    points = starts + share * (ends - starts)
    pixels = project(lens, points)
    seen = np.isfinite(pixels).all(0)
    if not seen.any():
        return None
    lost = np.isfinite(points).all(0) & ~seen
    if lost.any() or (lens.model == "kannala_brandt" and (points[2] <= 0).any()):
        return Outline(_EVERYWHERE, None)
    outer = _around(pixels[:, seen])
    if not whole:
        return Outline(outer, None)
    sides = np.array([_around(pixels[:, np.isin(_EDGES, face).all(1)]) for face in _FACES])
    left, top = sides[:, 2].min(), sides[:, 3].min()
    right, bottom = sides[:, 0].max(), sides[:, 1].max()
    return Outline(outer, (float(left), float(top), float(right), float(bottom)))


def _ahead(start_m: Array, end_m: Array, near_m: float) -> tuple[Array, Array]:
    """Shares of edges between which they lie ahead of the near plane; NaN if they lie behind as a whole."""
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = (near_m - start_m) / (end_m - start_m)
    low = np.where(start_m >= near_m, 0.0, np.where(end_m >= near_m, cut, np.nan))
    high = np.where(end_m >= near_m, 1.0, np.where(start_m >= near_m, cut, np.nan))
    return low, high


def _around(pixels: Array) -> tuple[float, float, float, float]:
    """Box around (2, ...) pixels."""
    flat = pixels.reshape(2, -1)
    (x0, y0), (x1, y1) = flat.min(1).tolist(), flat.max(1).tolist()
    return x0, y0, x1, y1
