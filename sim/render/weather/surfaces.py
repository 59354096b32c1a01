"""Environment -> what shaders need to wet the street and lay snow on it. Nothing is made while it is dry."""

from __future__ import annotations

import numpy as np
from panda3d.core import LVecBase4f, NodePath, PTA_LVecBase4f, SamplerState, Texture

from sim.environment import Environment
from sim.geometry import Intrinsics, Pose
from sim.render.geoms import clamp_edges
from sim.render.night.levels import night_levels
from sim.render.weather.ground_map import GroundMap, ground_map, mottle
from sim.taxonomy import Semantic
from sim.world import World

__all__ = ["WATERED", "Surfaces"]

WATERED = (Semantic.ROAD, Semantic.MARKING, Semantic.PAVEMENT, Semantic.KERB)
"""What water lies on, see ``mirror.glsl``."""


class Surfaces:
    """Maps of a world's ground, given to the shaders of its scene.

    Args:
        world: the street.
        scene: what is lit.
        top_m: no place that water may lie on is higher.
    """

    def __init__(self, world: World, scene: NodePath, top_m: float) -> None:
        self._world, self._scene, self._top_m = world, scene, top_m
        self._weather = PTA_LVecBase4f.empty_array(2)
        self._map: GroundMap | None = None
        self._textures: dict[str, Texture] = {}

    def show(self, environment: Environment) -> tuple[str, ...]:
        """Take the weather of a moment.

        Returns:
            Features of the color pass that it needs, see `sim.render.lit.LitNodes`.
        """
        features = []
        if environment.wetness > 0:
            features.append("WET")
        if environment.snow_cover > 0:
            features.append("SNOW")
        if features and self._map is None:
            self.dress(self._scene)
        e = environment
        self._weather[0] = LVecBase4f(e.wetness, e.puddles, e.snow_cover, e.rain_mm_per_h)
        return tuple(features)

    def lamps(self, environment: Environment) -> NodePath | None:
        """The scene whose shader inputs tell the light of lamps; None by day."""
        return self._scene if night_levels(environment).is_dark else None

    def tell_time(self, time_s: float) -> None:
        """Take the time that ripples run by, since the start."""
        self._weather[1] = LVecBase4f(time_s % 4096.0, 0.0, 0.0, 0.0)

    def dress(self, node: NodePath) -> None:
        """Give a node the maps and the weather, now and from now on."""
        if self._map is None:
            self._map = ground_map(self._world)
            rgb = self._map.texels[..., ::-1]
            self._textures = {
                "u_ground_map": _texture("ground-map", np.ascontiguousarray(rgb), Texture.F_rgb),
                "u_mottle": _texture("mottle", mottle(self._world.surface_seed), Texture.F_rg),
            }
            clamp_edges(self._textures["u_ground_map"])
        for name, texture in self._textures.items():
            node.set_shader_input(name, texture)
        low, size = self._map.low_m, self._map.size_m
        node.set_shader_input("u_ground_frame", LVecBase4f(*low.tolist(), *(1 / size).tolist()))
        node.set_shader_input("u_weather", self._weather)

    def rows(self, optics: Intrinsics, world_from_camera: Pose) -> tuple[float, float]:
        """Between which rows of a pinhole's image, as shares of its height, wet ground may be seen."""
        if world_from_camera.translation_m[2] <= self._top_m:
            return 0.0, 1.0
        # Of ground that is nowhere above the eye only rays that go down show anything.
        v = np.arange(optics.height_px + 1.0)
        u = np.array([[0.0], [optics.width_px]])
        rays = np.stack(
            np.broadcast_arrays((u - optics.cx_px) / optics.fx_px, (v - optics.cy_px) / optics.fy_px, 1.0)
        )
        falls = np.flatnonzero((np.tensordot(world_from_camera.rotation[2], rays, 1) < 0).any(0))
        if len(falls) == 0:
            return 0.0, 0.0
        first, last = max(falls[0] - 1, 0), min(falls[-1] + 1, optics.height_px)
        return float(first / optics.height_px), float(last / optics.height_px)

    def close(self) -> None:
        """Free the maps."""
        for texture in self._textures.values():
            texture.release_all()


def _texture(name: str, texels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], form: int) -> Texture:
    """A mip-mapped tile of bytes."""
    height, width, _ = texels.shape
    texture = Texture(name)
    texture.setup_2d_texture(width, height, Texture.T_unsigned_byte, form)
    texture.set_ram_image(texels.tobytes())
    texture.set_minfilter(SamplerState.FT_linear_mipmap_nearest)
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_wrap_u(SamplerState.WM_repeat)
    texture.set_wrap_v(SamplerState.WM_repeat)
    return texture
