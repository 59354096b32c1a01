"""Sun and bounds -> the light's view: one map for what stands, drawn once, one for what moves, each picture.

Both are drawn along the sun, so that a place in one is a scaled and shifted place in the other. The standing
map covers the whole street. The moving one covers what lies before the camera that films, so
that people's shadows stay sharp; farther away the dark patch below a vehicle is all there is to see.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    BitMask32,
    BoundingSphere,
    Camera,
    FrameBufferProperties,
    GraphicsOutput,
    LPoint3f,
    LVecBase3f,
    NodePath,
    OmniBoundingVolume,
    PTA_LMatrix4f,
    PTA_LVecBase3f,
    SamplerState,
    Texture,
)

from sim.geometry import Pose
from sim.render.drawing import MASK_SHADOW, MASK_SHADOW_MOVING
from sim.render.engine import Engine, attach_camera
from sim.render.geoms import clamp_edges
from sim.render.panda_frames import clip_from_light, to_panda
from sim.render.programs import PASS_KINDS, pass_state
from sim.render.quality import Quality
from sim.render.shadow_edges import ShadowEdges
from sim.world import World

__all__ = ["ShadowMaps"]

_TALLEST_M = 45.0
_BIAS_M = 0.06
_ALL_AROUND_RAD = np.deg2rad(75.0)  # what sees farther to the side is itself the middle of the map


class _Map:
    """One depth map and the camera that fills it."""

    def __init__(
        self,
        engine: Engine,
        scene: NodePath,
        name: str,
        size_px: int,
        sort: int,
        mask: BitMask32,
        soft: bool,
    ) -> None:
        self.texture = Texture(f"shadow-{name}")
        self.texture.set_format(Texture.F_depth_component32)
        self.texture.set_component_type(Texture.T_float)
        self.texture.set_minfilter(SamplerState.FT_shadow if soft else SamplerState.FT_nearest)
        self.texture.set_magfilter(SamplerState.FT_shadow if soft else SamplerState.FT_nearest)
        clamp_edges(self.texture)
        properties = FrameBufferProperties()
        properties.set_rgba_bits(0, 0, 0, 0)
        properties.set_depth_bits(32)
        properties.set_float_depth(True)
        planes = {GraphicsOutput.RTP_depth: self.texture}
        self.output = engine.buffer(f"shadow-{name}", (size_px, size_px), properties, planes, sort=sort)
        self._clip = PTA_LMatrix4f.empty_array(1)
        _, camera = attach_camera(scene, self.output, f"shadow-{name}")
        camera.set_camera_mask(mask)
        camera.set_cull_bounds(OmniBoundingVolume())
        self._camera = camera
        self._start(camera)
        scene.set_shader_input(f"u_shadow_{name}", self.texture)

    def _start(self, camera: Camera) -> None:
        start = NodePath("shadow")
        start.set_shader_input("u_clip_from_world", self._clip)
        start.set_two_sided(True, 50)
        camera.set_initial_state(start.get_state())
        camera.set_tag_state_key("kind")
        for kind in PASS_KINDS:
            camera.set_tag_state(kind, pass_state("shadow", kind))

    def draw_only_near(self, centre_world: NDArray[np.float64], radius_m: float) -> None:
        """Leave out what stands farther from a point of the world."""
        self._camera.set_cull_bounds(BoundingSphere(LPoint3f(*centre_world.tolist()), radius_m))

    def aim(self, clip: NDArray[np.float64]) -> NDArray[np.float64]:
        """Set the view.

        Returns:
            (4, 4) from the world to where shaders look depths up: 0..1, biased toward the sun.
        """
        self._clip[0] = to_panda(clip)
        halve = np.diag([0.5, 0.5, 0.5, 1.0])
        halve[:3, 3] = 0.5
        halve[2, 3] -= _BIAS_M * 0.5 * float(np.linalg.norm(clip[2, :3]))
        return np.asarray(halve @ clip)


class ShadowMaps:
    """The two depth maps of a scene."""

    def __init__(self, engine: Engine, scene: NodePath, world: World, quality: Quality) -> None:
        self._engine, self._scene = engine, scene
        self._moving_px, self._reach_m = quality.moving_shadow_px, quality.moving_shadow_m
        soft, static_px = quality.soft_shadows, quality.standing_shadow_px
        self._static = _Map(engine, scene, "static", static_px, -22, MASK_SHADOW, soft)
        self._moving = _Map(engine, scene, "moving", self._moving_px, -19, MASK_SHADOW_MOVING, soft)
        self._edges = ShadowEdges(engine, scene, self._static.texture, static_px) if soft else None
        x0, y0, x1, y1 = world.bounds_m
        self._ground_m = np.array([[x, y, z] for x in (x0, x1) for y in (y0, y1) for z in (-0.5, 4.0)])
        self._moving_from_static = PTA_LVecBase3f.empty_array(2)
        scene.set_shader_input("u_moving_from_static", self._moving_from_static)
        self._sun: tuple[float, ...] = ()

    def _turn(self, sun: NDArray[np.float64]) -> None:
        """Look along the sun."""
        forward = -sun
        right = np.cross([0.0, 0.0, 1.0], forward)
        right /= np.linalg.norm(right)
        self._light_from_world = Pose(np.stack([right, np.cross(forward, right), forward]), np.zeros(3))
        seen = self._light_from_world.apply(self._ground_m)
        low, high = seen.min(0), seen.max(0)
        # Casters may stand anywhere toward the sun; receivers end at the bounds.
        low[2] -= _TALLEST_M / max(float(sun[2]), 0.05) + 30.0
        static_from_world = self._static.aim(clip_from_light(self._light_from_world, low, high))
        if self._edges is not None:
            self._edges.fit(high - low)
        self._world_from_static = np.linalg.inv(static_from_world)
        self._scene.set_shader_input("u_static_from_world", to_panda(static_from_world))

    def aim(
        self, sun: NDArray[np.float64], world_from_camera: Pose, half_angle_rad: float
    ) -> list[GraphicsOutput]:
        """Look along the sun and fit the moving map to what a camera sees.

        Args:
            sun: (3,) unit vector toward the sun, above the horizon.
            world_from_camera: where the camera is.
            half_angle_rad: how far from its axis it sees.

        Returns:
            What to draw: that map, and the standing one when the sun has moved.
        """
        stays = self._sun == tuple(sun.tolist())
        drawn = [self._moving.output]
        if not stays:
            self._turn(sun)
            self._sun = tuple(sun.tolist())
            edges = [] if self._edges is None else self._edges.passes
            drawn = [self._static.output, *edges, *drawn]
        ahead = world_from_camera.rotation[:, 2] * np.array([1.0, 1.0, 0.0])
        ahead /= max(float(np.linalg.norm(ahead)), 1e-6)
        focus = world_from_camera.translation_m * np.array([1.0, 1.0, 0.0])
        if half_angle_rad < _ALL_AROUND_RAD:
            focus += ahead * (self._reach_m / 2 - 6.0)
        self._moving.draw_only_near(focus, 0.75 * self._reach_m)
        centre = self._light_from_world.apply(focus)
        # Whole texels only, or shadow edges crawl while the camera moves.
        texel = self._reach_m / self._moving_px
        centre[:2] = np.round(centre[:2] / texel) * texel
        half = np.array([self._reach_m / 2, self._reach_m / 2, self._reach_m])
        clip = clip_from_light(self._light_from_world, centre - half, centre + half)
        change = self._moving.aim(clip) @ self._world_from_static
        self._moving_from_static[0] = LVecBase3f(*np.diag(change)[:3].tolist())
        self._moving_from_static[1] = LVecBase3f(*change[:3, 3].tolist())
        return drawn

    def close(self) -> None:
        """Free all maps."""
        if self._edges is not None:
            self._edges.close()
        for depth in (self._static, self._moving):
            self._engine.remove(depth.output)
            depth.texture.release_all()
