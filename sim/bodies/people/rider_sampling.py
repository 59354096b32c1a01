"""A random stream and what is ridden -> a person who rides it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.bodies.people.sample import sample_person
from sim.bodies.people.shares import BALANCED, PersonShares
from sim.bodies.spec import PersonSpec

__all__ = ["sample_rider"]

_OLD_SHARE = 0.12
_SHORTS_SHARE = 0.2
_SHORTEST, _TALLEST = -0.4, 0.8
"""Heights (-1 .. 1) that machines for adults fit."""
_HELMET_SHARE = 0.4
_HELMETS = ((26, 26, 28), (206, 206, 202), (120, 122, 126), (140, 30, 28), (36, 62, 110), (190, 200, 60))
_BARE_ARMS = ("tshirt", "shirt", "jacket")
_BY_RIDING = ("age", "bottom", "top", "headwear", "held")
"""Fields that riding decides."""


def sample_rider(
    rng: np.random.Generator, shape: str, shares: PersonShares = BALANCED, **fixed: Any
) -> PersonSpec:
    """An adult drawn at random, dressed to ride: trousers or shorts, no coat.

    Args:
        rng: where the numbers come from.
        shape: of the two-wheeler; with a motor people wear jackets and trousers more often.
        shares: how many people are of which kind; ages, shorts and headgear are riders' own.
        **fixed: fields of `PersonSpec` that are given. Ages, garments, headgear and what hands hold are drawn
            all the same, so that who rides is dressed to ride.

    Raises:
        UsageError: `fixed` names a field that does not exist.
    """
    draw = rng.uniform(size=5)
    motor = shape.startswith("motor")
    person = sample_person(
        rng,
        shares,
        **{name: value for name, value in fixed.items() if name not in _BY_RIDING},
        age="old" if draw[0] < _OLD_SHARE else "young",
        bottom="shorts" if draw[1] < _SHORTS_SHARE and not motor else "trousers",
        top="jacket" if motor and draw[2] < 0.8 else _BARE_ARMS[int(draw[2] * 3)],
    )
    worn = person.headwear if person.headwear not in ("hat", "hood") else "none"
    if motor:
        worn = "motor_helmet"
    elif draw[3] < _HELMET_SHARE and shape != "kick_scooter":
        worn = "bicycle_helmet"
    color = _HELMETS[int(draw[4] * len(_HELMETS))] if "helmet" in worn else person.headwear_srgb
    return replace(
        person,
        height=float(np.clip(person.height, _SHORTEST, _TALLEST)),
        headwear=worn,
        headwear_srgb=fixed.get("headwear_srgb", color),
        bag="none" if person.bag == "tote" else person.bag,
    )
