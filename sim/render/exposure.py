"""What a camera saw -> how it exposes the next picture: exposure time, ISO value, white balance.

Exposure values are those of photography: EV100 = log2(N^2 / t) at ISO 100, and a luminance L saturates the
sensor where L = 1.2 * 2^EV100 (saturation-based speed of ISO 12232: Hsat = 78 / S lx s, H = 0.65 L t / N^2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.frame import Exposure
from sim.randomness import stream
from sim.scenario import CameraResponse

__all__ = ["CD_PER_M2", "AutoExposure", "Metered", "exposure_of", "gain_of", "weights_of"]

CD_PER_M2 = 25_000.0
"""Luminance of one unit of radiance: sky.py takes 0.04 units for 1 kcd/m2."""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # BT.709
_KEPT = 4  # ticks whose exposure is remembered: cameras with motion channels are filmed one frame ahead
_COARSE_PX = 48
_HALVINGS = 30
_MOST_EV = 24.0


@dataclass(frozen=True, eq=False)
class Metered:
    """What the film of a picture showed.

    Attributes:
        film: (h, w, 3) linear light, coarse.
        film_per_radiance: factor from radiance to the film's values.
    """

    film: NDArray[np.float64]
    film_per_radiance: float


@dataclass(frozen=True)
class _Seen:
    """How the camera stands at a tick."""

    time_s: float
    ev100: float
    log_white: tuple[float, float, float]


class AutoExposure:
    """Exposure and white balance of one camera in one sequence.

    A picture is exposed by what earlier ones showed, first-order: of a step in light, 63 % are followed after
    `exposure_lag_s`. A picture that follows none is exposed as if the camera had looked at it for long.

    Args:
        response: of the camera.
        seed: of the sequence.
        name: of the camera.
    """

    def __init__(self, response: CameraResponse, seed: int, name: str) -> None:
        self._response = response
        drawn = stream(seed, f"cameras/{name}/white_balance").normal(0.0, 1.0, 2)
        red, blue = (response.white_balance_sigma * drawn).tolist()
        self._error = np.array([red, 0.0, blue])
        self._seen: dict[int, _Seen] = {}

    def at(self, tick: int) -> Exposure | None:
        """How the picture of a tick is to be exposed, None if nothing seen so far tells."""
        seen = self._seen.get(tick)
        return None if seen is None else self._exposure(seen)

    def start(self, tick: int, time_s: float, metered: Metered) -> Exposure:
        """Expose a tick as what it shows itself asks for."""
        self._seen[tick] = _Seen(time_s, *self._wanted(metered))
        return self._exposure(self._seen[tick])

    def follow(self, tick: int, next_tick: int, next_time_s: float, metered: Metered) -> None:
        """Take note of what a picture showed, for the one that follows it."""
        now = self._seen[tick]
        lag_s = self._response.exposure_lag_s
        share = 1.0 if lag_s == 0 else 1.0 - float(np.exp(-(next_time_s - now.time_s) / lag_s))
        ev100, white = self._wanted(metered)
        log_white = tuple((1 - share) * a + share * b for a, b in zip(now.log_white, white, strict=True))
        self._seen[next_tick] = _Seen(next_time_s, now.ev100 + share * (ev100 - now.ev100), log_white)  # type: ignore[arg-type]
        for old in sorted(self._seen)[:-_KEPT]:
            del self._seen[old]

    def _wanted(self, metered: Metered) -> tuple[float, tuple[float, float, float]]:
        """EV100 and the logarithms of the gains of white balance that a picture asks for."""
        response = self._response
        film = _coarse(metered.film)
        weights = weights_of(response.metering, *film.shape[:2])
        if response.auto_exposure:
            gain = gain_for_key(film @ _LUMINANCE, weights, response.key, 2.0**response.headroom_ev)
        else:
            gain = 1.0
        ev100 = ev_of(gain, metered.film_per_radiance, response)
        mean = np.maximum(film.reshape(-1, 3).mean(0), 1e-9)
        white = response.auto_white_balance * np.log(mean[1] / mean)
        red, green, blue = white.tolist()
        return ev100, (red, green, blue)

    def _exposure(self, seen: _Seen) -> Exposure:
        white = np.exp(np.array(seen.log_white) + self._error)
        red, green, blue = (white / white.min()).tolist()
        return exposure_of(seen.ev100, self._response, (red, green, blue))


def exposure_of(
    ev100: float, response: CameraResponse, white_balance: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> Exposure:
    """The exposure nearest to an EV100 that a camera can make: first time, then ISO value."""
    light = response.aperture_f**2 * 100.0 / 2.0**ev100  # t * S
    time_s = float(np.clip(light / response.lowest_iso, response.shortest_s, response.longest_s))
    iso = float(np.clip(light / time_s, response.lowest_iso, response.highest_iso))
    made = float(np.log2(response.aperture_f**2 * 100.0 / (time_s * iso)))
    return Exposure(made, time_s, iso, white_balance)


def gain_of(exposure: Exposure, film_per_radiance: float, response: CameraResponse) -> float:
    """Factor from a film's values to the linear values of a picture, where 1 is white."""
    saturation = CD_PER_M2 / (film_per_radiance * 1.2 * 2.0**exposure.ev100)
    return float(saturation * 2.0**response.headroom_ev)


def ev_of(gain: float, film_per_radiance: float, response: CameraResponse) -> float:
    """EV100 at which `gain_of` is a gain."""
    return float(np.log2(CD_PER_M2 * 2.0**response.headroom_ev / (film_per_radiance * 1.2 * gain)))


def gain_for_key(
    luminance: NDArray[np.float64], weights: NDArray[np.float64], key: float, saturation: float
) -> float:
    """The gain at which the weighted mean of what the sensor sees, saturated where it is, is `key`."""
    low, high = -_MOST_EV, _MOST_EV
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if float((weights * np.minimum(luminance * 2.0**middle, saturation)).sum()) < key:
            low = middle
        else:
            high = middle
    return float(2.0 ** ((low + high) / 2))


def weights_of(metering: str, height: int, width: int) -> NDArray[np.float64]:
    """(H, W) weights of a metering, of sum 1."""
    v, u = np.meshgrid((np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width, indexing="ij")
    made: Mapping[str, NDArray[np.float64]] = {
        "average": np.ones((height, width)),
        "center": np.exp(-(((u - 0.5) / 0.25) ** 2 + ((v - 0.5) / 0.25) ** 2) / 2),
        "ground": 0.02 + np.clip((v - 0.45) / 0.15, 0.0, 1.0),
    }
    return np.asarray(made[metering] / made[metering].sum())


def _coarse(film: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of blocks of a film, at most `_COARSE_PX` each way and a little more."""
    step = max(1, -(-max(film.shape[:2]) // _COARSE_PX))
    height, width = (max(size // step, 1) for size in film.shape[:2])
    if step == 1 or min(film.shape[:2]) < step:
        return film
    cut = film[: height * step, : width * step]
    return np.asarray(cut.reshape(height, step, width, step, 3).mean((1, 3)))
