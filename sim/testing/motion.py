"""What a camera's rays hit, and another frame of that camera -> where those surface points are there.

Independent of any renderer: flow, occlusion and scene flow by definition, one ray at a time. The caster may
be `FlatScene.cast` or any other that meets the same triangles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.frame import NO_OTHER_FRAME
from sim.geometry import Intrinsics, Pose
from sim.testing.rays import Hits, pixel_centers, ray_limits

__all__ = ["Cast", "Motion", "Shot", "motion", "normals"]

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]
Cast = Callable[[NDArray[np.float64], NDArray[np.float64], Limits], Hits]
"""Origin (3,), unit directions (R, 3) and (near, far) distances (R,) -> what the rays meet first."""

_BEFORE_M, _BEFORE_SHARE = 0.01, 0.001  # nearer than this is the surface itself


@dataclass(frozen=True, eq=False)
class Shot:
    """A camera at one state.

    Attributes:
        lens: its intrinsics.
        world_from_camera: where it is.
        near_m, far_m: nothing nearer or farther is drawn.
        corners: (T, 3, 3) float64 triangles in the world, the same rows in every state.
        cast: meets these triangles, and ground that never moves.
    """

    lens: Intrinsics
    world_from_camera: Pose
    near_m: float
    far_m: float
    corners: NDArray[np.float64]
    cast: Cast

    @cached_property
    def rays_camera(self) -> NDArray[np.float64]:
        """(H * W, 3) unit directions through pixel centers in the camera frame."""
        return self.lens.rays(pixel_centers(self.lens))

    @cached_property
    def rays_world(self) -> NDArray[np.float64]:
        """(H * W, 3) the same in the world."""
        return self.rays_camera @ self.world_from_camera.rotation.T

    @cached_property
    def limits_m(self) -> Limits:
        """Nearest and farthest distance along each of these rays."""
        return ray_limits(self.lens, self.rays_camera, self.near_m, self.far_m)


@dataclass(frozen=True, eq=False)
class Motion:
    """Where the surface of each pixel is in another frame.

    Attributes:
        flow_px: (R, 2) float64 position there minus position here, NaN where it is not before that camera.
        occlusion: (R,) uint8, 1 hidden or outside there, 0 seen, NO_OTHER_FRAME.
        displacement_m: (R, 3) float64 of the surface point, in this frame's camera axes; 0 for what stands.
    """

    flow_px: NDArray[np.float64]
    occlusion: NDArray[np.uint8]
    displacement_m: NDArray[np.float64]


def motion(here: Shot, hits: Hits, there: Shot | None) -> Motion:
    """Follow the surface points that the pixels of one frame show into another.

    Args:
        here: this frame.
        hits: what its pixels' rays meet.
        there: the other frame, None if there is none.
    """
    count = len(hits.distance_m)
    if there is None:
        none = np.full((count, 3), np.nan)
        return Motion(none[:, :2], np.full(count, NO_OTHER_FRAME, np.uint8), none)
    moved = _displacement(hits, here.corners, there.corners)
    solid = np.isfinite(hits.distance_m)
    to_camera = there.world_from_camera.inverse()
    # What is infinitely far away is a direction: only the turn of the camera moves it.
    local = here.rays_world @ to_camera.rotation.T
    points = here.world_from_camera.translation_m + here.rays_world[solid] * hits.distance_m[solid, None]
    local[solid] = to_camera.apply(points + moved[solid])
    ahead = there.lens.sees(local)
    pixels = there.lens.project(local)
    flow = np.where(ahead[:, None], pixels - pixel_centers(here.lens), np.nan)
    size = (there.lens.width_px, there.lens.height_px)
    inside = ahead & (pixels >= 0).all(1) & (pixels < size).all(1)
    seen = inside.copy()
    seen[inside] = _unhidden(there, local[inside], solid[inside])
    return Motion(flow, (~seen).astype(np.uint8), moved @ here.world_from_camera.rotation)


def normals(shot: Shot, hits: Hits) -> NDArray[np.float64]:
    """(R, 3) float64 normals of the triangles that were hit, camera axes, toward the camera; 0 for sky.

    Where there is a hit and no triangle it is the ground.
    """
    corners = shot.corners[hits.triangle] if len(shot.corners) else np.zeros((len(hits.triangle), 3, 3))
    world = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    world[hits.triangle < 0] = 0.0, 0.0, 1.0
    world[~np.isfinite(hits.distance_m)] = 0.0
    world /= np.maximum(np.linalg.norm(world, axis=1, keepdims=True), 1e-300)
    away = (world * shot.rays_world).sum(1) > 0
    world[away] *= -1
    return world @ shot.world_from_camera.rotation


def _displacement(
    hits: Hits, corners: NDArray[np.float64], other: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(R, 3) metres in the world from a point of a triangle to the same point of the moved triangle."""
    out = np.zeros((len(hits.triangle), 3))
    on = hits.triangle >= 0
    step = other[hits.triangle[on]] - corners[hits.triangle[on]]
    u, v = hits.weights[on].T[..., None]
    out[on] = (1 - u - v) * step[:, 0] + u * step[:, 1] + v * step[:, 2]
    return out


def _unhidden(shot: Shot, local: NDArray[np.float64], solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True for points (R, 3) in the camera frame, or directions where not solid, that the camera sees."""
    reach = np.linalg.norm(local, axis=1)
    rays = local / reach[:, None]
    reach = np.where(solid, reach, np.inf)
    near, far = ray_limits(shot.lens, rays, shot.near_m, shot.far_m)
    pose = shot.world_from_camera
    first = shot.cast(pose.translation_m, rays @ pose.rotation.T, (near, far)).distance_m
    with np.errstate(invalid="ignore"):
        before = first < reach - (_BEFORE_M + _BEFORE_SHARE * reach)
    before |= ~solid & np.isfinite(first)
    return ~before & (reach >= near)
