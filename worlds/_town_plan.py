"""Numbers of squares and a generator -> the streets between them, and the piece for each square."""

from __future__ import annotations

import numpy as np

from worlds._town_pieces import PIECES

__all__ = ["town_plan"]

_SIDES = ((1, 0), (0, 1), (-1, 0), (0, -1))


def town_plan(
    rng: np.random.Generator, squares: tuple[int, int], open_share: float, ring_share: float
) -> dict[tuple[int, int], tuple[str, int]]:
    """Column and row of every square -> its kind of piece, and by how many quarters it is turned.

    Args:
        rng: decides.
        squares: columns and rows.
        open_share: share of the streets between squares that is left out; every square keeps two.
        ring_share: share of the places where four streets meet that are roundabouts.
    """
    columns, rows = squares
    cells = [(i, j) for j in range(rows) for i in range(columns)]
    arms = {
        (i, j): {k for k, (dx, dy) in enumerate(_SIDES) if 0 <= i + dx < columns and 0 <= j + dy < rows}
        for i, j in cells
    }
    pairs = [(cell, k) for cell in cells for k in (0, 1) if k in arms[cell]]
    left = round(open_share * len(pairs))
    for n in rng.permutation(len(pairs)).tolist():
        (i, j), k = pairs[n]
        other = (i + _SIDES[k][0], j + _SIDES[k][1])
        if left and min(len(arms[i, j]), len(arms[other])) > 2:
            arms[i, j].discard(k)
            arms[other].discard(k + 2)
            left -= 1
    out = {}
    for cell in cells:
        name, turn = _fitting(arms[cell])
        out[cell] = ("ring" if name == "cross" and rng.random() < ring_share else name), turn
    return out


def _fitting(arms: set[int]) -> tuple[str, int]:
    """A piece and its turn that has these arms."""
    for name, own in PIECES.items():
        for turn in range(4):
            if {(k + turn) % 4 for k in own} == arms:
                return name, turn
    raise ValueError(f"no piece has the arms {sorted(arms)}")
