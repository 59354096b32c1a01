"""An annotation -> whether formats of what is visible have it, and by which word."""

from __future__ import annotations

from sim.dataset import SequenceInfo
from sim.frame import Annotation
from sim.taxonomy import Label, category

__all__ = ["is_seen", "word_if_seen"]


def is_seen(a: Annotation, info: SequenceInfo) -> bool:
    """Whether an agent has a mask of `SequenceInfo.min_visible_px` pixels or more."""
    return a.mask_rle is not None and a.visible_px >= info.min_visible_px


def word_if_seen(a: Annotation, info: SequenceInfo, target: str) -> Label | None:
    """The word of a target for an agent; None if it has none, or the agent is not seen well enough."""
    return category(a.category).label(target) if is_seen(a, info) else None
