"""Categories and activities -> nuScenes' words, and the tokens by which its records are found."""

from __future__ import annotations

import hashlib
from typing import Any

from sim.frame import Annotation
from sim.taxonomy import CATEGORIES

__all__ = ["attribute", "start_s", "token", "visibility", "word_tables"]

_LATEST_S = 2**31
_ATTRIBUTES = {
    "vehicle.moving": "Vehicle is moving.",
    "vehicle.stopped": "Vehicle, with a driver in it, is standing still.",
    "vehicle.parked": "Vehicle stands and nobody drives it.",
    "cycle.with_rider": "There is a rider on the bicycle or motorcycle.",
    "cycle.without_rider": "There is no rider on the bicycle or motorcycle.",
    "pedestrian.sitting_lying_down": "The person sits or lies down.",
    "pedestrian.standing": "The person stands.",
    "pedestrian.moving": "The person moves.",
}
_VISIBILITY = {"1": ("v0-40", 0.0), "2": ("v40-60", 0.4), "3": ("v60-80", 0.6), "4": ("v80-100", 0.8)}
_CYCLES = ("vehicle.bicycle", "vehicle.motorcycle")


def word_tables() -> dict[str, list[dict[str, Any]]]:
    """The tables that are the same for every data set."""
    words = {label.name: None for c in CATEGORIES.values() if (label := c.label("nuscenes")) is not None}
    return {
        "category": [{"token": token("category", w), "name": w, "description": ""} for w in words],
        "attribute": [
            {"token": token("attribute", name), "name": name, "description": text}
            for name, text in _ATTRIBUTES.items()
        ],
        "visibility": [
            {"token": key, "level": level, "description": f"share of the pixels that is seen: {level}"}
            for key, (level, _) in _VISIBILITY.items()
        ],
    }


def token(*parts: object) -> str:
    """32 hexadecimal digits that belong to these words alone."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


def start_s(scene: str) -> int:
    """When a scene begins, seconds since 1970, by its token.

    Users sort the samples of all scenes by time, and the devkit scenes by their beginning, so they must not
    overlap; in 68 years a thousand scenes of 20 seconds do in one of a hundred data sets.
    """
    return int(scene, 16) % _LATEST_S


def attribute(a: Annotation, is_ridden: bool) -> str | None:
    """Name of the one attribute of an agent; None for what has none: animals and prams.

    Args:
        a: the agent.
        is_ridden: whether somebody rides it.
    """
    if a.category in _CYCLES:
        return "cycle.with_rider" if is_ridden else "cycle.without_rider"
    if CATEGORIES[a.category].is_vehicle:
        return f"vehicle.{a.activity}"
    if not CATEGORIES[a.category].is_person:
        return None
    if a.category == "human.pedestrian.wheelchair":
        return "pedestrian.sitting_lying_down"
    return "pedestrian.standing" if a.activity == "standing" else "pedestrian.moving"


def visibility(share: float | None) -> str:
    """Token of the level of a visible share, 0..1; "" if it was not measured."""
    return "" if share is None else [key for key, (_, least) in _VISIBILITY.items() if share >= least][-1]
