"""Another format's words for what an object is -> our categories, or nothing, and then it is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sim.taxonomy import CATEGORIES, category

__all__ = ["FORMATS", "IGNORE", "Names"]

FORMATS = ("coco", "kitti", "mot")
"""Formats that can be imported."""

IGNORE = "ignore"
"""Stands in place of a category for regions in which nothing is scored."""

# The readme of KITTI's object devkit has sitting people of their own, the tracking benchmark calls them
# Person. Evaluation on MOTChallenge leaves out distractors, reflections and crowds (Milan et al. 2016,
# "MOT16", section 4.1). KITTI's Misc (trailers, Segways) and COCO's train are more than any category of ours.
_PERSON = "human.pedestrian.adult"
_TABLES: Mapping[str, Mapping[str, str]] = {
    "coco": {
        "person": _PERSON,
        "bicycle": "vehicle.bicycle",
        "car": "vehicle.car",
        "motorcycle": "vehicle.motorcycle",
        "bus": "vehicle.bus",
        "truck": "vehicle.truck",
        "dog": "animal.dog",
    },
    "kitti": {
        "Pedestrian": _PERSON,
        "Person_sitting": _PERSON,
        "Person": _PERSON,
        "Cyclist": "human.rider.bicyclist",
        "Car": "vehicle.car",
        "Van": "vehicle.van",
        "Truck": "vehicle.truck",
        "Tram": "vehicle.tram",
        "DontCare": IGNORE,
    },
    "mot": {
        "Pedestrian": _PERSON,
        "Static person": _PERSON,
        "Person on vehicle": "human.rider.bicyclist",
        "Car": "vehicle.car",
        "Bicycle": "vehicle.bicycle",
        "Motorbike": "vehicle.motorcycle",
        "Distractor": IGNORE,
        "Reflection": IGNORE,
        "Crowd": IGNORE,
    },
}


class Names:
    """The table of one import.

    Args:
        format_name: one of `FORMATS`.
        given: word -> category or `IGNORE`, before all others.

    Attributes:
        left_out: word -> objects that were left out, as there is no category for it.

    Raises:
        UsageError: a category is unknown.
    """

    def __init__(self, format_name: str, given: Mapping[str, str] | None = None) -> None:
        self.left_out: Counter[str] = Counter()
        self._given = dict(given or {})
        for name in self._given.values():
            if name != IGNORE:
                category(name)
        self._table = {**_TABLES[format_name], **self._given}

    def of(self, word: str) -> str | None:
        """The category of a word, `IGNORE`, or None; a dotted name of ours stands for itself."""
        if word not in self._given and word in CATEGORIES:
            return word
        found = self._table.get(word)
        if found is None:
            self.left_out[word] += 1
        return found
