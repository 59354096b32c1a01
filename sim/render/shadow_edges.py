"""The map of shadows of what stands -> where shadows have edges and how far off what casts them is.

Edges of shadows are as wide as the sun's disc makes them. Shaders soften them only where this map, found once
for each place of the sun, says that one is near: elsewhere a shadow costs one look-up as before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    FrameBufferProperties,
    GraphicsOutput,
    LVecBase2f,
    NodePath,
    PTA_LVecBase2f,
    SamplerState,
    ShaderInput,
    Texture,
)

from sim.render.engine import Engine, nearest
from sim.render.fullscreen import add_card, fullscreen
from sim.render.geoms import clamp_edges

__all__ = ["ShadowEdges"]

_FINER = 4
"""Texels of the shadow map along each side of one of this map, as in ``shadow_edges.frag.glsl``."""
_SUN_HALF_WIDTH = 0.00465
"""Tangent of half the angle of the sun's disc, 0.533 degrees."""
_LEAST_TEXELS = 0.9
"""Half width of the sharpest edge, texels of the shadow map: what keeps edges from being steps."""
_FLAT_M = 0.2
"""A map's depths that bend by less from texel to texel are one surface's."""


class ShadowEdges:
    """The passes that find edges in a shadow map.

    Args:
        engine: the process's.
        scene: what is lit; it gets ``u_shadow_edges`` and ``u_penumbra``.
        depth: the shadow map, drawn along the sun.
        size_px: its side.

    Attributes:
        passes: what to draw after the shadow map.
        textures: what each of them fills.
    """

    def __init__(self, engine: Engine, scene: NodePath, depth: Texture, size_px: int) -> None:
        self._engine, self._size_px = engine, size_px
        self._flat = PTA_LVecBase2f.empty_array(1)
        self._penumbra = PTA_LVecBase2f.empty_array(2)
        self.textures = [nearest("shadow-edges-found"), nearest("shadow-edges")]
        self._scenes: list[NodePath] = []
        self.passes: list[GraphicsOutput] = []
        unfiltered = SamplerState(depth.default_sampler)
        unfiltered.set_minfilter(SamplerState.FT_nearest)
        unfiltered.set_magfilter(SamplerState.FT_nearest)
        map_input = ShaderInput("u_map", depth, unfiltered)
        sources = [ShaderInput("u_depth", depth, unfiltered), ShaderInput("u_depth", self.textures[0])]
        kinds = ("shadow-edges", "shadow-edges-around")
        for sort, kind, source, texture in zip((-21, -20), kinds, sources, self.textures, strict=True):
            clamp_edges(texture)
            side = size_px // _FINER
            planes = {GraphicsOutput.RTP_color: texture}
            output = engine.buffer(kind, (side, side), _one_float(), planes, sort=sort)
            drawn = fullscreen(output, kind)
            card = add_card(drawn, kind)
            card.set_shader_input(source)
            card.set_shader_input("u_flat", self._flat)
            card.set_shader_input("u_penumbra", self._penumbra)
            card.set_shader_input(map_input)
            self._scenes.append(drawn)
            self.passes.append(output)
        scene.set_shader_input("u_shadow_edges", self.textures[1])
        scene.set_shader_input("u_penumbra", self._penumbra)

    def fit(self, size_m: NDArray[np.float64]) -> None:
        """Say how large the shadow map is, (3,) metres: across, up and along the sun's rays."""
        self._flat[0] = LVecBase2f(_FLAT_M / float(size_m[2]), 0.0)
        wide = _SUN_HALF_WIDTH * size_m[2] / size_m[:2]
        self._penumbra[0] = LVecBase2f(*wide.tolist())
        self._penumbra[1] = LVecBase2f(_LEAST_TEXELS / self._size_px)

    def close(self) -> None:
        """Free the buffers."""
        for output, scene in zip(self.passes, self._scenes, strict=True):
            self._engine.remove(output)
            scene.remove_node()
        for texture in self.textures:
            texture.release_all()


def _one_float() -> FrameBufferProperties:
    properties = FrameBufferProperties()
    properties.set_rgba_bits(32, 0, 0, 0)
    properties.set_float_color(True)
    return properties
