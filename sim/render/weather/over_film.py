"""A film and its labels -> the same film with rain, snow and spray over it. Labels are only read.

The pass draws into the texture of the film itself: where the weather is dry there is no such pass.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GraphicsOutput, Texture

from sim.geometry import Intrinsics
from sim.render.engine import Engine
from sim.render.fullscreen import buffer_properties, fullscreen
from sim.render.weather.particles import Capsules
from sim.render.weather.specks import Specks

__all__ = ["OverFilm"]


class OverFilm:
    """What weather draws over the film of one view.

    Args:
        engine: the process's.
        film: RGBA16F, see `View.textures`.
        label: what lies beside it.
        size_px: of both.
    """

    def __init__(self, engine: Engine, film: Texture, label: Texture, size_px: tuple[int, int]) -> None:
        self._engine = engine
        planes = {GraphicsOutput.RTP_color: film}
        self.output = engine.buffer("weather", size_px, buffer_properties(halves=True), planes, sort=-2)
        self.output.set_clear_color_active(False)
        self._scene = fullscreen(self.output, "weather")
        self._specks = Specks(self._scene, label, size_px, "film")

    def show(self, capsules: Capsules, light: NDArray[np.float64], optics: Intrinsics) -> None:
        """Take the specks of the next picture, see `Specks.show`."""
        self._specks.show(capsules, light, optics)

    def close(self) -> None:
        """Free the buffer."""
        self._engine.remove(self.output)
        self._scene.remove_node()
        self._specks.close()
