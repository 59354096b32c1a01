"""A random generator in, tileable noise fields of 512 x 512 out: mean 0, deviation 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from sim.scenery.scenery import SURFACE_PX

__all__ = ["Field", "NoisePool", "fractal_noise"]

Field = NDArray[np.float32]


def fractal_noise(
    rng: np.random.Generator, beta: float, lowest: float = 1.0, stretch: tuple[float, float] = (1.0, 1.0)
) -> Field:
    """Noise whose power falls with frequency ** -beta.

    Args:
        rng: source of the noise.
        beta: 0 white, 2 clouds.
        lowest: frequencies below this (in periods per texture) are silent.
        stretch: factors on the (vertical, horizontal) frequency; a factor < 1 draws lines across.

    Returns:
        (512, 512) float32, periodic.
    """
    n = SURFACE_PX
    fy = (np.fft.fftfreq(n) * n)[:, None] * stretch[0]
    fx = (np.fft.rfftfreq(n) * n)[None] * stretch[1]
    k = np.hypot(fy, fx).astype(np.float32)
    gain = np.where(k < lowest, 0.0, np.maximum(k, 1e-3) ** (-beta / 2)).astype(np.float32)
    field = fft.irfft2(fft.rfft2(rng.standard_normal((n, n), np.float32)) * gain, s=(n, n))
    field -= field.mean()
    return np.asarray(field / field.std(), np.float32)


class NoisePool:
    """A few fields made once and handed out shifted, since each costs as much as painting a surface."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._fields = {
            "grain": fractal_noise(rng, 0.5, 40),
            "fine": fractal_noise(rng, 0.9, 12),
            "blotch": fractal_noise(rng, 1.6, 3),
            "cloud": fractal_noise(rng, 2.4, 1),
            "streak": fractal_noise(rng, 1.8, 1, (1.0, 0.12)),
            "fibre": fractal_noise(rng, 1.4, 4, (0.1, 1.0)),
        }

    def field(self, kind: str, rng: np.random.Generator) -> Field:
        """One of ``grain fine blotch cloud streak fibre``, shifted as `rng` says, (512, 512) float32."""
        shift = rng.integers(0, SURFACE_PX, 2)
        return np.roll(self._fields[kind], (int(shift[0]), int(shift[1])), (0, 1))
