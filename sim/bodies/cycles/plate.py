"""A motor cycle's number in, its plate out: two lines of characters on a card behind the tail lamp."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.cycles.models import Measures
from sim.bodies.cycles.surfaces import GLYPH_CHART, surface_uv
from sim.bodies.vehicles.glyphs import BLANK_CELL, cell_of
from sim.bodies.vehicles.pieces import Piece, quads

__all__ = ["PLATE_SIZE_M", "has_plate", "number_piece", "plate_m", "tail_m"]

Floats = NDArray[np.float64]

PLATE_SIZE_M = (0.19, 0.15)
"""Width and height of the blank plate."""
_FACE_M, _BEHIND_M = (0.18, 0.14), 0.0045
"""Of the card with the characters, and how far it lies behind the middle of the blank plate."""
_WIDEST_CELL_M = 0.04
_TAIL_M = {0: (-0.20, -0.06), 1: (-0.30, -0.06)}
"""Tail lamps of motorcycles from the rear axle and from the saddle, by variant."""
_SCOOTER_PLATE_M = (-0.40, 0.0, 0.42)


def has_plate(shape: str) -> bool:
    """Whether machines of a shape carry numbers."""
    return shape in ("motorcycle", "motor_scooter")


def tail_m(m: Measures) -> tuple[float, float]:
    """X and z of the tail lamp of a motorcycle."""
    x, below = _TAIL_M[m.variant]
    return x, m.saddle_m[1] + below


def plate_m(m: Measures) -> tuple[float, float, float]:
    """The middle of the blank plate of a motorcycle or motor scooter."""
    if m.shape == "motor_scooter":
        return _SCOOTER_PLATE_M
    x, z = tail_m(m)
    return x - 0.05, 0.0, z - 0.16


def number_piece(m: Measures, text: str) -> Piece:
    """Two lines of characters as their reader behind sees them; the card's other side is blank.

    Args:
        m: of the machine.
        text: one to ten characters; a space near the middle is where the first line ends.
    """
    x, _, z = plate_m(m)
    width, height = _FACE_M
    lines = _lines(text)
    faces, uv = [], []
    for k, line in enumerate(lines):
        low, high = (z + height * (0.5 - j / len(lines)) for j in (k + 1, k))
        cell = min(_WIDEST_CELL_M, (width - 0.01) / len(line))
        run = cell * len(line)
        # Readers look forward: their right is -y.
        edges = np.array([width / 2, *(run / 2 - cell * np.arange(len(line) + 1)), -width / 2])
        for a, b, index in zip(edges, edges[1:], [BLANK_CELL, *map(cell_of, line), BLANK_CELL], strict=False):
            at = x - _BEHIND_M
            faces.append([[at, a, low], [at, b, low], [at, b, high], [at, a, high]])
            c0, c1 = index + 0.06, index + 0.94
            uv.append(GLYPH_CHART.uv(np.array([[c0, 0.0], [c1, 0.0], [c1, 1.0], [c0, 1.0]])))
    corners = np.array(faces)
    blank = np.broadcast_to(surface_uv("white"), (len(corners), 4, 2))
    return quads(np.concatenate([corners, corners[:, ::-1]]), np.concatenate([np.array(uv), blank]))


def _lines(text: str) -> list[str]:
    """One line of up to four characters or two, parted at a space if there is one inside."""
    first, space, rest = text.strip().partition(" ")
    if space and rest.strip():
        return [first, rest.strip()]
    if len(first) <= 4:
        return [first or " "]
    middle = (len(first) + 1) // 2
    return [first[:middle], first[middle:]]
