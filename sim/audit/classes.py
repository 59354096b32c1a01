"""Class images of one view -> is every pixel's class that of who owns it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.audit.measures import measure
from sim.audit.view import Measure, View
from sim.errors import UsageError
from sim.taxonomy import AGENT_CLASSES, Semantic, category

__all__ = ["agents_classes", "known_classes", "panoptic_agrees"]

_KNOWN = np.isin(np.arange(256), [int(one) for one in Semantic])
_OF_AGENTS = np.isin(np.arange(256), [int(one) for one in AGENT_CLASSES.values()])


def known_classes(view: View) -> Iterator[Measure]:
    """Every pixel has a class, and one there is."""
    semantic = view.images["semantic"]
    areas = np.bincount(semantic.ravel(), minlength=256)
    wrong = np.flatnonzero((areas > 0) & ~_KNOWN)
    off = [
        (float(areas[one]), f"class {one} of {areas[one]} pixels is none there is") for one in wrong.tolist()
    ]
    void = int(areas[Semantic.VOID])
    off.append((float(void), f"{void} pixels have no class"))
    whole = measure(view.where, off, 0.0, "px")
    yield Measure(semantic.size, whole.worst, 0.0, "px", view.where, whole.failures)


def agents_classes(view: View) -> Iterator[Measure]:
    """Every pixel of an agent has the class of its category, and no other pixel has such a class."""
    instance, semantic = view.images["instance"], view.images["semantic"]
    expected = np.zeros(max(int(instance.max()), 0) + 1, np.uint8)
    for number, name in _categories(view).items():
        if 0 < number < len(expected):
            expected[number] = category(name).semantic
    wanted = expected[instance.clip(0)]
    wrong = np.where(instance > 0, semantic != wanted, _OF_AGENTS[semantic])
    failures = []
    if wrong.any():
        y, x = np.argwhere(wrong)[0].tolist()
        failures.append(
            f"{int(wrong.sum())} pixels have not the class of their instance, first at ({x}, {y}): "
            f"class {semantic[y, x]}, instance {instance[y, x]}"
        )
    yield Measure(instance.size, float(wrong.sum()), 0.0, "px", view.where, tuple(failures))


def _categories(view: View) -> dict[int, str]:
    """Instance id -> category, of the labels; of hidden classes' sake also of the list of agents."""
    listed = {int(agent["instance_id"]): str(agent["category"]) for agent in view.extra.get("agents") or ()}
    labelled = {int(thing["instance_id"]): str(thing["category"]) for thing in view.objects}
    for name in labelled.values():
        try:
            category(name)
        except UsageError as error:
            raise UsageError(f"{view.where}: {error}") from error
    return listed | labelled


def panoptic_agrees(view: View) -> Iterator[Measure]:
    """`panoptic` is the class times 65536 plus the instance id."""
    wanted = view.images["semantic"].astype(np.int64) * 65536 + view.images["instance"]
    wrong = int(np.count_nonzero(view.images["panoptic"] != wanted))
    failures = (f"{wrong} pixels of panoptic are not class * 65536 + instance",) if wrong else ()
    yield Measure(wanted.size, float(wrong), 0.0, "px", view.where, failures)
