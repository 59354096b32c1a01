"""Faces of scenery -> which of them shine after dark, and when: a byte a vertex, a function of its place.

The two upper bits tell what shines, the six lower ones are a random number of the window: it is lit while the
share of lit ones is above it. So windows are lit one after the other as night falls, always the same ones.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.geometry import Mesh
from sim.scenery import SURFACE_NAMES
from sim.taxonomy import Semantic

__all__ = ["Glow", "glow_of"]


class Glow(IntEnum):
    """What shines; the upper two bits of a vertex's byte. Byte 0 is what never does."""

    HOME = 0
    SHOP = 1
    FAR = 2  # a wall with painted windows: each has a random number of its own
    SIGN = 3  # lit signs, posters, street lamps


_KINDS = {
    "panes": Glow.HOME,
    "shops": Glow.SHOP,
    "far_facade": Glow.FAR,
    "far_facade_alt": Glow.FAR,
    "shop_names": Glow.SIGN,
}
_LAMP_BYTE = 255  # brighter than signs, and lit before all others


def glow_of(mesh: Mesh) -> NDArray[np.uint8] | None:
    """The byte of each vertex of a chunk of scenery, (V,) uint8; None if nothing in it ever shines."""
    glow = np.zeros(len(mesh.positions_m), np.uint8)
    layer = mesh.layer[mesh.faces[:, 0]]
    for name, kind in _KINDS.items():
        faces = mesh.faces[layer == SURFACE_NAMES.index(name)]
        if len(faces):
            # 1 to 63: a window of byte 0 would never be lit.
            glow[faces] = (int(kind) * 64 + 1 + _random_63(mesh, faces))[:, None]
    plain = mesh.layer == SURFACE_NAMES.index("plain")
    glow[plain & (mesh.semantic == Semantic.LAMP)] = _LAMP_BYTE
    return glow if glow.any() else None


def _random_63(mesh: Mesh, faces: NDArray[np.int32]) -> NDArray[np.uint8]:
    """A number 0..62 for each rectangle, the same for both its triangles: of their longest edge's middle."""
    corners = mesh.positions_m[faces].astype(np.float64)
    following = np.roll(corners, -1, axis=1)
    longest = ((following - corners) ** 2).sum(2).argmax(1)
    rows = np.arange(len(faces))
    middle_cm = np.rint((corners[rows, longest] + following[rows, longest]) * 50).astype(np.int64)
    # Weyl sequences of three irrational steps, then the mixer of SplitMix64 (Steele et al., OOPSLA 2014).
    steps = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
    mixed = (middle_cm.view(np.uint64) * steps).sum(1, dtype=np.uint64)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return np.asarray(mixed % np.uint64(63), np.uint8)
