"""Names of surfaces -> places in the one texture that all two-wheelers share."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import BodyTextures
from sim.bodies.vehicles.atlas import ATLAS_PX, Canvas, Chart, Surface
from sim.bodies.vehicles.glyphs import paint_glyphs

__all__ = ["GLYPH_CHART", "SURFACES", "surface_uv", "textures"]

SURFACES: dict[str, Surface] = {
    "paint": Surface((255, 255, 255), 255, 0.34, 0.045),
    "rubber": Surface((22, 22, 23), 0, 0.85, 0.03),
    "plastic": Surface((24, 24, 26), 0, 0.6, 0.04),
    "alloy": Surface((172, 174, 178), 0, 0.32, 0.5),
    "steel": Surface((104, 104, 106), 0, 0.35, 0.5),
    "chrome": Surface((205, 206, 208), 0, 0.14, 0.65),
    "black": Surface((30, 30, 32), 0, 0.4, 0.05),
    "leather": Surface((86, 52, 30), 0, 0.6, 0.04),
    "seat": Surface((34, 33, 33), 0, 0.65, 0.04),
    "wood": Surface((146, 106, 66), 0, 0.6, 0.04),
    "wicker": Surface((112, 84, 52), 0, 0.75, 0.03),
    "cloth": Surface((40, 58, 84), 0, 0.9, 0.02),
    "white": Surface((222, 222, 218), 0, 0.5, 0.04),
    "gum": Surface((104, 78, 52), 0, 0.85, 0.03),
    "head": Surface((228, 230, 226), 0, 0.12, 0.06, 1.0),
    "tail": Surface((150, 14, 12), 0, 0.2, 0.05, 1.0),
    "amber": Surface((214, 112, 20), 0, 0.2, 0.05, 0.9),
    "mirror": Surface((150, 156, 162), 0, 0.05, 0.75),
    "reflector": Surface((236, 120, 24), 0, 0.2, 0.06),
    "engine": Surface((74, 75, 78), 0, 0.45, 0.4),
    "fabric": Surface((255, 255, 255), 0, 0.9, 0.02),
    "own": Surface((255, 255, 255), 0, 0.4, 0.045),
}
"""What each name looks like; ``paint`` takes the color of the machine, ``fabric`` and
``own`` those of their vertices."""

GLYPH_CHART = Chart((0, 976, ATLAS_PX, 1016), (0.0, 42.0), (0.0, 1.0))
"""Where the characters of plates are, as in the atlas of a car; below all swatches."""

_CELLS = 8
"""Swatches stand in rows of eight: so large that the coarsest mip level in use keeps them apart."""


def surface_uv(name: str) -> NDArray[np.float64]:
    """(2,) texture coordinates of the middle of a surface. KeyError if there is no such surface."""
    row, column = divmod(_index()[name], _CELLS)
    return np.array([(column + 0.5) / _CELLS, 1 - (row + 0.5) / _CELLS])


@cache
def _index() -> dict[str, int]:
    return {name: k for k, name in enumerate(SURFACES)}


@cache
def textures() -> BodyTextures:
    """The texture, as large as that of a car, for all lie in one array on the GPU."""
    return BodyTextures("cycle", _painted)


def _painted() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(albedo, material)."""
    albedo, material = (np.zeros((_CELLS, _CELLS, 4), np.uint8) for _ in range(2))
    for k, surface in enumerate(SURFACES.values()):
        albedo[divmod(k, _CELLS)] = surface.albedo_rgba
        material[divmod(k, _CELLS)] = surface.material_rgba
    canvas = Canvas()
    paint_glyphs(canvas, GLYPH_CHART)
    _, top, _, bottom = GLYPH_CHART.box_px
    out = _grown(albedo), _grown(material)
    for whole, painted in zip(out, canvas.finish(), strict=True):
        whole[top:bottom] = painted[top:bottom]
    return out


def _grown(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    side = ATLAS_PX // _CELLS
    return np.repeat(np.repeat(cells, side, 0), side, 1)
