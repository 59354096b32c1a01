"""A drawn image -> the same with smooth edges: the last pass before RGB is read back."""

from __future__ import annotations

from panda3d.core import GraphicsOutput, LVecBase2f, NodePath, OmniBoundingVolume, SamplerState, Texture

from sim.render.engine import attach_camera
from sim.render.geoms import clamp_edges, whole_image
from sim.render.programs import program

__all__ = ["smoothing"]


def smoothing(output: GraphicsOutput, image: Texture, size_px: tuple[int, int]) -> NodePath:
    """Fill `output` with a smoothed `image` whenever it is drawn; returns the scene that does it."""
    image.set_minfilter(SamplerState.FT_linear)
    image.set_magfilter(SamplerState.FT_linear)
    clamp_edges(image)
    scene = NodePath("smoothing")
    card = scene.attach_new_node(whole_image())
    card.set_shader(program("rgb", "smooth"))
    card.set_shader_input("u_image", image)
    card.set_shader_input("u_texel", LVecBase2f(1 / size_px[0], 1 / size_px[1]))
    card.set_two_sided(True)
    card.set_depth_test(False)
    card.set_depth_write(False)
    card.node().set_bounds(OmniBoundingVolume())
    card.node().set_final(True)
    attach_camera(scene, output, "smoothing")
    return scene
