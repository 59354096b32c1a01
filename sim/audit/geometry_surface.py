"""One view -> how far its normals are from its depth, its rays and the ground."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.audit.geometry_measures import among_pixels, quantile_of_pixels, share_of_pixels
from sim.audit.geometry_pixels import lens_and_pose, points, same_surface
from sim.audit.optics import center_rays
from sim.audit.view import Measure, View
from sim.taxonomy import Semantic

__all__ = ["ground_normals", "normals_face_camera", "normals_match_depth"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_AWAY = 5e-3  # cosine to the ray, 0.3 degrees: a surface seen edge-on, its normal packed into few bits
_KINK = 0.02  # change of slope from pixel to pixel up to which a surface counts as flat there
_MIDDLE_DEG, _FAR_DEG, _FAR_SHARE = 0.5, 3.0, 0.99
_STEEPEST_DEG = 20.0  # steeper than any street

_FLAT = (
    Semantic.ROAD,
    Semantic.MARKING,
    Semantic.PAVEMENT,
    Semantic.KERB,
    Semantic.BUILDING,
    Semantic.TERRAIN,
)
_GROUND = (Semantic.ROAD, Semantic.MARKING)


def normals_face_camera(view: View) -> Iterator[Measure]:
    """Normals point toward the camera, and are there exactly where a surface is.

    Yields:
        The largest cosine between normal and ray, and how many pixels have a normal without a depth or the
        reverse.
    """
    normal = np.moveaxis(view.images["normal"], -1, 0)
    rays = center_rays(lens_and_pose(view)[0])
    cosine = (normal * rays).sum(0) / np.sqrt((rays * rays).sum(0))
    surface = np.isfinite(view.images["depth"]) & np.isfinite(rays[0])
    yield among_pixels(view, "cosine of normal and ray", cosine, surface, _AWAY, "")
    odd = (normal != 0).any(0) != np.isfinite(view.images["depth"])
    yield share_of_pixels(
        view,
        lambda wrong, of: f"{wrong} of {of} px have a normal without a surface or a surface without a normal",
        odd,
        odd.size,
        0.0,
    )


def normals_match_depth(view: View) -> Iterator[Measure]:
    """On flat ground and walls the normal is that of the plane through the neighboring points.

    Yields:
        The angle that half of the pixels, and that nearly all, do not exceed.
    """
    flat = same_surface(view, _KINK / lens_and_pose(view)[0].fx_px) & _of(view, _FLAT)
    at = np.flatnonzero(flat)
    width = flat.shape[1]
    places = points(view).reshape(3, -1)
    across = places[:, at + 1] - places[:, at - 1]
    down = places[:, at + width] - places[:, at - width]
    plane = np.cross(across, down, axis=0)
    given = view.images["normal"].reshape(-1, 3)[at].T.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        sine = np.linalg.norm(np.cross(plane, given, axis=0), axis=0) / np.linalg.norm(plane, axis=0)
    # Which side of the plane it points to is said by `normals_face_camera`.
    angle = np.rad2deg(np.arcsin(np.minimum(sine, 1.0)))
    yield quantile_of_pixels(view, "normal against depth", angle, 0.5, _MIDDLE_DEG, "deg")
    yield quantile_of_pixels(view, "normal against depth", angle, _FAR_SHARE, _FAR_DEG, "deg")


def ground_normals(view: View) -> Iterator[Measure]:
    """The road's normals point up in the world."""
    rotation = lens_and_pose(view)[1][:3, :3]
    up = view.images["normal"][_of(view, _GROUND)] @ rotation[2]
    angle = np.rad2deg(np.arccos(np.clip(up, -1, 1)))
    yield quantile_of_pixels(view, "normal of the road against up", angle, _FAR_SHARE, _STEEPEST_DEG, "deg")


def _of(view: View, classes: tuple[Semantic, ...]) -> Mask:
    """(H, W) bool: pixels of some classes."""
    table = np.zeros(256, np.bool_)
    table[list(classes)] = True
    return np.asarray(table[view.images["semantic"]])
