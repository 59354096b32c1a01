"""What is verified of a dataset: every check by name, in the order of the report.

A check is a plain function that yields `Measure`s. Its *scope* says what it is called with:

* ``VIEW``: `run(view)`, once for every capture;
* ``STEP``: `run(before, view)`, for every capture and the frame before it of the same camera;
* ``RIG``: `run(views)`, for all captures of one frame that meet the needs, if they are two or more;
* ``SEQUENCE``: `run(history)`, once at the end of a sequence, with its tracks and captures without images.

*Needs* are what must be there for a check to have a meaning; it is not called without, and the report says
``not applicable: no depth``. A need is ``lens``, ``pose`` (of the camera), a channel (``depth``), a key of
`View.extra` (``state``), or a field of objects (``box3d``: some object of the view has it, not null).
What the native reader puts into `View.extra` is listed in `sim.audit.native`.

To add one: write the function in a module of its own, add a line to `CHECKS`, plant the fault it finds in
``tests/audit``. A check yields a measure with `compared` 0, or none, where there is nothing to compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from sim.audit.view import Measure, View

__all__ = ["CHECKS", "Check", "Scope", "meets"]


class Scope(Enum):
    """What a check is called with; see the top of this module."""

    VIEW = "view"
    STEP = "step"
    RIG = "rig"
    SEQUENCE = "sequence"


@dataclass(frozen=True, eq=False)
class Check:
    """One thing that is verified.

    Attributes:
        name: short, with hyphens; in findings, in the table and in ``--json``.
        says: the sentence that holds if there is no finding.
        scope: what `run` is called with.
        needs: what must be there, see the top of this module.
        run: the function.
    """

    name: str
    says: str
    scope: Scope
    needs: tuple[str, ...]
    run: Callable[..., Iterable[Measure]]


def meets(view: View, need: str) -> bool:
    """Whether a view has what a check needs."""
    if need == "lens":
        return view.lens is not None
    if need == "pose":
        return view.world_from_camera is not None
    if need in view.images or view.extra.get(need) is not None:
        return True
    return any(thing.get(need) is not None for thing in view.objects)


CHECKS: tuple[Check, ...] = ()
"""All checks, in the order of the report."""
