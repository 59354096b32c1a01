"""A film of linear light -> the picture a camera hands out."""

from __future__ import annotations

from panda3d.core import GraphicsOutput, Texture

from sim.render.engine import Engine, nearest
from sim.render.fullscreen import add_card, buffer_properties, fullscreen, look_at_film

__all__ = ["Development"]


class Development:
    """The last pass of one camera: the tone curve, and the smoothing of edges with it.

    Args:
        engine: the process's.
        film: RGBA16F as in `View.textures`.
        size_px: width and height.
        smooths: whether the edges of the film are still to be smoothed.

    Attributes:
        output: the buffer to draw.
        color: RGBA8 texture it fills.
    """

    def __init__(self, engine: Engine, film: Texture, size_px: tuple[int, int], *, smooths: bool) -> None:
        self._engine = engine
        self.color = nearest("color")
        planes = {GraphicsOutput.RTP_color: self.color}
        self.output = engine.buffer("develop", size_px, buffer_properties(), planes, sort=4)
        self._scene = fullscreen(self.output, "develop")
        look_at_film(add_card(self._scene, "smooth-develop" if smooths else "develop"), film, size_px)

    def close(self) -> None:
        """Free the buffers."""
        self._engine.remove(self.output)
        self._scene.remove_node()
        self.color.release_all()
