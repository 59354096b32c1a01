"""How finely a two-wheeler is made, level by level."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LEVELS", "Detail"]


@dataclass(frozen=True)
class Detail:
    """One level of detail.

    Attributes:
        level: 0 near, 1 coarse, 2 far.
        sides: corners of the cross-section of tubes.
        around: segments of wheels.
    """

    level: int
    sides: int
    around: int


LEVELS = (Detail(0, 8, 32), Detail(1, 4, 18), Detail(2, 3, 12))
"""Near, coarse and far, as `mesh_at` tells them apart."""
