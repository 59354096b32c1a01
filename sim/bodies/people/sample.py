"""A random stream -> a `PersonSpec`: people drawn from distributions, nobody real."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from sim.bodies.spec import PersonSpec
from sim.errors import UsageError, near_matches

__all__ = ["sample_person"]

_TOPS = [
    (28, 30, 36), (45, 48, 52), (60, 66, 80), (35, 45, 75), (110, 110, 112), (190, 188, 182), (225, 222, 215),
    (90, 30, 32), (40, 70, 50), (130, 110, 80), (150, 60, 40), (200, 170, 60), (70, 100, 140), (120, 80, 110),
]  # fmt: skip
_BOTTOMS = [
    (28, 30, 38),
    (38, 50, 78),
    (52, 66, 98),
    (60, 58, 54),
    (120, 108, 88),
    (24, 24, 26),
    (90, 92, 96),
]
_SHOES = [(25, 24, 24), (210, 208, 204), (80, 55, 38), (60, 62, 68)]
_HAIRS = [
    (25, 20, 18), (52, 36, 25), (85, 58, 36), (140, 105, 65), (120, 118, 115), (200, 198, 195), (95, 45, 25),
]  # fmt: skip
_HAIR_CHANCES = {
    "child": (0.33, 0.28, 0.18, 0.16, 0, 0, 0.05),
    "young": (0.36, 0.27, 0.17, 0.12, 0.03, 0, 0.05),
    "old": (0.10, 0.10, 0.08, 0.04, 0.34, 0.32, 0.02),
}
_LIGHT, _DARK = np.array([238.0, 196, 168]), np.array([70.0, 42, 28])


def sample_person(rng: np.random.Generator, **fixed: Any) -> PersonSpec:
    """A person drawn at random.

    Args:
        rng: where the numbers come from; the same stream gives the same person, and a fixed field does not
            change the others' draws except those that depend on it (clothes and hair on age and gender).
        **fixed: fields of `PersonSpec` that are given.

    Returns:
        The description.

    Raises:
        UsageError: `fixed` names a field that does not exist.
    """
    known = [f.name for f in fields(PersonSpec)]
    for name in fixed:
        if name not in known:
            raise UsageError(near_matches("field of a person", name, known))
    draw = rng.uniform(size=10)
    age = fixed.get(
        "age", ("child", "young", "old")[int(np.searchsorted([0.12, 0.80], draw[0], side="right"))]
    )
    gender = fixed.get("gender", round(float(0.12 * draw[2] if draw[1] < 0.5 else 1 - 0.12 * draw[2]), 3))
    ancestry = rng.dirichlet([1.0, 1.0, 1.0])
    build = np.clip(rng.normal([0, 0.05, 0], [0.3, 0.4, 0.3]), -0.9, 0.9).round(3)
    melanin, tone = rng.beta(1.2, 1.5), rng.uniform(0.94, 1.05)
    dye = rng.uniform(0.85, 1.1, 2)
    pick = (rng.integers(len(_TOPS)), rng.integers(len(_BOTTOMS)), rng.integers(len(_SHOES)))
    hair_rgb = _HAIRS[int(rng.choice(len(_HAIRS), p=_HAIR_CHANCES.get(age, _HAIR_CHANCES["young"])))]
    drawn = {
        "age": age,
        "gender": gender,
        "height": float(build[0]),
        "weight": float(build[1]),
        "muscle": float(build[2]),
        "ancestry": _shares(ancestry),
        "skin_srgb": _color((_LIGHT * (1 - melanin) + _DARK * melanin) * tone),
        "hair_srgb": hair_rgb,
        "top_srgb": _color(np.array(_TOPS[pick[0]]) * dye[0]),
        "bottom_srgb": _color(np.array(_BOTTOMS[pick[1]]) * dye[1]),
        "shoe_srgb": _SHOES[pick[2]],
        "hair": _hair(age, gender, draw[3]),
        "top": ("tshirt", "shirt", "jacket", "coat")[
            int(np.searchsorted([0.25, 0.50, 0.82], draw[4], side="right"))
        ],
        "bottom": _bottom(gender, draw[5]),
        "seed": int(rng.integers(2**31)),
    }
    return PersonSpec(**{**drawn, **fixed})


def _color(rgb: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[int, int, int]:
    r, g, b = np.clip(np.round(rgb), 0, 255).astype(int)
    return int(r), int(g), int(b)


def _shares(weights: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float, float]:
    """Three rounded weights whose sum is 1."""
    a, b = round(float(weights[0]), 4), round(float(weights[1]), 4)
    return a, b, max(0.0, round(1 - a - b, 4))


def _hair(age: str, gender: float, u: float) -> str:
    if gender > 0.5:
        limits = {"child": (0.0, 0.92, 0.99), "old": (0.35, 0.97, 1.0)}.get(age, (0.10, 0.92, 0.96))
    else:
        limits = {"child": (0.0, 0.12, 0.45), "old": (0.01, 0.40, 0.85)}.get(age, (0.005, 0.16, 0.5))
    return ("bald", "short", "bob", "long")[int(np.searchsorted(limits, u, side="right"))]


def _bottom(gender: float, u: float) -> str:
    skirt = 0.22 if gender < 0.5 else 0.0
    return "skirt" if u < skirt else "shorts" if u > 0.86 else "trousers"
