"""Who holds something -> where their hands go, and the bone of the thing: umbrellas, canes, bars of prams.

All in each person's heading frame, as in `pose`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.limbs import SIDES, bent_arm, set_frame, unit
from sim.bodies.people.skeleton import HELD_THINGS, Stacked

__all__ = ["BAR_AHEAD_M", "BAR_HEIGHT_M", "HELD_BONE", "hold"]

Array = NDArray[np.float64]

HELD_BONE = 22
"""Bone of what is held; its bind frame has the grip at the origin and what it hangs or stands on along z."""
BAR_AHEAD_M, BAR_HEIGHT_M = 0.42, 1.02
"""Where the bar of a pram is, from the body's origin."""
_BAR_HALF_M = 0.15
_PALM_LEGS = 0.085
"""From the wrist to the middle of the palm, share of the leg."""


def hold(s: Stacked, sole_m: Array, ground_m: Array, origin: Array, frames: Array) -> Array:
    """Fill the frames of the arms that hold something.

    Args:
        s: skeletons of N people.
        sole_m: (N, 2, 3) soles, left and right.
        ground_m: (N,) height of the body's origin.
        origin: (N, 22, 3) places of the bones; those of the shoulders are ready.
        frames: (N, 5, 2, 3, 3) of limbs; those of the arms are changed.

    Returns:
        (N, 3, 4) motion of `HELD_BONE`; the identity for who holds nothing.
    """
    out = np.tile(np.eye(3, 4), (len(s.held), 1, 1))
    for code, name in enumerate(HELD_THINGS):
        who = np.flatnonzero(s.held == code)
        if name == "none" or not len(who):
            continue
        if name == "pram":
            for k in (0, 1):
                _grip_bar(s, who, k, ground_m, origin, frames)
            continue
        for k in (0, 1):
            of_side = who[s.held_side[who] == k]
            if len(of_side):
                place = _under_umbrella if name == "umbrella" else _on_cane
                out[of_side] = place(s, of_side, k, sole_m, origin, frames)
    return out


def _grip_bar(
    s: Stacked, who: NDArray[np.intp], k: int, ground_m: Array, origin: Array, frames: Array
) -> None:
    side = SIDES[k]
    bar = np.tile([BAR_AHEAD_M, side * _BAR_HALF_M, BAR_HEIGHT_M + 0.02], (len(who), 1))
    bar[:, 2] += ground_m[who]
    _reach(
        s,
        who,
        k,
        bar,
        (0.86, -0.1 * side, -0.42),
        (0.0, -side, -0.1),
        (-0.3, 0.5 * side, -0.8),
        origin,
        frames,
    )


def _under_umbrella(
    s: Stacked, who: NDArray[np.intp], k: int, sole_m: Array, origin: Array, frames: Array
) -> Array:
    """The hand before the chest, the canopy over the head."""
    side, leg = SIDES[k], s.leg_m[who, None]
    grip = origin[who, 8 + k] + leg * np.array([0.30, -0.13 * side, -0.20])
    _reach(
        s,
        who,
        k,
        grip,
        (0.7, -0.35 * side, 0.5),
        (0.0, -0.1 * side, 1.0),
        (-0.2, 0.5 * side, -0.9),
        origin,
        frames,
    )
    over = grip + s.held_m[who, None] * np.array([0.0, 0.0, 1.0])
    over[:, 0] = origin[who, 5, 0] + 0.06
    over[:, 1] = 0.4 * grip[:, 1]
    return _standing(grip, unit(over - grip))


def _on_cane(s: Stacked, who: NDArray[np.intp], k: int, sole_m: Array, origin: Array, frames: Array) -> Array:
    """The tip goes with the other foot, the hand above it."""
    side, leg, length = SIDES[k], s.leg_m[who], s.held_m[who]
    foot = sole_m[who, 1 - k]
    tip = np.stack([np.clip(foot[:, 0], -0.3, 0.4) + 0.13 * leg, 0.31 * side * leg, foot[:, 2]], -1)
    grip = np.stack([0.13 * leg + 0.3 * tip[:, 0], 0.29 * side * leg, np.zeros(len(who))], -1)
    flat = ((grip - tip)[:, :2] ** 2).sum(1)
    grip[:, 2] = tip[:, 2] + np.sqrt(np.maximum(length**2 - flat, 0.0))
    _reach(s, who, k, grip, (0.85, 0.0, -0.5), (0.2, -side, 0.1), (-0.7, 0.3 * side, -0.5), origin, frames)
    return _standing(grip, unit(grip - tip))


def _reach(
    s: Stacked,
    who: NDArray[np.intp],
    k: int,
    grip: Array,
    fingers: tuple[float, float, float],
    thumb: tuple[float, float, float],
    elbow: tuple[float, float, float],
    origin: Array,
    frames: Array,
) -> None:
    """Bend arm k so that the palm lies at `grip`, fingers and thumb pointing as given."""
    along = unit(np.array(fingers))
    toward = np.array(thumb) - along * (along @ np.array(thumb))
    wrist = grip - along * (_PALM_LEGS * s.leg_m[who, None])
    upper_m = np.linalg.norm(s.rest_m[who, 10 + k] - s.rest_m[who, 8 + k], axis=-1)
    fore_m = np.linalg.norm(s.rest_m[who, 12 + k] - s.rest_m[who, 10 + k], axis=-1)
    bent = np.empty((len(who), 2, 3, 3))
    bent_arm(upper_m, fore_m, origin[who, 8 + k], wrist, np.array(elbow), bent)
    frames[who, 2, k], frames[who, 3, k] = bent[:, 0], bent[:, 1]
    hand = np.empty((len(who), 3, 3))
    set_frame(hand, np.broadcast_to(along, (len(who), 3)), np.broadcast_to(unit(toward), (len(who), 3)))
    frames[who, 4, k] = hand


def _standing(place: Array, up: Array) -> Array:
    """(M, 3, 4) motions that bring the origin to `place` and the z axis to `up`, by the shortest turn."""
    x, y, z = up.T
    out = np.zeros((len(up), 3, 4))
    share = 1 / (1 + z)
    out[:, 0, 0], out[:, 0, 1], out[:, 0, 2] = 1 - x * x * share, -x * y * share, x
    out[:, 1, 0], out[:, 1, 1], out[:, 1, 2] = -x * y * share, 1 - y * y * share, y
    out[:, 2, 0], out[:, 2, 1], out[:, 2, 2] = -x, -y, z
    out[..., 3] = place
    return out
