"""World + environment + camera -> the light of lamps as shaders take it: a volume, a map, a few numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    ColorBlendAttrib,
    GraphicsOutput,
    LVecBase3f,
    LVecBase4f,
    NodePath,
    OmniBoundingVolume,
    PTA_float,
    PTA_LVecBase3f,
    SamplerState,
    Texture,
)

from sim.environment import Environment
from sim.geometry import Pose
from sim.render.drawing import MASK_BEAM
from sim.render.engine import Engine, attach_camera
from sim.render.fullscreen import buffer_properties
from sim.render.geoms import clamp_edges
from sim.render.night.levels import night_levels
from sim.render.night.light_field import LightField, lamp_emitters, light_field, window_emitters
from sim.scenery import SURFACE_NAMES, Scenery
from sim.world import World

__all__ = ["NightLights"]

_BEAM_PX = 384
_BEAM_M = 150.0
_STREET = 0.06  # of the light below a lamp: what walls and ground around shine back on average


class NightLights:
    """What lamps light. Made when it is first dark: by day it is nothing but this object.

    Args:
        engine: the process's.
        scene: what is drawn.
        scenery: where lamps stand.
        world: how far the street goes.
    """

    def __init__(self, engine: Engine, scene: NodePath, scenery: Scenery, world: World) -> None:
        self._engine, self._scene, self._scenery = engine, scene, scenery
        self._bounds_m = world.bounds_m
        self._textures: list[Texture] = []
        self._place = PTA_LVecBase3f.empty_array(1)
        self._own_lamps = PTA_float.empty_array(1)
        self._output: GraphicsOutput | None = None
        self._environment: Environment | None = None
        self.is_dark = False

    def light(self, environment: Environment, sky_radiance: float) -> None:
        """Give the scene the lamps of a moment.

        Args:
            environment: light and weather.
            sky_radiance: of white paper below the sky.
        """
        if environment == self._environment:
            return
        self._environment = environment
        levels = night_levels(environment)
        self.is_dark = levels.is_dark
        if not self.is_dark:
            return
        if self._output is None:
            self._make()
        night = LVecBase4f(levels.lamps, levels.homes, levels.shops, levels.windows(sky_radiance))
        self._scene.set_shader_input("u_night", night)
        self._scene.set_shader_input("u_street_glow", LVecBase3f(*(self._mean * levels.lamps).tolist()))

    def carry(self, has_lamps: bool) -> None:
        """Say whether a vehicle with lit head lamps carries the camera."""
        self._own_lamps[0] = float(has_lamps)

    def aim(self, world_from_camera: Pose) -> list[GraphicsOutput]:
        """Lay the map of beams before a camera; what to draw."""
        if not self.is_dark or self._output is None:
            return []
        ahead = world_from_camera.rotation[:2, 2]
        ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-6)
        middle = world_from_camera.translation_m[:2] + ahead * (_BEAM_M / 2 - 30.0)
        # Whole texels only, or light crawls while the camera moves.
        texel = _BEAM_M / _BEAM_PX
        west, south = (np.round(middle / texel) * texel - _BEAM_M / 2).tolist()
        self._place[0] = LVecBase3f(west, south, 1 / _BEAM_M)
        return [self._output]

    def _make(self) -> None:
        surface = SURFACE_NAMES.index("shops")
        windows = window_emitters([c.mesh for c in self._scenery.chunks if c.group == "solid"], surface)
        field = light_field([lamp_emitters(self._scenery.luminaires), windows], self._bounds_m)
        scene = self._scene
        scene.set_shader_input("u_lamp_flux", self._volume(field))
        scene.set_shader_input("u_lamp_tint", self._tint(field))
        scene.set_shader_input("u_lamp_low", LVecBase3f(*field.low_m.tolist()))
        scene.set_shader_input("u_lamp_per_m", LVecBase3f(*(1 / field.size_m).tolist()))
        lit = field.flux[0, ..., 3] > 0.05
        tint = field.tint[lit].mean(0) if lit.any() else np.zeros(3, np.float32)
        self._mean: NDArray[np.float64] = tint.astype(np.float64) * _STREET
        self._make_beams()

    def _volume(self, field: LightField) -> Texture:
        depth, height, width, _ = field.flux.shape
        texture = self._keep(Texture("lamp-flux"))
        texture.setup_3d_texture(width, height, depth, Texture.T_float, Texture.F_rgba16)
        texture.set_ram_image(np.ascontiguousarray(field.flux[..., [2, 1, 0, 3]]).tobytes())
        return texture

    def _tint(self, field: LightField) -> Texture:
        height, width, _ = field.tint.shape
        texture = self._keep(Texture("lamp-tint"))
        texture.setup_2d_texture(width, height, Texture.T_unsigned_byte, Texture.F_rgb8)
        stored = np.rint(field.tint[..., ::-1] * 255).astype(np.uint8)
        texture.set_ram_image(np.ascontiguousarray(stored).tobytes())
        return texture

    def _keep(self, texture: Texture) -> Texture:
        texture.set_minfilter(SamplerState.FT_linear)
        texture.set_magfilter(SamplerState.FT_linear)
        clamp_edges(texture)
        texture.set_wrap_w(SamplerState.WM_clamp)
        self._textures.append(texture)
        return texture

    def _make_beams(self) -> None:
        beams = self._keep(Texture("beams"))
        for wrap in (beams.set_wrap_u, beams.set_wrap_v):
            wrap(SamplerState.WM_border_color)
        beams.set_border_color((0, 0, 0, 0))
        planes = {GraphicsOutput.RTP_color: beams}
        output = self._engine.buffer(
            "beams", (_BEAM_PX, _BEAM_PX), buffer_properties(halves=True), planes, sort=-18
        )
        output.set_clear_color((0, 0, 0, 0))
        _, camera = attach_camera(self._scene, output, "beams")
        camera.set_camera_mask(MASK_BEAM)
        camera.set_cull_bounds(OmniBoundingVolume())
        start = NodePath("beams")
        start.set_attrib(ColorBlendAttrib.make(ColorBlendAttrib.M_add), 100)
        start.set_depth_test(False, 100)
        start.set_depth_write(False, 100)
        start.set_two_sided(True, 100)
        camera.set_initial_state(start.get_state())
        self._scene.set_shader_input("u_beam_place", self._place)
        self._scene.set_shader_input("u_beams", beams)
        self._scene.set_shader_input("u_own_lamps", self._own_lamps)
        self._output = output

    def close(self) -> None:
        """Free what was made."""
        if self._output is not None:
            self._engine.remove(self._output)
            self._output = None
        for texture in self._textures:
            texture.release_all()
