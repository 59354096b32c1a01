"""Faces drawn by pinholes -> the picture, labels and motion behind a lens, through one lookup table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GraphicsOutput, LVecBase4f, NodePath, SamplerState, Texture

from sim.render.engine import Engine, nearest
from sim.render.faces import FaceTable
from sim.render.fullscreen import add_card, buffer_properties, fullscreen
from sim.render.geoms import bone_texture, clamp_edges, update_float_texture
from sim.render.panda_frames import to_panda
from sim.render.view import View

__all__ = ["LensPasses"]

_COLOR, _AUX = GraphicsOutput.RTP_color, GraphicsOutput.RTP_aux_float_0


class LensPasses:
    """The passes of one camera with a lens.

    Args:
        engine: the process's.
        table: of the lens.
        views: one per face of the table.
        color: name of the texture of each view that color is taken from, None if it is not wanted.

    Attributes:
        textures: ``color`` (RGBA16F, linear), ``label``, ``ahead`` and ``back`` as in `View.textures`.
        rays: unit ray of each pixel, camera axes.
    """

    def __init__(self, engine: Engine, table: FaceTable, views: list[View], color: str | None) -> None:
        self._engine, self._table, self._views = engine, table, views
        height, width = table.face.shape
        self._size = (width, height)
        self.textures = {name: nearest(name) for name in ("color", "label", "ahead", "back")}
        self._lookup = _image(np.concatenate([table.at_px, table.face[..., None]], -1))
        self.rays = _image(table.rays)
        self._scenes: list[NodePath] = []
        planes = {_COLOR: self.textures["color"], _AUX: self.textures["label"]}
        self.picture = engine.buffer(
            "lens", self._size, buffer_properties(halves=True, aux_floats=1), planes, sort=1
        )
        cards = self._cards(self.picture, "lens" if color is None else "lens-color")
        for card, view in zip(cards, views, strict=True):
            card.set_shader_input("u_label", view.textures["label" if color is None else "film-label"])
            if color is not None:
                face = view.textures[color]
                face.set_minfilter(SamplerState.FT_linear)
                face.set_magfilter(SamplerState.FT_linear)
                clamp_edges(face)
                card.set_shader_input("u_color", face)
        self._motion: GraphicsOutput | None = None

    @property
    def motion(self) -> GraphicsOutput:
        """The buffer that fills ``ahead`` and ``back``; made when first asked for."""
        if self._motion is None:
            planes = {_COLOR: self.textures["ahead"], _AUX: self.textures["back"]}
            properties = buffer_properties(floats=True, aux_floats=1)
            self._motion = self._engine.buffer("lens-motion", self._size, properties, planes, sort=3)
            for card, view in zip(self._cards(self._motion, "lens-motion"), self._views, strict=True):
                card.set_shader_input("u_ahead", view.textures["ahead"])
                card.set_shader_input("u_back", view.textures["back"])
        return self._motion

    def look_up(
        self, name: str, faces: Sequence[Texture], *, sort: int
    ) -> tuple[GraphicsOutput, Texture, NodePath]:
        """Another picture through the lens, RGBA16F, filtered as color is.

        Args:
            name: of it.
            faces: a texture of each view.
            sort: when it is drawn.

        Returns:
            The buffer, its texture, both the caller's to free, and the scene that fills it.
        """
        texture = nearest(name)
        planes = {_COLOR: texture}
        output = self._engine.buffer(name, self._size, buffer_properties(halves=True), planes, sort=sort)
        for card, view, face in zip(self._cards(output, "lens-color"), self._views, faces, strict=True):
            card.set_bin("background", 0)
            card.set_shader_input("u_label", view.textures["film-label"])
            card.set_shader_input("u_color", face)
        return output, texture, self._scenes[-1]

    def _cards(self, output: GraphicsOutput, kind: str) -> list[NodePath]:
        scene = fullscreen(output, kind)
        self._scenes.append(scene)
        cards = []
        for number, face in enumerate(self._table.faces):
            card = add_card(scene, kind)
            turn = np.eye(4)
            turn[:3, :3] = face.camera_from_face
            optics = face.optics
            card.set_shader_input("u_table", self._lookup)
            card.set_shader_input("u_rays", self.rays)
            card.set_shader_input("u_camera_from_face", to_panda(turn))
            card.set_shader_input("u_face", LVecBase4f(optics.fx_px, optics.cx_px, optics.cy_px, number))
            cards.append(card)
        return cards

    def close(self) -> None:
        """Free the buffers."""
        self._engine.remove(self.picture)
        if self._motion is not None:
            self._engine.remove(self._motion)
        for scene in self._scenes:
            scene.remove_node()
        for texture in (*self.textures.values(), self._lookup, self.rays):
            texture.release_all()


def _image(values: NDArray[np.float64]) -> Texture:
    """(H, W, 3) numbers, one a pixel, for shaders to fetch."""
    height, width, _ = values.shape
    texture = bone_texture("lens-table", width, height)
    padded = np.zeros((height, width, 4), np.float32)
    padded[..., :3] = values
    update_float_texture(texture, padded)
    return texture
