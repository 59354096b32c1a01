"""A film of linear light -> what the camera's sensor makes of it, and what its light meter shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GraphicsOutput, PTA_LVecBase4f, SamplerState, Texture

from sim.frame import Exposure
from sim.randomness import stream
from sim.render.engine import Engine, nearest
from sim.render.exposure import Metered, gain_of
from sim.render.fullscreen import add_card, buffer_properties, fullscreen, look_at_film
from sim.render.geoms import clamp_edges
from sim.render.gl import TextureReader
from sim.render.glare import stray_light
from sim.render.processing import noise_level, processed
from sim.scenario import CameraResponse

__all__ = ["Sensor"]

_BLOCK_PX = 8
_SENSITIVITY = np.array([0.55, 1.0, 0.65])
# Of silicon behind filters in daylight, green being 1: red and blue get fewer electrons, hence more noise.


class Sensor:
    """The passes of one camera whose response is not plain.

    Args:
        engine: the process's.
        response: of the camera.
        film: RGBA16F as in `View.textures`.
        size_px: width and height.
        seed: of the sequence.
        name: of the camera.

    Attributes:
        meter: the buffer that measures the film, drawn with it.
        output: the buffer that is drawn once `expose` was called.
    """

    def __init__(
        self,
        engine: Engine,
        response: CameraResponse,
        film: Texture,
        size_px: tuple[int, int],
        seed: int,
        name: str,
    ) -> None:
        self._engine, self._response, self._size = engine, response, size_px
        self._seed, self._name = seed, name
        self._noise = 0.0
        coarse = (-(-size_px[0] // _BLOCK_PX), -(-size_px[1] // _BLOCK_PX))
        self._coarse = np.zeros((coarse[1], coarse[0], 3), np.float32)
        self._metered, self._color = nearest("meter"), nearest("sensor")
        planes = {GraphicsOutput.RTP_color: self._metered}
        self.meter = engine.buffer("meter", coarse, buffer_properties(floats=True), planes, sort=4)
        planes = {GraphicsOutput.RTP_color: self._color}
        self.output = engine.buffer(
            "sensor", size_px, buffer_properties(), planes, sort=9
        )  # after motion blur
        self._scenes = [fullscreen(self.meter, "meter"), fullscreen(self.output, "sensor")]
        look_at_film(add_card(self._scenes[0], "meter"), film, size_px)
        card = self._card = add_card(self._scenes[1], "sensor", _features(response))
        self.see(film)
        self._stray = _filtered("stray", coarse)
        self._numbers = PTA_LVecBase4f.empty_array(6)
        card.set_shader_input("u_stray", self._stray)
        card.set_shader_input("u_sensor", self._numbers)

    def see(self, film: Texture) -> None:
        """Take another film for the picture than the one that is metered."""
        look_at_film(self._card, film, self._size)

    def read_meter(self, reader: TextureReader) -> None:
        """Take what the meter shows, while the context is current."""
        reader.bands(self._metered, self._coarse)

    def metered(self, film_per_radiance: float) -> Metered:
        """What the meter showed."""
        return Metered(self._coarse.astype(np.float64), film_per_radiance)

    def expose(self, tick: int, exposure: Exposure, film_per_radiance: float) -> float:
        """Make `output` ready for the film that was metered.

        Returns:
            The gain from the film's values to linear ones, where 1 is white.
        """
        response = self._response
        gain = gain_of(exposure, film_per_radiance, response)
        saturation = 2.0**response.headroom_ev
        stray = stray_light(self._coarse, saturation / gain, response.bloom, response.flare)
        padded = np.ones((*stray.shape[:2], 4), np.float32)
        padded[..., :3] = stray[..., ::-1]
        self._stray.set_ram_image(padded.tobytes())
        numbers = np.zeros((6, 4), np.float32)
        straight = 1.0 - response.bloom - response.flare
        loss = (1.0 - response.vignetting) ** -0.5 - 1.0
        numbers[0] = (gain, straight, loss, response.lateral_color)
        full_well_e = response.full_well_e * response.lowest_iso / exposure.iso
        numbers[1] = (*(_SENSITIVITY * full_well_e / saturation), response.read_noise_e)
        numbers[2] = (*(saturation / _SENSITIVITY), response.lens_blur_px)
        numbers[3] = (*exposure.white_balance, response.contrast)
        numbers[4, 0] = response.black_level
        numbers[5] = stream(self._seed, f"cameras/{self._name}/noise/{tick}").integers(0, 1 << 16, 4)
        self._numbers.set_data(numbers.tobytes())
        self._noise = noise_level(response, exposure.iso)
        return gain

    def read(self, reader: TextureReader, out: NDArray[Any]) -> None:
        """The picture into (H, W, 3) uint8, while the context is current."""
        width, height = self._size
        if self._response.is_mosaic:
            raw = np.empty((height, width), np.uint8)
            reader.byte_plane(self._color, 0, raw)
        else:
            raw = np.empty((height, width, 3), np.uint8)
            reader.rgb(self._color, raw)
        out[:] = processed(raw, self._response, self._noise)

    def close(self) -> None:
        """Free the buffers."""
        for output in (self.meter, self.output):
            self._engine.remove(output)
        for scene in self._scenes:
            scene.remove_node()
        for texture in (self._metered, self._color, self._stray):
            texture.release_all()


def _features(response: CameraResponse) -> frozenset[str]:
    wanted = {
        "MOSAIC": response.is_mosaic,
        "NOISE": response.full_well_e > 0,
        "BLUR": response.lens_blur_px > 0,
        "FRINGES": response.lateral_color != 0,
        "GAMMA": response.tone == "gamma",
    }
    return frozenset(name for name, is_wanted in wanted.items() if is_wanted)


def _filtered(name: str, size_px: tuple[int, int]) -> Texture:
    texture = Texture(name)
    texture.setup_2d_texture(*size_px, Texture.T_float, Texture.F_rgba16)
    texture.set_minfilter(SamplerState.FT_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_compression(Texture.CM_off)
    clamp_edges(texture)
    return texture
