"""A film of linear light -> the picture a camera hands out: at once for a plain one, else after metering."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from panda3d.core import GraphicsOutput, PTA_float, Texture

from sim.frame import Exposure
from sim.render.engine import Engine, nearest
from sim.render.exposure import AutoExposure
from sim.render.fullscreen import add_card, buffer_properties, fullscreen, look_at_film
from sim.render.gl import TextureReader
from sim.render.sensor import Sensor
from sim.scenario import Camera

__all__ = ["Development"]

Arrays = dict[str, NDArray[Any]]


class Development:
    """The last passes of one camera.

    Args:
        engine: the process's.
        camera: whose film it is.
        film: RGBA16F as in `View.textures`.
        size_px: width and height.
        smooths: whether the edges of the film are still to be smoothed; only if the camera is plain.
        seed: of the sequence.

    Attributes:
        film: RGBA16F that is developed.
        with_film: buffers to draw together with the film.
        afterwards: buffers to draw after `expose`.
    """

    def __init__(
        self,
        engine: Engine,
        camera: Camera,
        film: Texture,
        size_px: tuple[int, int],
        *,
        smooths: bool,
        seed: int,
    ) -> None:
        self._camera, self.film = camera, film
        self._sensor: Sensor | None = None
        self._plain: _Toned | None = None
        self.with_film: list[GraphicsOutput] = []
        self.afterwards: list[GraphicsOutput] = []
        if camera.response.is_plain:
            self._plain = _Toned(engine, film, size_px, smooths=smooths)
            self.with_film.append(self._plain.output)
            return
        self._auto = AutoExposure(camera.response, seed, camera.name)
        self._sensor = Sensor(engine, camera.response, film, size_px, seed, camera.name)
        self.with_film.append(self._sensor.meter)
        if "rgb" in camera.channels:
            self.afterwards.append(self._sensor.output)
        if "rgb_clean" in camera.channels:
            self._plain = _Toned(engine, film, size_px, smooths=False)
            self.afterwards.append(self._plain.output)

    def exposure_at(self, tick: int) -> Exposure | None:
        """How a tick is exposed, None if it follows no tick that was filmed, or the camera is plain."""
        return None if self._sensor is None else self._auto.at(tick)

    @property
    def is_metered(self) -> bool:
        """True if the picture is made after the film: by `expose`, and by drawing `afterwards`."""
        return self._sensor is not None

    def start(self, tick: int, tick_hz: int, film_per_radiance: float) -> None:
        """Expose a tick by what the film of itself shows; it has been drawn."""
        assert self._sensor is not None
        self._auto.start(tick, tick / tick_hz, self._sensor.metered(film_per_radiance))

    def expose(self, tick: int, tick_hz: int, film_per_radiance: float) -> Exposure:
        """Make `afterwards` ready for the film that has been drawn, and learn from it for the next.

        Args:
            tick: of the picture; its exposure is known.
            tick_hz: ticks a second.
            film_per_radiance: factor from radiance to the film's values.
        """
        assert self._sensor is not None
        exposure = self._auto.at(tick)
        assert exposure is not None
        metered = self._sensor.metered(film_per_radiance)
        gain = self._sensor.expose(tick, exposure, film_per_radiance)
        if self._plain is not None:
            self._plain.gain[0] = gain
        following = tick + tick_hz // self._camera.rate_hz
        self._auto.follow(tick, following, following / tick_hz, metered)
        return exposure

    def see(self, blurred: Texture | None) -> None:
        """Make the picture of a film that motion has blurred; None: of the film as it is."""
        assert self._sensor is not None
        self._sensor.see(blurred or self.film)

    def read_with_film(self, reader: TextureReader, arrays: Arrays) -> None:
        """Read what was drawn with the film, while the context is current."""
        if self._sensor is not None:
            self._sensor.read_meter(reader)
        elif self._plain is not None:
            for name in ("rgb", "rgb_clean"):
                if name in arrays:
                    reader.rgb(self._plain.color, arrays[name])

    def read_afterwards(self, reader: TextureReader, arrays: Arrays) -> None:
        """Read what was drawn after the exposure."""
        assert self._sensor is not None
        if "rgb" in arrays:
            self._sensor.read(reader, arrays["rgb"])
        if self._plain is not None:
            reader.rgb(self._plain.color, arrays["rgb_clean"])

    def close(self) -> None:
        """Free the buffers."""
        for part in (self._sensor, self._plain):
            if part is not None:
                part.close()


class _Toned:
    """The film as it is, times a gain, toned; edges are smoothed with it if they still are to be."""

    def __init__(self, engine: Engine, film: Texture, size_px: tuple[int, int], *, smooths: bool) -> None:
        self._engine = engine
        self.color = nearest("color")
        planes = {GraphicsOutput.RTP_color: self.color}
        self.output = engine.buffer("develop", size_px, buffer_properties(), planes, sort=4)
        self._scene = fullscreen(self.output, "develop")
        card = add_card(self._scene, "smooth-develop" if smooths else "develop")
        look_at_film(card, film, size_px)
        self.gain = PTA_float.empty_array(1)
        self.gain[0] = 1.0
        card.set_shader_input("u_gain", self.gain)

    def close(self) -> None:
        self._engine.remove(self.output)
        self._scene.remove_node()
        self.color.release_all()
