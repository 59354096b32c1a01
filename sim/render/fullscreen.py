"""Passes that draw one triangle over a whole buffer: textures in, textures out."""

from __future__ import annotations

from panda3d.core import (
    FrameBufferProperties,
    GraphicsOutput,
    LVecBase2f,
    NodePath,
    OmniBoundingVolume,
    SamplerState,
    Texture,
)

from sim.render.engine import Engine, attach_camera
from sim.render.geoms import clamp_edges, whole_image
from sim.render.programs import program

__all__ = ["add_card", "buffer_properties", "fullscreen", "look_at_film", "smoothed"]


def buffer_properties(
    *, floats: bool = False, halves: bool = False, depth: bool = False, aux_floats: int = 0
) -> FrameBufferProperties:
    """RGBA8, RGBA16F or RGBA32F, with a 32 bit depth buffer if wanted, and RGBA32F targets beside it."""
    properties = FrameBufferProperties()
    bits = 32 if floats else 16 if halves else 8
    properties.set_rgba_bits(bits, bits, bits, bits)
    properties.set_float_color(floats or halves)
    properties.set_aux_float(aux_floats)
    if depth:
        properties.set_depth_bits(32)
        properties.set_float_depth(True)
    return properties


def fullscreen(output: GraphicsOutput, name: str) -> NodePath:
    """The scene, still empty, of a buffer that cards fill (see `add_card`)."""
    scene = NodePath(name)
    scene.set_two_sided(True)
    scene.set_depth_test(False)
    scene.set_depth_write(False)
    attach_camera(scene, output, name)
    return scene


def add_card(scene: NodePath, kind: str, features: frozenset[str] = frozenset()) -> NodePath:
    """A card over the whole buffer, drawn by the program of a `whole` pass."""
    card = scene.attach_new_node(whole_image())
    card.set_shader(program("whole", kind, features))
    card.node().set_bounds(OmniBoundingVolume())
    card.node().set_final(True)
    return card


def smoothed(
    engine: Engine, film: Texture, out: Texture, size_px: tuple[int, int]
) -> tuple[GraphicsOutput, NodePath]:
    """A buffer that fills `out` with a film whose edges are smoothed, still linear, and its scene."""
    properties = buffer_properties(halves=True)
    output = engine.buffer("smooth", size_px, properties, {GraphicsOutput.RTP_color: out}, sort=-1)
    scene = fullscreen(output, "smooth")
    look_at_film(add_card(scene, "smooth"), film, size_px)
    return output, scene


def look_at_film(card: NodePath, film: Texture, size_px: tuple[int, int]) -> None:
    """Give a card a film to smooth or develop: filtered, and ending at its edges."""
    film.set_minfilter(SamplerState.FT_linear)
    film.set_magfilter(SamplerState.FT_linear)
    clamp_edges(film)
    card.set_shader_input("u_film", film)
    card.set_shader_input("u_texel", LVecBase2f(1 / size_px[0], 1 / size_px[1]))
