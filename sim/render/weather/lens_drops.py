"""Camera, weather and time -> drops on the glass before the lens, in pixels. NumPy only.

Each place of a drop is taken anew every few seconds: a drop lands, stays, perhaps runs down, and is gone;
where it lands is drawn from place and turn. Behind a windscreen a wiper goes over the glass and takes what is
there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.environment import Environment
from sim.geometry import Intrinsics
from sim.randomness import stream
from sim.render.weather.hashing import dice, keyed
from sim.scenario import Camera

__all__ = ["MOST_DROPS", "LensDrops", "lens_drops"]

Floats = NDArray[np.float64]

MOST_DROPS = 90
"""Drops at `lens_drops` 1."""

_TURN_S = (3.5, 9.0)
_WIPE_S = 0.55  # of one stroke
_FAST_RAIN_MM_PER_H = 12.0
_RESTS_S = {False: 2.4, True: 0.35}  # between strokes, in light and in heavy rain
_APERTURE_M = 0.0014
_AWAY_M = {True: 0.13, False: 0.035}  # from the lens to a windscreen, to a housing's glass
_AHEAD_DEG = 50.0


@dataclass(frozen=True, eq=False)
class LensDrops:
    """Drops as a camera sees them, out of focus.

    Attributes:
        at_px: (N, 2) float64 middles.
        radius_px: (N,) float64.
        blur_px: (N,) float64 how far their edges are blurred.
        opacity: (N,) float64, 0..1.
        length_px: (N,) float64 of the trail above a drop that runs.
    """

    at_px: Floats
    radius_px: Floats
    blur_px: Floats
    opacity: Floats
    length_px: Floats


def lens_drops(
    camera: Camera, optics: Intrinsics, environment: Environment, time_s: float, seed: int
) -> LensDrops:
    """Drops on a camera's glass.

    Args:
        camera: one that an agent carries and that looks ahead is behind a windscreen.
        optics: of its image.
        environment: how much of the glass may be wet, and whether it rains.
        time_s: since the start.
        seed: of the sequence.
    """
    count = round(MOST_DROPS * environment.lens_drops)
    rng = stream(seed, f"weather/lens/{camera.name}")
    turn_s, phase = rng.uniform(*_TURN_S, MOST_DROPS)[:count], rng.random(MOST_DROPS)[:count]
    turn = np.floor(time_s / turn_s + phase)
    born_s = (turn - phase) * turn_s
    rolled = dice(keyed(seed, np.arange(count), turn.astype(np.int64)), 4)
    at = rolled[:, :2] * [optics.width_px, optics.height_px]
    away_m = _AWAY_M[_is_behind_glass(camera)]
    radius_m = 0.0006 * np.exp(0.55 * (2.4 * rolled[:, 2] ** 2 - 0.2)) * (away_m / 0.035) ** 0.25
    per_m = optics.fx_px / away_m
    age_s = time_s - born_s
    left_s = turn_s - age_s
    opacity = np.clip(age_s / 0.12, 0.0, 1.0) * np.clip(left_s / 0.8, 0.0, 1.0)
    # Large drops run down in their last second or two.
    runs = (rolled[:, 3] < 0.35) & (radius_m > np.median(radius_m) if count else np.zeros(0, bool))
    ran_px = np.where(runs, np.clip(age_s - 0.55 * turn_s, 0.0, None) ** 1.4 * 0.16 * optics.height_px, 0.0)
    at = at + np.column_stack([np.zeros(count), ran_px])
    if _is_behind_glass(camera) and (environment.rain_mm_per_h > 0 or environment.snow_mm_per_h > 0):
        opacity = opacity * (born_s > _wiped_s(at, optics, environment, time_s))
    kept = opacity > 0.01
    blur_px = np.full(count, _APERTURE_M / 2 * per_m)
    # A drop smaller than the blur does not lose all light anywhere.
    shown = np.minimum(1.0, (radius_m * per_m / blur_px) ** 2) * 0.92
    columns = (radius_m * per_m, blur_px, opacity * shown, np.minimum(ran_px, 0.12 * optics.height_px))
    return LensDrops(at[kept], *(column[kept] for column in columns))


def _is_behind_glass(camera: Camera) -> bool:
    return bool(camera.mount) and abs(camera.yaw_deg) < _AHEAD_DEG


def _wiped_s(at_px: Floats, optics: Intrinsics, environment: Environment, time_s: float) -> Floats:
    """(N,) when the wiper went over each place last: it swings about a point below the left corner."""
    fall = environment.rain_mm_per_h + 5.0 * environment.snow_mm_per_h
    every_s = 2 * _WIPE_S + _RESTS_S[fall > _FAST_RAIN_MM_PER_H]
    from_pivot = at_px - [-0.15 * optics.width_px, 1.25 * optics.height_px]
    share = np.arctan2(-from_pivot[:, 1], from_pivot[:, 0]) / (np.pi / 2)
    up_s, down_s = _WIPE_S * share, _WIPE_S * (2 - share)
    start_s = np.floor(time_s / every_s) * every_s
    passes = np.stack([start_s + down_s, start_s + up_s, start_s - every_s + down_s])
    return np.asarray(np.where(passes <= time_s, passes, -np.inf).max(0))
