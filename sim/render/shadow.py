"""Sun and bounds -> the light's view; one map for what stands (drawn once), one for what moves (each tick).

Both maps share one matrix, fitted to the street's bounds in the light's own axes, so a long narrow street
gets long narrow texels and shaders transform each vertex once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    BitMask32,
    Camera,
    FrameBufferProperties,
    GraphicsOutput,
    NodePath,
    OmniBoundingVolume,
    PTA_LMatrix4f,
    SamplerState,
    Texture,
)

from sim.geometry import Pose
from sim.render.engine import Engine, attach_camera
from sim.render.geoms import clamp_edges
from sim.render.panda_frames import clip_from_light, to_panda
from sim.world import World

__all__ = ["STATIC_PX", "ShadowMaps"]

STATIC_PX = 4096
MOVING_PX = 2048
_TALLEST_M = 45.0


def _light_clip(world: World, sun: NDArray[np.float64]) -> NDArray[np.float64]:
    forward = -sun
    right = np.cross([0.0, 0.0, 1.0], forward)
    right /= np.linalg.norm(right)
    light_from_world = Pose(np.stack([right, np.cross(forward, right), forward]), np.zeros(3))
    x0, y0, x1, y1 = world.bounds_m
    ground = np.array([[x, y, z] for x in (x0, x1) for y in (y0, y1) for z in (-0.5, 4.0)])
    seen = light_from_world.apply(ground)
    low, high = seen.min(0), seen.max(0)
    # Casters may stand anywhere toward the sun; receivers end at the bounds.
    low[2] -= _TALLEST_M / max(float(sun[2]), 0.05) + 30.0
    return clip_from_light(light_from_world, low, high)


class ShadowMaps:
    """The two depth maps of a scene, and the cameras that fill them."""

    def __init__(self, engine: Engine, scene: NodePath) -> None:
        self._engine = engine
        self._clip = PTA_LMatrix4f.empty_array(1)
        self._lookup = PTA_LMatrix4f.empty_array(1)
        scene.set_shader_input("u_shadow_from_world", self._lookup)
        self.textures: list[Texture] = []
        self.outputs: list[GraphicsOutput] = []
        self.cameras: list[Camera] = []
        for name, size, sort, mask in (("static", STATIC_PX, -20, 3), ("moving", MOVING_PX, -19, 4)):
            texture = Texture(f"shadow-{name}")
            texture.set_format(Texture.F_depth_component32)
            texture.set_component_type(Texture.T_float)
            texture.set_minfilter(SamplerState.FT_shadow)
            texture.set_magfilter(SamplerState.FT_shadow)
            clamp_edges(texture)
            properties = FrameBufferProperties()
            properties.set_rgba_bits(0, 0, 0, 0)
            properties.set_depth_bits(32)
            properties.set_float_depth(True)
            output = engine.buffer(
                f"shadow-{name}",
                (size, size),
                properties,
                {GraphicsOutput.RTP_depth: texture},
                sort=sort,
            )
            _, camera = attach_camera(scene, output, f"shadow-{name}")
            camera.set_camera_mask(BitMask32.bit(mask))
            camera.set_cull_bounds(OmniBoundingVolume())
            scene.set_shader_input(f"u_shadow_{name}", texture)
            self.textures.append(texture)
            self.outputs.append(output)
            self.cameras.append(camera)
        self.clip = self._clip

    def aim(self, world: World, sun: NDArray[np.float64]) -> None:
        """Fit the light's view to a world."""
        clip = _light_clip(world, sun)
        self._clip[0] = to_panda(clip)
        halve = np.eye(4)
        halve[:3, :3] *= 0.5
        halve[:3, 3] = 0.5
        bias = np.eye(4)
        bias[2, 3] = -0.00035
        self._lookup[0] = to_panda(bias @ halve @ clip)

    def close(self) -> None:
        """Free both maps."""
        for output in self.outputs:
            self._engine.remove(output)
