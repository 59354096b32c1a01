"""Another format's words for what an object is -> our categories, or nothing, and then it is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sim.taxonomy import CATEGORIES, TARGETS, category

__all__ = ["FORMATS", "IGNORE", "Names"]

FORMATS = ("coco", "kitti", "mot")
"""Formats that can be imported; each is also one of `sim.taxonomy.TARGETS`."""

IGNORE = "ignore"
"""Stands in place of a category for regions in which nothing is scored."""

# Words beside those that our categories are written as. The readme of KITTI's object devkit has sitting
# people of their own, the tracking benchmark calls them Person. Evaluation on MOTChallenge leaves out
# distractors, reflections and crowds (Milan et al. 2016, "MOT16", section 4.1).
_MORE: Mapping[str, Mapping[str, str]] = {
    "coco": {},
    "kitti": {
        "Person_sitting": "human.pedestrian.adult",
        "Person": "human.pedestrian.adult",
        "DontCare": IGNORE,
    },
    "mot": {
        "Static person": "human.pedestrian.adult",
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
        known = TARGETS[format_name].categories
        # Of the categories that are written as one word the first stands for it: people are adults.
        words = {label.name: name for name, label in reversed(list(known.items())) if label is not None}
        self._table: dict[str, str] = {**words, **_MORE[format_name], **self._given}

    def of(self, word: str) -> str | None:
        """The category of a word, `IGNORE`, or None; a dotted name of ours stands for itself."""
        if word not in self._given and word in CATEGORIES:
            return word
        found = self._table.get(word)
        if found is None:
            self.left_out[word] += 1
        return found
