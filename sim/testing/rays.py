"""Rays and posed triangles -> first hits, in NumPy and float64: what the oracles are built on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.geometry import Intrinsics

__all__ = ["FlatScene", "Hits", "pixel_centers", "ray_limits"]

_ON_EDGE = 1e-12  # rounding must not let a ray slip between two triangles that share an edge
_SEVERAL_FACES_RAD = np.deg2rad(60.0)


@dataclass(frozen=True, eq=False)
class Hits:
    """What rays met first.

    Attributes:
        distance_m: (R,) float64 along the ray, inf where nothing was met.
        triangle: (R,) int64 row of the scene's triangles, -1 for the ground and for nothing.
        weights: (R, 2) float64 shares of the triangle's second and third corner in the point that was hit;
            0 0 where there is no triangle.
    """

    distance_m: NDArray[np.float64]
    triangle: NDArray[np.int64]
    weights: NDArray[np.float64]


def pixel_centers(lens: Intrinsics) -> NDArray[np.float64]:
    """(H * W, 2) float64 centers of all pixels, row by row."""
    v, u = np.mgrid[: lens.height_px, : lens.width_px] + 0.5
    return np.stack([u, v], -1).reshape(-1, 2)


def ray_limits(
    lens: Intrinsics, rays_camera: NDArray[np.float64], near_m: float, far_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances along rays between which a camera draws.

    Near and far are planes across the axis. A lens beyond 120 degrees has no such planes: there they are
    spheres.

    Args:
        lens: of the image.
        rays_camera: (R, 3) unit directions in the camera frame.
        near_m: nothing nearer is drawn.
        far_m: nothing farther is drawn.

    Returns:
        Nearest and farthest distance, (R,) float64 each.
    """
    flat = lens.is_pinhole or lens.half_angle_rad < _SEVERAL_FACES_RAD
    along = rays_camera[:, 2] if flat else np.ones(len(rays_camera))
    with np.errstate(divide="ignore"):
        return near_m / along, far_m / along


class FlatScene:
    """Bodies on the ground z = 0.

    Args:
        bodies: (F, 3, 3) posed corners in the world, an array per agent.
    """

    def __init__(self, bodies: Sequence[NDArray[np.float64]]) -> None:
        self._bodies = tuple(bodies)
        self._first = np.cumsum([0, *(len(body) for body in bodies)])
        self.corners = np.concatenate([np.zeros((0, 3, 3)), *bodies])
        """(T, 3, 3) float64 corners of all triangles in the world, agent by agent."""

    def owner(self, triangle: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row of the agent whose triangle it is, -1 where there is none."""
        return np.where(triangle < 0, -1, np.searchsorted(self._first, triangle, "right") - 1)

    def cast(
        self,
        origin_world: NDArray[np.float64],
        directions: NDArray[np.float64],
        limits_m: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> Hits:
        """What rays meet first, bodies or ground.

        Args:
            origin_world: (3,) where all rays start.
            directions: (R, 3) unit directions in the world.
            limits_m: (R,) nearest and farthest distance that counts.
        """
        return self.trace(origin_world, directions, limits_m)[0]

    def trace(
        self,
        origin_world: NDArray[np.float64],
        directions: NDArray[np.float64],
        limits_m: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> tuple[Hits, list[NDArray[np.intp]]]:
        """As `cast`; and of each agent the rays that meet it, whatever stands before it."""
        near, far = limits_m
        with np.errstate(divide="ignore"):
            distance = -origin_world[2] / directions[:, 2]
        distance[~((distance >= near) & (distance < far))] = np.inf
        triangle = np.full(len(directions), -1)
        weights = np.zeros((len(directions), 2))
        met = []
        for first, body in zip(self._first, self._bodies, strict=False):
            aimed = _toward(directions, body - origin_world)
            hits = _nearest(directions[aimed], body - origin_world, near[aimed], far[aimed])
            met.append(aimed[np.isfinite(hits.distance_m)])
            nearer = hits.distance_m < distance[aimed]
            closer = aimed[nearer]
            distance[closer] = hits.distance_m[nearer]
            triangle[closer] = first + hits.triangle[nearer]
            weights[closer] = hits.weights[nearer]
        return Hits(distance, triangle, weights), met


def _toward(directions: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows of the rays that meet the sphere around all corners; only they can meet a triangle."""
    points = corners.reshape(-1, 3)
    center = (points.min(0) + points.max(0)) / 2
    reach = np.linalg.norm(points - center, axis=1).max() * 1.001
    along = directions @ center
    missed_by = np.sqrt(np.maximum(center @ center - along**2, 0.0))
    return np.flatnonzero((missed_by <= reach) & (along >= -reach))


def _nearest(
    directions: NDArray[np.float64],
    corners: NDArray[np.float64],
    near_m: NDArray[np.float64],
    far_m: NDArray[np.float64],
) -> Hits:
    """First of the triangles (F, 3, 3), seen from the rays' origin, that each ray meets."""
    a, e1, e2 = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    normal = np.cross(e1, e2)
    # Scalar triple products give the ray's parameter and the barycentric coordinates (Moeller-Trumbore).
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1.0 / (directions @ normal.T)
        distance = (a * normal).sum(1) * scale
        u = directions @ np.cross(a, e2).T * -scale
        v = directions @ np.cross(e1, a).T * -scale
        inside = (u >= -_ON_EDGE) & (v >= -_ON_EDGE) & (u + v <= 1 + _ON_EDGE)
        met = inside & (distance >= near_m[:, None]) & (distance < far_m[:, None])
    distance = np.where(met, distance, np.inf)
    face = distance.argmin(1)
    row = np.arange(len(directions))
    found = distance[row, face]
    weights = np.where(np.isfinite(found)[:, None], np.stack([u[row, face], v[row, face]], 1), 0.0)
    return Hits(found, np.where(np.isfinite(found), face, -1), weights)
