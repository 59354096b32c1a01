"""Cameras and states -> captures without OpenGL: every pixel's ray against every posed triangle, in NumPy.

Slow and plain, for small images: labels, writers and checks are tested on it where no renderer runs. It has
a flat ground at z = 0, a sky, and agents in one colour each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.bodies import posed_vertices
from sim.frame import Capture
from sim.geometry import Intrinsics, Pose
from sim.scenario import Camera, body_from_camera, intrinsics
from sim.taxonomy import SEMANTIC_COLORS, Semantic

__all__ = ["Bones", "FlatRenderer"]

Bones = Callable[[WorldState], NDArray[np.floating]]

_LIGHT = np.array([0.3, 0.2, 0.93])


class FlatRenderer:
    """Renders captures of a state.

    Args:
        cameras: what to render for.
        bones: state -> (N, MAX_BONES, 3, 4) world_from_bind of every agent.
    """

    def __init__(self, cameras: Sequence[Camera], bones: Bones) -> None:
        self._cameras = tuple(cameras)
        self._bones = bones

    def capture(self, state: WorldState) -> dict[str, Capture]:
        """Captures of all cameras due at the state's tick, by name."""
        due = [c for c in self._cameras if state.tick % (state.tick_hz // c.rate_hz) == 0]
        if not due:
            return {}
        bones = self._bones(state)
        bodies = state.roster.bodies
        meshes = [
            posed_vertices(body, bones[row])[body.mesh.faces] for row, body in enumerate(bodies)
        ]  # per agent (F, 3, 3) corners in the world
        return {camera.name: self._one(camera, state, meshes) for camera in due}

    def _one(self, camera: Camera, state: WorldState, meshes: list[NDArray[np.float64]]) -> Capture:
        carrier = _carrier(camera, state)
        mount = body_from_camera(camera)
        world_from_camera = mount if carrier is None else carrier @ mount
        k = intrinsics(camera)
        rays = _rays(k)
        depth, rgb, semantic = _background(world_from_camera, rays, camera.far_m)
        instance = np.zeros(len(rays), np.int32)
        unoccluded = np.zeros(len(meshes), np.int64)
        from_world = world_from_camera.inverse()
        for row, corners in enumerate(meshes):
            local = from_world.apply(corners)
            aimed = _toward(rays, local)
            hit_m, face = _nearest(rays[aimed], local, camera.near_m, camera.far_m)
            unoccluded[row] = np.isfinite(hit_m).sum()
            nearer = hit_m < depth[aimed]
            closer, face = aimed[nearer], face[nearer]
            depth[closer] = hit_m[nearer]
            instance[closer] = row + 1
            semantic[closer] = state.roster.categories[row].semantic
            paint = np.array(state.roster.bodies[row].paint_srgb, float)
            rgb[closer] = paint * (0.55 + 0.45 * _shade(corners)[face, None])
        shape = (camera.height_px, camera.width_px)
        channels: dict[str, NDArray[np.generic]] = {
            "rgb": rgb.round().astype(np.uint8).reshape(*shape, 3),
            "depth": depth.astype(np.float32).reshape(shape),
            "instance": instance.reshape(shape),
            "semantic": semantic.reshape(shape),
        }
        return Capture(
            sensor=camera.name,
            tick=state.tick,
            timestamp_ns=state.timestamp_ns,
            intrinsics=k,
            world_from_camera=world_from_camera,
            world_from_carrier=carrier,
            channels={name: channels[name] for name in camera.channels},
            unoccluded_px=unoccluded,
        )


def _carrier(camera: Camera, state: WorldState) -> Pose | None:
    if not camera.mount:
        return None
    row, p = state.roster.row(camera.mount), state.poses
    x, y, z = (float(v) for v in p.position_m[row])
    return Pose.from_xyz_euler(
        x, y, z, float(p.yaw_rad[row]), float(p.pitch_rad[row]), float(p.roll_rad[row])
    )


def _rays(k: Intrinsics) -> NDArray[np.float64]:
    """(H * W, 3) directions through pixel centres with z = 1, so that a distance along one is a depth."""
    v, u = np.mgrid[: k.height_px, : k.width_px] + 0.5
    return k.back_project(np.stack([u, v], -1).reshape(-1, 2), np.ones(u.size))


def _background(
    world_from_camera: Pose, rays: NDArray[np.float64], far_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8]]:
    """Depth, colour and class of ground and sky."""
    fall = rays @ world_from_camera.rotation[2]
    with np.errstate(divide="ignore"):
        depth = -world_from_camera.translation_m[2] / fall
    ground = (depth > 0) & (depth < far_m) & np.isfinite(depth)
    depth = np.where(ground, depth, np.inf)
    semantic = np.where(ground, Semantic.ROAD, Semantic.SKY).astype(np.uint8)
    rgb = np.where(ground[:, None], SEMANTIC_COLORS[Semantic.ROAD], SEMANTIC_COLORS[Semantic.SKY])
    return depth, rgb.astype(float), semantic


def _toward(rays: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows of the rays that meet the sphere around all corners; only they can meet a triangle."""
    points = corners.reshape(-1, 3)
    centre = (points.min(0) + points.max(0)) / 2
    reach = np.linalg.norm(points - centre, axis=1).max() * 1.001
    along = rays @ centre / np.linalg.norm(rays, axis=1)
    missed_by = np.sqrt(np.maximum(centre @ centre - along**2, 0.0))
    return np.flatnonzero((missed_by <= reach) & (along >= -reach))


def _nearest(
    rays: NDArray[np.float64], corners: NDArray[np.float64], near_m: float, far_m: float
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Depth of the first triangle (F, 3, 3) each ray meets, inf if none; and which triangle."""
    a, e1, e2 = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    normal = np.cross(e1, e2)
    # Scalar triple products give the ray's parameter and the barycentric coordinates (Moeller-Trumbore).
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1.0 / (rays @ normal.T)
        depth = (a * normal).sum(1) * scale
        u = rays @ np.cross(a, e2).T * -scale
        v = rays @ np.cross(e1, a).T * -scale
        hit = (u >= 0) & (v >= 0) & (u + v <= 1) & (depth >= near_m) & (depth < far_m)
    depth = np.where(hit, depth, np.inf)
    face = depth.argmin(1)
    return depth[np.arange(len(rays)), face], face


def _shade(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """(F,) brightness of triangles under one lamp."""
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    return np.asarray(np.clip(normal @ _LIGHT, 0, 1))
