"""A number in, plate quads out: each character is a quad whose texture coordinates pick a painted glyph.

The plate is filled from edge to edge by quads of equal height, so nothing can overflow its frame.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.atlas import Chart, swatch_uv
from sim.bodies.vehicles.glyphs import BLANK_CELL, GLYPHS, cell_of
from sim.bodies.vehicles.hull import Hull
from sim.bodies.vehicles.pieces import Piece, quads
from sim.bodies.vehicles.proportions import Proportions
from sim.errors import UsageError

__all__ = [
    "MAX_CHARACTERS",
    "PLATE_SIZE_M",
    "check_plate",
    "coarse_plates",
    "draw_plate",
    "far_plates",
    "mounted_plates",
    "plates",
]

Floats = NDArray[np.float64]

PLATE_SIZE_M = (0.52, 0.112)
"""Width and height."""

MAX_CHARACTERS = 10

_RIM_M = 0.012
_WIDEST_CELL_M = 0.052
_SET_BACK_M = 0.004


def check_plate(plate: str) -> None:
    """Raises UsageError unless `plate` can be shown."""
    wrong = sorted(set(plate) - set(GLYPHS))
    if wrong:
        raise UsageError(
            f"vehicle plate {plate!r}: cannot show {', '.join(map(repr, wrong))}; use A-Z, 0-9, space and -"
        )
    if not 1 <= len(plate) <= MAX_CHARACTERS:
        raise UsageError(f"vehicle plate {plate!r} has {len(plate)} characters: wanted 1 to {MAX_CHARACTERS}")


def draw_plate(rng: np.random.Generator) -> str:
    """A number no country gives out, such as ``QX-ZB 417``.

    Args:
        rng: source of the draw.
    """
    first = rng.choice(list("QXZ"), 2)
    second = rng.choice(list("ABCDEFGHKLMNPRSTUVWXYZ"), 2)
    return f"{''.join(first)}-{''.join(second)} {int(rng.integers(100, 1000))}"


def _face(lower_left: Floats, right: Floats, up: Floats, text: str, chart: Chart) -> Piece:
    """The front of a plate: cap, characters, cap from left to right as the reader sees it."""
    width, height = PLATE_SIZE_M
    cell = min(_WIDEST_CELL_M, (width - 2 * _RIM_M) / len(text))
    cap = (width - cell * len(text)) / 2
    edges = np.concatenate([[0.0], cap + cell * np.arange(len(text) + 1), [width]])
    cells = [BLANK_CELL, *(cell_of(c) for c in text), BLANK_CELL]
    corners, uv = [], []
    inset = 0.06
    for start, end, index in zip(edges[:-1], edges[1:], cells, strict=True):
        a, b = lower_left + right * start, lower_left + right * end
        corners.append([a, b, b + up * height, a + up * height])
        c0, c1 = index + inset, index + 1 - inset
        uv.append(chart.uv(np.array([[c0, 0.0], [c1, 0.0], [c1, 1.0], [c0, 1.0]])))
    return quads(np.array(corners), np.array(uv))


def _holder(lower_left: Floats, right: Floats, up: Floats) -> Piece:
    """The dark frame round and behind a plate."""
    out = np.cross(right, up)
    width, height = PLATE_SIZE_M
    rim, depth = 0.008, 0.035
    inner = [
        lower_left,
        lower_left + right * width,
        lower_left + right * width + up * height,
        lower_left + up * height,
    ]
    spread = [-right - up, right - up, right + up, -right + up]
    outer = [c + s * rim for c, s in zip(inner, spread, strict=True)]
    back = [c - out * depth for c in outer]
    sides = []
    for k in range(4):
        j = (k + 1) % 4
        sides.append([outer[k], outer[j], inner[j], inner[k]])
        sides.append([back[k], back[j], outer[j], outer[k]])
    return quads(np.array(sides), swatch_uv("plastic"))


def _mounts(p: Proportions, hull: Hull) -> list[tuple[Floats, Floats, Floats]]:
    """(lower left corner, right, up) of the front and the rear plate as their readers see them."""
    bumper = p.bumper_m
    heights = (bumper - 0.09, bumper + 0.48 * (p.belt_rear_m - bumper))
    out = []
    width, height = PLATE_SIZE_M
    for sign, z in zip((1, -1), heights, strict=True):
        low = np.array([hull.outermost(0, 0.0, z - height / 2, sign), 0.0, z - height / 2])
        high = np.array([hull.outermost(0, 0.0, z + height / 2, sign), 0.0, z + height / 2])
        up = (high - low) / np.linalg.norm(high - low)
        right = np.array([0.0, float(sign), 0.0])
        outward = np.cross(right, up)
        out.append((low + outward * 0.014 - right * width / 2, right, up))
    return out


def plates(p: Proportions, hull: Hull, text: str, chart: Chart) -> list[Piece]:
    """Front face, front holder, rear face, rear holder."""
    return mounted_plates(_mounts(p, hull), text, chart)


def mounted_plates(mounts: Sequence[tuple[Floats, Floats, Floats]], text: str, chart: Chart) -> list[Piece]:
    """Face and holder at each mount: (lower left corner, right, up) as readers see it."""
    out = []
    for lower_left, right, up in mounts:
        out += [_face(lower_left, right, up, text, chart), _holder(lower_left, right, up)]
    return out


def coarse_plates(near: list[Piece]) -> list[Piece]:
    """The result of `plates` with each holder flattened to one dark quad just behind the face."""
    out = []
    for face, holder in zip(near[::2], near[1::2], strict=True):
        # Every second quad of a holder is a strip of its rim, beginning with an outer corner.
        rim = holder.positions_m.reshape(-1, 4, 3)[::2, 0]
        out += [face, quads((rim - _SET_BACK_M * face.normals[0])[None], swatch_uv("plastic"))]
    return out


def far_plates(near: list[Piece]) -> list[Piece]:
    """The result of `plates` with a blank quad for each face and nothing for its holder."""
    out = []
    for face in near[::2]:
        corners, uv = face.positions_m.reshape(-1, 4, 3), face.uv.reshape(-1, 4, 2)
        whole = np.stack([corners[0, 0], corners[-1, 1], corners[-1, 2], corners[0, 3]])
        out.append(quads(whole[None], uv[:1]))
    return out
