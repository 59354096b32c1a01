"""Variant -> the measures of a dog of that build, its joints at rest, and its coat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["FORE_LEGS", "LEGS", "Breed", "breed", "legs_at_rest", "two_bones"]

Floats = NDArray[np.float64]

LEGS = ("fore_l", "fore_r", "hind_l", "hind_r")
FORE_LEGS = (True, True, False, False)


@dataclass(frozen=True)
class Breed:
    """A build, metres.

    Attributes:
        height_m: of the withers.
        length_m: of the trunk, from the chest to the rump.
        depth_m, width_m: of the chest.
        neck_m: length of the neck.
        skull_m, muzzle_m: lengths of both parts of the head.
        erect_ears: False for ears that hang.
        tail_m: length of the tail.
        tail_up: -1 for one that hangs, 1 for one that is carried over the back.
        fur_m: how far the coat stands off.
        marks: how much lighter (> 1) or darker legs and belly are, and the muzzle.
    """

    height_m: float
    length_m: float
    depth_m: float
    width_m: float
    neck_m: float
    skull_m: float
    muzzle_m: float
    erect_ears: bool
    tail_m: float
    tail_up: float
    fur_m: float
    marks: tuple[float, float]

    @property
    def stride_m(self) -> float:
        """Way of a gait cycle: about what the legs swing through."""
        return 1.25 * self.height_m


_BREEDS = (
    Breed(0.58, 0.64, 0.265, 0.22, 0.15, 0.14, 0.10, False, 0.36, -0.5, 0.004, (1.12, 1.0)),
    Breed(0.63, 0.70, 0.275, 0.21, 0.17, 0.14, 0.12, True, 0.40, -0.8, 0.012, (1.5, 0.35)),
    Breed(0.33, 0.35, 0.155, 0.13, 0.085, 0.105, 0.06, False, 0.14, 0.7, 0.010, (1.05, 0.8)),
    Breed(0.24, 0.46, 0.150, 0.12, 0.085, 0.095, 0.08, False, 0.22, -0.2, 0.002, (0.9, 0.75)),
    Breed(0.46, 0.46, 0.210, 0.18, 0.11, 0.125, 0.07, True, 0.26, 1.0, 0.022, (1.1, 0.9)),
)
"""As tall and long as retrievers, shepherds, small terriers, dachshunds and spitzes are."""


def breed(variant: int) -> Breed:
    """The measures of a variant, 0 to 4."""
    return _BREEDS[variant]


@cache
def legs_at_rest(variant: int) -> Floats:
    """(4, 4, 3) hip, knee, ankle and paw of every leg at rest, body frame, in the order of LEGS."""
    b = _BREEDS[variant]
    out = np.empty((4, 4, 3))
    for k, fore in enumerate(FORE_LEGS):
        side = 1.0 if k % 2 == 0 else -1.0
        x = (0.36 if fore else -0.40) * b.length_m
        y = side * (0.33 if fore else 0.30) * b.width_m
        hip_z = b.height_m - (0.50 if fore else 0.38) * b.depth_m
        paw_x = x + (0.0 if fore else -0.05 * b.height_m)
        ankle = np.array(
            [paw_x - (0.03 if fore else 0.05) * b.height_m, (0.15 if fore else 0.24) * b.height_m]
        )
        hip = np.array([x, hip_z])
        straight = float(np.linalg.norm(hip - ankle))
        upper, lower = (0.56, 0.50) if fore else (0.60, 0.56)
        knee = two_bones(hip, ankle, upper * straight, lower * straight, -1.0 if fore else 1.0)
        out[k] = [(hip[0], y, hip[1]), (knee[0], y, knee[1]), (ankle[0], y, ankle[1]), (paw_x, y, 0.0)]
    return out


def two_bones(hip: Floats, ankle: Floats, upper_m: float, lower_m: float, forward: float) -> Floats:
    """(2,) x and z of the joint between two bones, bent forward (1) or backward (-1)."""
    d = ankle - hip
    far = float(np.clip(np.hypot(*d), abs(upper_m - lower_m) + 1e-4, upper_m + lower_m - 1e-4))
    u = d / np.hypot(*d)
    along = (upper_m**2 + far**2 - lower_m**2) / (2 * far)
    aside = np.sqrt(max(upper_m**2 - along**2, 0.0))
    normal = np.array([-u[1], u[0]])
    normal *= np.sign(normal[0]) * forward
    return np.asarray(hip + along * u + aside * normal)
