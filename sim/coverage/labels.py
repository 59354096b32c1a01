"""What coverage reads of frames and labels, recorded or imported; `sim.frame` says what the fields mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from sim.geometry import Box2

__all__ = ["LabelledFrame", "LabelledSequence", "Seen"]


class Seen(Protocol):
    """One label; None for what its dataset does not tell."""

    @property
    def instance_id(self) -> int:
        """Of its track."""

    @property
    def category(self) -> str:
        """Dotted category."""

    @property
    def activity(self) -> str:
        """What it is doing, empty if not told."""

    @property
    def box2d_visible(self) -> Box2 | None:
        """Box around what is seen."""

    @property
    def box2d_amodal(self) -> Box2 | None:
        """Box around all of it."""

    @property
    def visible_px(self) -> int | None:
        """Pixels of it that are seen."""

    @property
    def visibility(self) -> float | None:
        """Share of it that is seen."""

    @property
    def truncation(self) -> float | None:
        """Share of it outside the image."""

    @property
    def distance_m(self) -> float | None:
        """From the camera."""


class LabelledFrame(Protocol):
    """One frame."""

    @property
    def captures(self) -> Mapping[str, Any]:
        """Camera -> picture."""

    @property
    def annotations(self) -> Mapping[str, Sequence[Seen]]:
        """Camera -> labels."""


class LabelledSequence(Protocol):
    """One sequence."""

    @property
    def name(self) -> str:
        """Its name."""

    def __iter__(self) -> Iterator[LabelledFrame]:
        """Its frames in order."""
