"""The process's OpenGL -> one shaded pixel: does drawing and reading back work at all?"""

from __future__ import annotations

from panda3d.core import (
    CardMaker,
    FrameBufferProperties,
    GraphicsOutput,
    NodePath,
    OrthographicLens,
    Shader,
    Texture,
)

from sim.errors import EnvironmentProblem
from sim.render.engine import attach_camera, engine

__all__ = ["PROBE_RGB", "probe_pixel"]

PROBE_RGB = (51, 102, 204)
"""What `probe_pixel` draws, and must read back."""

_VERTEX = """#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex;
void main() { gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; }
"""
_FRAGMENT = f"""#version 330
out vec4 color;
void main() {{ color = vec4(vec3{PROBE_RGB} / 255.0, 1.0); }}
"""


def probe_pixel() -> tuple[int, int, int]:
    """Draw a card with a shader and read its middle pixel back.

    Returns:
        Red, green, blue, 0..255; PROBE_RGB if all is well.

    Raises:
        EnvironmentProblem: no OpenGL, or nothing can be read back; the message says what to do.
    """
    panda = engine()
    scene = NodePath("probe")
    maker = CardMaker("card")
    maker.set_frame(-1, 1, -1, 1)
    card = scene.attach_new_node(maker.generate())
    card.set_y(2)
    card.set_shader(Shader.make(Shader.SL_GLSL, _VERTEX, _FRAGMENT))
    texture = Texture("probe")
    properties = FrameBufferProperties()
    properties.set_rgba_bits(8, 8, 8, 8)
    output = panda.buffer("probe", (16, 16), properties, {GraphicsOutput.RTP_color: texture}, sort=0)
    try:
        _, camera = attach_camera(scene, output, "probe")
        lens = OrthographicLens()
        lens.set_film_size(2, 2)
        camera.set_lens(lens)
        panda.draw([output], lambda: None)
        if not panda.panda.extract_texture_data(texture, panda.gsg):
            raise EnvironmentProblem("OpenGL draws, but its pictures cannot be read back")
        image = bytes(texture.get_ram_image_as("RGB"))
        start = (8 * 16 + 8) * 3
        red, green, blue = image[start : start + 3]
        return red, green, blue
    finally:
        panda.remove(output)
