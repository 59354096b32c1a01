"""A random stream -> a `PersonSpec`: people drawn from distributions, nobody real."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from sim.bodies.people.shares import BALANCED, PersonShares
from sim.bodies.spec import PersonSpec
from sim.errors import UsageError, near_matches

__all__ = ["sample_person"]

Draws = np.ndarray[Any, np.dtype[np.float64]]

_Colors = tuple[tuple[float, tuple[int, int, int]], ...]

# What people wear: share, color. Most of it is black, gray, blue or white.
_TOPS: _Colors = (
    (0.17, (28, 30, 36)), (0.11, (45, 48, 52)), (0.13, (44, 52, 72)), (0.08, (72, 76, 82)),
    (0.09, (128, 128, 130)), (0.09, (222, 220, 214)), (0.06, (188, 182, 170)), (0.05, (92, 108, 132)),
    (0.05, (76, 82, 66)), (0.04, (134, 116, 92)), (0.04, (104, 48, 50)), (0.03, (158, 66, 56)),
    (0.02, (196, 168, 84)), (0.02, (128, 98, 118)), (0.02, (84, 126, 118)),
)  # fmt: skip
_BOTTOMS: _Colors = (
    (0.25, (28, 30, 36)), (0.24, (46, 56, 78)), (0.16, (70, 84, 108)), (0.12, (62, 62, 62)),
    (0.10, (124, 114, 96)), (0.06, (96, 98, 100)), (0.04, (84, 82, 66)), (0.03, (176, 170, 156)),
)  # fmt: skip
_SHOES: _Colors = (
    (0.42, (26, 25, 25)),
    (0.26, (208, 206, 202)),
    (0.18, (84, 62, 46)),
    (0.14, (70, 72, 80)),
)
_HEADWEAR_COLORS: _Colors = (
    (0.3, (30, 31, 35)), (0.2, (48, 54, 74)), (0.15, (98, 98, 100)), (0.12, (150, 138, 120)),
    (0.1, (110, 46, 48)), (0.07, (70, 84, 66)), (0.06, (204, 200, 192)),
)  # fmt: skip
_BAG_COLORS: _Colors = (
    (0.42, (32, 33, 37)), (0.16, (52, 58, 76)), (0.16, (112, 78, 54)), (0.1, (84, 88, 92)),
    (0.08, (190, 180, 160)), (0.08, (134, 48, 46)),
)  # fmt: skip
_VESTS: _Colors = ((0.65, (214, 236, 40)), (0.35, (248, 112, 32)))

_HEADWEAR = {  # of beanie, cap, hat, headscarf, hood; the rest go bare-headed
    "child": (0.12, 0.12, 0.02, 0.0, 0.06),
    "young": (0.08, 0.08, 0.02, 0.0, 0.04),
    "old": (0.08, 0.10, 0.07, 0.0, 0.01),
}
_BAGS = {"child": (0.22, 0.02, 0.02), "young": (0.16, 0.13, 0.08), "old": (0.05, 0.12, 0.14)}
"""Shares of backpack, shoulder bag and tote."""
_SCARVES: _Colors = (
    (0.3, (120, 44, 46)), (0.25, (54, 58, 70)), (0.2, (150, 140, 120)), (0.15, (196, 186, 168)),
    (0.1, (64, 92, 96)),
)  # fmt: skip

_HAIRS = [
    (25, 20, 18), (52, 36, 25), (85, 58, 36), (140, 105, 65), (120, 118, 115), (200, 198, 195), (95, 45, 25),
]  # fmt: skip
_HAIR_CHANCES = {
    "child": (0.33, 0.28, 0.18, 0.16, 0, 0, 0.05),
    "young": (0.36, 0.27, 0.17, 0.12, 0.03, 0, 0.05),
    "old": (0.10, 0.10, 0.08, 0.04, 0.34, 0.32, 0.02),
}
_FAIR = np.array([0, 0, 1, 3, 0, 0, 3])
"""How much rarer each color of hair is the darker the skin: power of the share of light."""
_LIGHT, _DARK = np.array([238.0, 196, 168]), np.array([70.0, 42, 28])


def sample_person(rng: np.random.Generator, shares: PersonShares = BALANCED, **fixed: Any) -> PersonSpec:
    """A person drawn at random.

    Args:
        rng: where the numbers come from; the same stream gives the same person, and a fixed field does not
            change the others' draws except those that depend on it (clothes and hair on age and gender).
        shares: how many are of which kind.
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
    ages = [shares.child, 1 - shares.old]
    age = fixed.get("age", ("child", "young", "old")[int(np.searchsorted(ages, draw[0], side="right"))])
    lean = 0.12 * float(draw[2])
    gender = fixed.get("gender", round(lean if draw[1] < shares.female else 1 - lean, 3))
    ancestry = rng.dirichlet([1.0, 1.0, 1.0])
    build = np.clip(rng.normal([0, shares.heavy, 0], [0.3, 0.4, 0.3]), -0.9, 0.9).round(3)
    melanin, tone = rng.beta(shares.skin_dark, shares.skin_light), rng.uniform(0.94, 1.05)
    dye = rng.uniform(0.85, 1.1, 2)
    colors = [_choice(table, rng.uniform()) for table in (_TOPS, _BOTTOMS, _SHOES)]
    chances = np.array(_HAIR_CHANCES.get(age, _HAIR_CHANCES["young"])) * (1 - melanin) ** _FAIR
    hair_rgb = _HAIRS[int(rng.choice(len(_HAIRS), p=chances / chances.sum()))]
    tops = ("tshirt", "shirt", "jacket", "coat")
    top = fixed.get("top", tops[int(np.searchsorted([0.25, 0.50, 0.82], draw[4], side="right"))])
    drawn = {
        "age": age,
        "gender": gender,
        "height": float(build[0]),
        "weight": float(build[1]),
        "muscle": float(build[2]),
        "ancestry": _shares(ancestry),
        "skin_srgb": _color((_LIGHT * (1 - melanin) + _DARK * melanin) * tone),
        "hair_srgb": hair_rgb,
        "top_srgb": _color(np.array(colors[0]) * dye[0]),
        "bottom_srgb": _color(np.array(colors[1]) * dye[1]),
        "shoe_srgb": colors[2],
        "hair": _hair(age, gender, draw[3]),
        "top": top,
        "bottom": _bottom(gender, draw[5], shares),
        "seed": int(rng.integers(2**31)),
        **_extras(age, gender, shares, rng.uniform(size=6)),
        **_around_the_face(age, gender, top, shares, rng.uniform(size=3)),
    }
    return PersonSpec(**{**drawn, **fixed})


def _around_the_face(age: str, gender: float, top: str, shares: PersonShares, u: Draws) -> dict[str, Any]:
    """Beard and scarf."""
    bearded = gender > 0.5 and age != "child" and u[0] < shares.beard
    return {
        "beard": ("full" if u[0] < 0.45 * shares.beard else "stubble") if bearded else "none",
        "scarf": bool(top in ("jacket", "coat") and u[1] < shares.scarf),
        "scarf_srgb": _choice(_SCARVES, u[2]),
    }


def _extras(age: str, gender: float, shares: PersonShares, u: Draws) -> dict[str, Any]:
    """What is worn and carried beside clothes."""
    kinds = ("beanie", "cap", "hat", "headscarf", "hood", "none")
    worn = np.minimum(shares.headwear * np.cumsum(_HEADWEAR.get(age, _HEADWEAR["young"])), 1.0)
    headwear = kinds[int(np.searchsorted(worn, u[0], side="right"))]
    if gender < 0.5 and age != "child" and u[0] > 1 - shares.headscarf:
        headwear = "headscarf"
    bags = np.minimum(shares.bag * np.cumsum(_BAGS.get(age, _BAGS["young"])), 1.0)
    return {
        "headwear": headwear,
        "bag": ("backpack", "shoulder", "tote", "none")[int(np.searchsorted(bags, u[1], side="right"))],
        "vest": bool(u[2] < shares.vest and age != "child"),
        "headwear_srgb": _choice(_HEADWEAR_COLORS, u[3]),
        "bag_srgb": _choice(_BAG_COLORS, u[4]),
        "vest_srgb": _choice(_VESTS, u[5]),
    }


def _choice(shares: _Colors, u: float) -> tuple[int, int, int]:
    """The color in whose share `u`, 0 to 1, falls."""
    ends = np.cumsum([share for share, _ in shares])
    return shares[min(int(np.searchsorted(ends, u * ends[-1], side="right")), len(shares) - 1)][1]


def _color(rgb: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[int, int, int]:
    r, g, b = np.clip(np.round(rgb), 0, 255).astype(int)
    return int(r), int(g), int(b)


def _shares(weights: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float, float]:
    """Three rounded weights whose sum is 1."""
    a, b = round(float(weights[0]), 4), round(float(weights[1]), 4)
    return a, b, max(0.0, round(1 - a - b, 4))


def _hair(age: str, gender: float, u: float) -> str:
    names = ("bald", "short", "curly", "bob", "long", "ponytail", "bun")
    if gender > 0.5:
        chances = {"child": (0, 0.78, 0.14, 0.06, 0.02, 0, 0), "old": (0.35, 0.60, 0.03, 0.02, 0, 0, 0)}.get(
            age, (0.10, 0.73, 0.09, 0.03, 0.02, 0.01, 0.02)
        )
    else:
        chances = {
            "child": (0, 0.10, 0.10, 0.22, 0.28, 0.27, 0.03),
            "old": (0.01, 0.36, 0.12, 0.32, 0.08, 0.02, 0.09),
        }.get(age, (0.005, 0.135, 0.13, 0.25, 0.26, 0.15, 0.07))
    return names[int(np.searchsorted(np.cumsum(chances)[:-1], u, side="right"))]


def _bottom(gender: float, u: float, shares: PersonShares) -> str:
    if u > 1 - shares.shorts:
        return "shorts"
    return "skirt" if gender < 0.5 and u < shares.skirt else "trousers"
