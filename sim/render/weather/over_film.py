"""A film and its labels -> the same film with rain, snow, spray and wet ground over it. Labels are only read.

The passes draw into the texture of the film itself: where it is dry there are none.
"""

from __future__ import annotations

from panda3d.core import (
    ColorBlendAttrib,
    GraphicsOutput,
    LVecBase2f,
    LVecBase3f,
    LVecBase4f,
    NodePath,
    PTA_LMatrix4f,
    PTA_LVecBase4f,
    SamplerState,
    Texture,
)

from sim.geometry import Intrinsics, Pose
from sim.render.engine import Engine, nearest
from sim.render.fullscreen import add_card, buffer_properties, fullscreen
from sim.render.geoms import clamp_edges
from sim.render.panda_frames import to_panda
from sim.render.sky import SkyLight
from sim.render.weather.specks import Specks
from sim.render.weather.surfaces import Surfaces

__all__ = ["OverFilm"]

_WATER_OVER = ColorBlendAttrib.make(
    ColorBlendAttrib.M_add,
    ColorBlendAttrib.O_one,
    ColorBlendAttrib.O_one_minus_incoming_alpha,
    ColorBlendAttrib.M_add,
    ColorBlendAttrib.O_zero,
    ColorBlendAttrib.O_one,
)
# Light of the water is already weighed; alpha of a film is its brightness, see `specks`.


_COARSER = (2, 3)
# Wet ground draws what it mirrors out upright: fewer rows than columns show it.


class OverFilm:
    """What weather draws over the film of one view.

    Args:
        engine: the process's.
        film: RGBA16F, see `View.textures`.
        label: what lies beside it.
        size_px: of both.
        surfaces: of the world.

    Attributes:
        specks: what is in the air before the camera.
    """

    def __init__(
        self, engine: Engine, film: Texture, label: Texture, size_px: tuple[int, int], surfaces: Surfaces
    ) -> None:
        self._engine, self._film, self._label, self._surfaces = engine, film, label, surfaces
        self._size = size_px
        planes = {GraphicsOutput.RTP_color: film}
        self._over = engine.buffer("weather", size_px, buffer_properties(halves=True), planes, sort=-2)
        self._over.set_clear_color_active(False)
        self._scene = fullscreen(self._over, "weather")
        self.specks = Specks(label, size_px)
        self.specks.put(self._scene, "film")
        self._water: _Water | None = None

    def mirror(self, optics: Intrinsics, world_from_camera: Pose, sky: SkyLight) -> None:
        """Take the view and the light of the next picture, whose ground is wet."""
        if self._water is None:
            self._water = _Water(
                self._engine, self._scene, self._film, self._label, self._size, self._surfaces
            )
        self._water.aim(optics, world_from_camera, sky)

    def outputs(self, is_wet: bool) -> list[GraphicsOutput]:
        """What to draw, in this order."""
        if self._water is None:
            return [self._over]
        self._water.show(is_wet)
        return [*self._water.outputs, self._over] if is_wet else [self._over]

    def close(self) -> None:
        """Free the buffers."""
        if self._water is not None:
            self._water.close()
        self._engine.remove(self._over)
        self._scene.remove_node()
        self.specks.close()


class _Water:
    """What wet ground mirrors: two passes coarser than the film, and a card that lays it over the film."""

    def __init__(
        self,
        engine: Engine,
        over: NodePath,
        film: Texture,
        label: Texture,
        size_px: tuple[int, int],
        surfaces: Surfaces,
    ) -> None:
        self._engine = engine
        self._sharp, self._stretched = nearest("reflection"), nearest("stretched")
        coarse = (-(-size_px[0] // _COARSER[0]), -(-size_px[1] // _COARSER[1]))
        self.outputs, self._scenes = [], []
        for kind, texture, sort in (("reflect", self._sharp, -4), ("stretch", self._stretched, -3)):
            planes = {GraphicsOutput.RTP_color: texture}
            output = engine.buffer(kind, coarse, buffer_properties(halves=True), planes, sort=sort)
            output.set_clear_color((0, 0, 0, -1 if kind == "reflect" else 0))  # there is no ground
            self.outputs.append(output)
            self._scenes.append(fullscreen(output, kind))
        self._focal = PTA_LVecBase4f.empty_array(1)
        self._pose = PTA_LMatrix4f.empty_array(1)
        for filtered in (film, self._stretched):
            filtered.set_minfilter(SamplerState.FT_linear)
            filtered.set_magfilter(SamplerState.FT_linear)
            clamp_edges(filtered)
        reflect, self._card = add_card(self._scenes[0], "reflect"), add_card(over, "wet")
        stretch = add_card(self._scenes[1], "stretch")
        stretch.set_shader_input("u_sharp", self._sharp)
        self._cards, self._surfaces = (reflect, stretch, self._card), surfaces
        for card in (reflect, self._card):
            surfaces.dress(card)
            card.set_shader_input("u_label", label)
            card.set_shader_input("u_focal", self._focal)
            card.set_shader_input("u_world_from_camera", self._pose)
        reflect.set_shader_input("u_film", film)
        reflect.set_shader_input("u_coarser", LVecBase2f(size_px[0] / coarse[0], size_px[1] / coarse[1]))
        self._card.set_shader_input("u_reflection", self._stretched)
        self._card.set_attrib(_WATER_OVER)
        self._card.set_bin("background", 0)

    def aim(self, optics: Intrinsics, world_from_camera: Pose, sky: SkyLight) -> None:
        self._focal[0] = LVecBase4f(optics.fx_px, optics.fy_px, optics.cx_px, optics.cy_px)
        self._pose[0] = to_panda(world_from_camera.matrix)
        first, last = self._surfaces.rows(optics, world_from_camera)
        for card in self._cards:
            card.set_scissor(0.0, 1.0, first, last)
        haze = sky.fog * sky.exposure
        self._card.set_shader_input("u_haze", LVecBase4f(LVecBase3f(*haze.tolist()), sky.fog_per_m))

    def show(self, is_wet: bool) -> None:
        if is_wet:
            self._card.show()
        else:
            self._card.hide()

    def close(self) -> None:
        for output in self.outputs:
            self._engine.remove(output)
        for scene in self._scenes:
            scene.remove_node()
        for texture in (self._sharp, self._stretched):
            texture.release_all()
