"""What the scenery builder returns: surfaces (textures) and chunks of triangles, NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.geometry import Mesh

__all__ = ["GROUPS", "SURFACE_PX", "Chunk", "LampSlot", "Luminaire", "Scenery", "Surface"]

SURFACE_PX = 512
"""Every surface texture is a square of this size, so that all fit one texture array."""

GROUPS = ("solid", "cutout", "ground", "decal")
"""Drawing order. `decal` lies on ground and is drawn with a depth offset; `cutout` discards alpha < 0.5."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A tileable texture and where it mirrors.

    Attributes:
        name: for messages and tests.
        albedo: (512, 512, 4) uint8, row 0 at the top; RGB sRGB; A is coverage in the `cutout` group and
            elsewhere the gloss mask: 255 is glass (reflects the sky), 0 is matt.
    """

    name: str
    albedo: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Chunk:
    """Triangles drawn together and culled together (some 30 m of street), world frame.

    Attributes:
        group: one of GROUPS.
        mesh: rigid; `layer` indexes Scenery.surfaces, `part` is 0 or 1 + an index of Scenery.lamps.
    """

    group: str
    mesh: Mesh


@dataclass(frozen=True)
class LampSlot:
    """A lens that glows while `signal` (a name in the RoadNetwork) shows `color` (red, amber, green)."""

    signal: str
    color: str


@dataclass(frozen=True)
class Luminaire:
    """What shines in a street lamp after dark.

    Attributes:
        position_m: (x, y, z) of its middle, world frame.
        yaw_rad: where its arm points to: across the road.
        throws_down: True for a flat head that lights the road alone, False for a lantern.
        temperature_k: color temperature of its light.
    """

    position_m: tuple[float, float, float]
    yaw_rad: float
    throws_down: bool
    temperature_k: float


@dataclass(frozen=True, eq=False)
class Scenery:
    """A world's static geometry.

    Attributes:
        surfaces: at most 64.
        chunks: triangles in world coordinates.
        lamps: at most 255 slots.
        luminaires: one for each street lamp.
        envelopes: outlines of crowns, drawn for the channel `semantic_envelope` alone; None without trees.
    """

    surfaces: tuple[Surface, ...]
    chunks: tuple[Chunk, ...]
    lamps: tuple[LampSlot, ...]
    luminaires: tuple[Luminaire, ...] = ()
    envelopes: Mesh | None = None
