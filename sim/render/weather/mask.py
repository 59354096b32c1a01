"""Specks and drops of one camera -> how much of each pixel they changed, through smoothing and lens."""

from __future__ import annotations

from collections.abc import Sequence

from panda3d.core import GraphicsOutput, LVecBase2f, NodePath, SamplerState, Texture

from sim.render.engine import Engine, nearest
from sim.render.fullscreen import add_card, buffer_properties, fullscreen
from sim.render.geoms import clamp_edges
from sim.render.lens import LensPasses
from sim.render.view import View
from sim.render.weather.on_lens import OnLens
from sim.render.weather.specks import Specks

__all__ = ["Mask"]


class Mask:
    """The passes of one camera's mask. They follow those of its film, so that both agree to the pixel.

    Args:
        engine: the process's.
        views: of the camera.
        sizes_px: of each view.
        specks: over each view's film.
        lens: of the camera, None for a pinhole.
        size_px: of the picture.
        smooths: whether the edges of the films are smoothed.

    Attributes:
        outputs: the buffers to draw.
        texture: RGBA8, in each band 0 where nothing was changed to 255.
    """

    def __init__(
        self,
        engine: Engine,
        views: Sequence[View],
        sizes_px: Sequence[tuple[int, int]],
        specks: Sequence[Specks],
        lens: LensPasses | None,
        size_px: tuple[int, int],
        smooths: bool,
    ) -> None:
        self._engine, self._size = engine, size_px
        self.outputs: list[GraphicsOutput] = []
        self._scenes: list[NodePath] = []
        self._textures: list[Texture] = []
        faces = []
        for view, size, drawn in zip(views, sizes_px, specks, strict=True):
            raw, self._last = self._pass("mask", size, sort=-2)
            drawn.put(self._last, "mask")
            faces.append(raw)
            if smooths:
                smooth, scene = self._pass("mask-smooth", size, sort=-1)
                card = add_card(scene, "smooth-mask")
                card.set_shader_input("u_film", view.textures["film"])
                card.set_shader_input("u_mask", raw)
                card.set_shader_input("u_texel", LVecBase2f(1 / size[0], 1 / size[1]))
                faces[-1] = smooth
        whole = faces[0]
        if lens is not None:
            output, whole, self._last = lens.look_up("mask", faces, sort=1)
            self.outputs.append(output)
            self._textures.append(whole)
        self.texture, scene = self._pass("mask-bytes", size_px, sort=4, halves=False)
        add_card(scene, "mask-bytes").set_shader_input("u_mask", whole)

    def add_drops(self, drops: OnLens) -> None:
        """Count drops on the lens too."""
        drops.put(self._last, "mask")

    def _pass(
        self, name: str, size_px: tuple[int, int], *, sort: int, halves: bool = True
    ) -> tuple[Texture, NodePath]:
        texture = nearest(name)
        if halves:
            texture.set_minfilter(SamplerState.FT_linear)
            texture.set_magfilter(SamplerState.FT_linear)
            clamp_edges(texture)
        planes = {GraphicsOutput.RTP_color: texture}
        output = self._engine.buffer(name, size_px, buffer_properties(halves=halves), planes, sort=sort)
        output.set_clear_color((0, 0, 0, 0))
        scene = fullscreen(output, name)
        self.outputs.append(output)
        self._scenes.append(scene)
        self._textures.append(texture)
        return texture, scene

    def close(self) -> None:
        """Free the buffers."""
        for output in self.outputs:
            self._engine.remove(output)
        for scene in self._scenes:
            scene.remove_node()
        for texture in self._textures:
            texture.release_all()
