"""Name of a quality -> what color is drawn with. Labels are the same bytes in every quality.

Geometry, its level of detail, the places of cameras and the masks of leaves do not depend on it: a scenario
looked at in `draft` and filmed in `high` has one set of labels. What each costs: `tools/bench.py --quality`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario import QUALITIES

__all__ = ["Quality", "quality_of"]


@dataclass(frozen=True)
class Quality:
    """What color is drawn with.

    Attributes:
        smooths_edges: whether edges are smoothed.
        standing_shadow_px: side of the shadow map of what stands; it covers the whole street.
        moving_shadow_px: side of the shadow map of what moves.
        moving_shadow_m: how much of the street before the camera it covers.
        soft_shadows: whether the four nearest texels of a shadow map are blended.
        blends_mip_levels: whether textures are blended between two sizes, or the better one is taken.
        anisotropy: most samples of a texture seen at a glance.
    """

    smooths_edges: bool
    standing_shadow_px: int
    moving_shadow_px: int
    moving_shadow_m: float
    soft_shadows: bool
    blends_mip_levels: bool
    anisotropy: int


_QUALITIES = dict(
    zip(
        QUALITIES,
        (
            Quality(False, 2048, 512, 32.0, False, False, 1),
            Quality(True, 4096, 1024, 64.0, True, True, 1),
            Quality(True, 8192, 4096, 64.0, True, True, 16),
        ),
        strict=True,
    )
)


def quality_of(name: str) -> Quality:
    """The quality of a scenario, `sim.scenario.QUALITIES`.

    Raises:
        KeyError: there is none of that name.
    """
    return _QUALITIES[name]
