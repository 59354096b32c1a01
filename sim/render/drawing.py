"""Who is drawn in which pass, and in what order."""

from __future__ import annotations

from panda3d.core import BitMask32, CullBinManager

__all__ = [
    "FIRST_INSTANCE_CODE",
    "MASK_AMODAL",
    "MASK_BEAM",
    "MASK_ENVELOPE",
    "MASK_LABEL",
    "MASK_MOTION",
    "MASK_RGB",
    "MASK_SHADOW",
    "MASK_SHADOW_MOVING",
    "nearest_first",
]

MASK_RGB, MASK_LABEL, MASK_SHADOW, MASK_SHADOW_MOVING, MASK_AMODAL, MASK_MOTION = (
    BitMask32.bit(i) for i in range(1, 7)
)
MASK_BEAM = BitMask32.bit(8)
MASK_ENVELOPE = BitMask32.bit(9)

FIRST_INSTANCE_CODE = 256
"""Label codes below are semantic classes of scenery; code 256 + row is the agent of that row."""

_ORDER = (
    "vehicle",
    "pane",
    "person",
    "solid",
    "glass",
    "lens",
    "cutout",
    "ground",
    "decal",
    "contact",
    "sky",
)
# What is near and hides much first; the ground, which everything stands on, late; the sky last.


def nearest_first(kind: str) -> str:
    """The bin of a kind of surface: near things first, so that what they hide is never shaded."""
    name = f"roadreel-{kind}"
    manager = CullBinManager.get_global_ptr()
    if manager.find_bin(name) < 0:
        manager.add_bin(name, CullBinManager.BT_front_to_back, 100 + _ORDER.index(kind))
    return name
