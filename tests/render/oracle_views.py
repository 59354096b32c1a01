"""Worlds, cameras and states -> captures beside what exact rays say of them; and a street that moves."""

import dataclasses
import functools
import itertools

import numpy as np
from leaf_oracle import leaves
from ray_oracle import Caster, dilated, film, ids, interior, levels, look, opaque, shot

from sim.scenario import camera_pose
from sim.taxonomy import Semantic
from sim.testing.motion import motion, normals
from sim.testing.rays import pixel_centers

_CORNER_PX = 1 / 256
"""How far the rasterizer may move an edge: it places corners on a grid of 1/256 pixel."""


@dataclasses.dataclass(frozen=True, eq=False)
class View:
    """A capture and what rays say of it; images (H, W)."""

    world: object
    camera: object
    capture: object
    states: tuple
    shot: object
    triangles: object
    hits: object
    owner: np.ndarray
    semantic: np.ndarray
    depth_m: np.ndarray
    leafy: np.ndarray
    decal: np.ndarray

    @property
    def opaque(self):
        """Pixels that no leaf card and no decal can own."""
        return ~self.leafy & ~self.decal

    @property
    def wrong(self):
        """Pixels where rays meet something else than what was drawn."""
        return (self.capture.instance != self.owner) | (self.capture.semantic != self.semantic)

    @functools.cached_property
    def tied(self):
        """Wrong pixels that are right for some ray as close to their center as edges are placed."""
        rows = np.flatnonzero(self.wrong)
        eye, rotation = self.shot.world_from_camera.translation_m, self.shot.world_from_camera.rotation
        centers = pixel_centers(self.shot.lens)[rows]
        near, far = (limit[rows] for limit in self.shot.limits_m)
        drawn = self.capture.instance.flat[rows], self.capture.semantic.flat[rows]
        out = np.zeros(self.wrong.size, bool)
        for angle in np.arange(16) * np.pi / 8:
            beside = centers + _CORNER_PX * np.array([np.cos(angle), np.sin(angle)])
            hits = self.shot.cast(eye, self.shot.lens.rays(beside) @ rotation.T, (near, far))
            owner, semantic = ids(hits, self.triangles, (*rows.shape, 1))
            out[rows] |= (owner[:, 0] == drawn[0]) & (semantic[:, 0] == drawn[1])
        return out.reshape(self.wrong.shape)

    @property
    def inner(self):
        """Pixels away from every rim."""
        return interior(self.owner, self.semantic)

    @functools.cached_property
    def smooth(self):
        """Pixels whose 3 x 3 neighborhood lies in the plane that they show, to a centimeter."""
        normal, far = self.image(normals(self.shot, self.hits)), ~np.isfinite(self.hits.distance_m)
        depth = np.where(self.image(far), 0.0, self.image(self.hits.distance_m * self.shot.rays_camera[:, 2]))
        point = self.image(self.shot.rays_camera / self.shot.rays_camera[:, 2:]) * depth[..., None]
        out = ~self.image(far)
        for dy, dx in itertools.product((-1, 0, 1), repeat=2):
            beside = np.roll(point, (dy, dx), (0, 1))
            out &= np.abs(((beside - point) * normal).sum(-1)) < 0.01
        return out & self.inner

    @functools.cached_property
    def same_surface(self):
        """Pixels that show what rays meet, at its depth."""
        with np.errstate(invalid="ignore"):
            close = np.abs(self.capture.depth_m - self.depth_m) < 1e-3 + 1e-4 * np.abs(self.depth_m)
        return self.opaque & ~self.wrong & (close | ~np.isfinite(self.depth_m))

    def image(self, values):
        """(R, ...) as an image."""
        return values.reshape(*self.depth_m.shape, *values.shape[1:])

    @functools.cached_property
    def motion(self):
        """Where rays say that surface points go, by channel suffix."""
        before, _, after = self.states
        ways = {"forward": after, "backward": before}
        return {way: motion(self.shot, self.hits, self._other(state)) for way, state in ways.items()}

    def _other(self, state):
        """The camera at another state, and this state's triangles as they are there."""
        pose = camera_pose(self.camera, state)[0]
        focal, at = self.capture.intrinsics.fx_px, self.shot.world_from_camera.translation_m
        mine = opaque(self.world, state, levels(self.states[1], at, focal))
        theirs = opaque(self.world, state, levels(state, pose.translation_m, focal))
        there = dataclasses.replace(self.capture, world_from_camera=pose)
        return shot(self.camera, there, mine, Caster(theirs.corners))


def views_of(world, cameras, states):
    for camera, capture in zip(cameras, film(world, cameras, states), strict=True):
        shape, state = capture.depth_m.shape, states[1]
        eye, focal_px = capture.world_from_camera.translation_m, capture.intrinsics.fx_px
        meshes = levels(state, eye, focal_px)
        triangles, decals = opaque(world, state, meshes), opaque(world, state, meshes, only="decal")
        here = shot(camera, capture, triangles)
        hits = look(here)
        leaf, touched = leaves(world, here, hits.distance_m)
        owner, semantic = ids(hits, triangles, shape)
        # A decal is pulled toward the camera: where it touches something that stands on it, either may win.
        on_decal = look(shot(camera, capture, decals)).distance_m < 1.05 * hits.distance_m + 0.1
        is_leaf = leaf.triangle >= 0
        distance = np.where(is_leaf, leaf.distance_m, hits.distance_m)
        with np.errstate(invalid="ignore"):
            depth = np.where(np.isfinite(distance), distance * here.rays_camera[:, 2], np.inf)
        yield View(
            world,
            camera,
            capture,
            states,
            here,
            triangles,
            hits,
            np.where(is_leaf.reshape(shape), 0, owner),
            np.where(is_leaf.reshape(shape), int(Semantic.VEGETATION), semantic),
            depth.reshape(shape),
            touched.reshape(shape),
            dilated(on_decal.reshape(shape)),
        )


def drive(state, time_s, tick):
    """The state after some time: everybody goes on, wheels roll, arms and legs swing."""
    p = state.poses
    speed = np.array([6.0, 4.0, 0.0, 1.3, 1.1, 1.0, 3.0, 3.0])
    step = speed[:, None] * np.stack([np.cos(p.yaw_rad), np.sin(p.yaw_rad), 0 * p.yaw_rad], 1) * time_s
    poses = dataclasses.replace(
        p,
        position_m=p.position_m + step,
        yaw_rad=p.yaw_rad + 0.3 * time_s * np.array([1, -1, 0, 1, -1, 1, 0, 0]),
        foot_m=p.foot_m + step[:, None] + np.array([0.2, 0, 0.1]) * time_s,
        wheel_rad=p.wheel_rad + speed * time_s / 0.31,
        steer_rad=p.steer_rad + 0.5 * time_s,
        gait_phase=p.gait_phase + 0.9 * time_s,
        gait_weight=np.ones(len(speed)),
        look_yaw_rad=p.look_yaw_rad + time_s,
    )
    return dataclasses.replace(state, poses=poses, tick=tick)
