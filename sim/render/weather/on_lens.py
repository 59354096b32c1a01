"""Film of one camera -> the same film seen through drops on the glass before its lens."""

from __future__ import annotations

import numpy as np
from panda3d.core import GraphicsOutput, LVecBase2f, NodePath, SamplerState, Texture

from sim.render.engine import Engine
from sim.render.fullscreen import add_card, buffer_properties, fullscreen
from sim.render.geoms import bone_texture, clamp_edges, update_float_texture
from sim.render.quads import quads
from sim.render.weather.lens_drops import MOST_DROPS, LensDrops
from sim.render.weather.specks import MOST_SPECKS, OVER_FILM, OVER_MASK

__all__ = ["OnLens"]


class OnLens:
    """The passes of drops on one camera's glass.

    Args:
        engine: the process's.
        film: RGBA16F that is developed next; it is drawn into.
        size_px: of the film.

    Attributes:
        outputs: the buffers to draw, in order.
    """

    def __init__(self, engine: Engine, film: Texture, size_px: tuple[int, int]) -> None:
        self._engine, self._size = engine, size_px
        self._table = bone_texture("drops", 2, MOST_DROPS)
        self._small = Texture("small-film")
        for texture in (film, self._small):
            texture.set_minfilter(SamplerState.FT_linear)
            texture.set_magfilter(SamplerState.FT_linear)
            clamp_edges(texture)
        self._small.set_minfilter(SamplerState.FT_linear_mipmap_linear)
        eighth = (-(-size_px[0] // 8), -(-size_px[1] // 8))
        self.outputs = [
            engine.buffer(
                name, size, buffer_properties(halves=True), {GraphicsOutput.RTP_color: texture}, sort=sort
            )
            for name, size, texture, sort in (("small", eighth, self._small, 2), ("drops", size_px, film, 3))
        ]
        self.outputs[1].set_clear_color_active(False)
        self._scenes = [fullscreen(output, output.name) for output in self.outputs]
        add_card(self._scenes[0], "small").set_shader_input("u_film", film)
        self.put(self._scenes[1], "film").set_shader_input("u_small", self._small)

    def put(self, scene: NodePath, kind: str) -> NodePath:
        """Draw the drops in a scene too, over a film or a mask."""
        group = quads(scene, "drops", kind, MOST_DROPS)
        group.set_attrib(OVER_FILM if kind == "film" else OVER_MASK)
        group.set_bin("fixed", MOST_SPECKS)
        group.set_shader_input("u_drops", self._table)
        group.set_shader_input("u_size", LVecBase2f(*self._size))
        return group

    def show(self, drops: LensDrops) -> None:
        """Show these drops and no others."""
        rows = np.zeros((MOST_DROPS, 2, 4), np.float32)
        count = len(drops.opacity)
        rows[:count, 0] = np.column_stack([drops.at_px, drops.radius_px, drops.blur_px])
        rows[:count, 1, :2] = np.column_stack([drops.opacity, drops.length_px])
        update_float_texture(self._table, rows)

    def close(self) -> None:
        """Free the buffers."""
        for output in self.outputs:
            self._engine.remove(output)
        for scene in self._scenes:
            scene.remove_node()
        for texture in (self._table, self._small):
            texture.release_all()
