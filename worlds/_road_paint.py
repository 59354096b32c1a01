"""Places on lanes in, arrows and words painted on them out; letters are the project's own strokes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import shapely

from sim.scenery import GLYPHS
from sim.world import Marking
from worlds._line import Point

__all__ = ["arrow", "word"]

_SHAFT_M, _HEAD_M, _LENGTH_M = 0.15, 0.6, 4.4
_LETTER_M, _PITCH_M, _HEIGHT_M, _STROKE_M = 0.45, 0.66, 1.9, 0.13
_WEAR = 0.3


def arrow(foot_m: Point, heading_rad: float, turns: Iterable[str], wear: float = _WEAR) -> Marking:
    """An arrow with a head for every turn that may be taken.

    Args:
        foot_m: where its shaft begins, on the middle of the lane.
        heading_rad: where traffic goes.
        turns: some of ``straight``, ``left``, ``right``.
        wear: share of the paint that is gone.
    """
    chosen = tuple(turns)
    if not chosen:
        raise ValueError("an arrow wants at least one turn")
    parts = []
    for turn in chosen:
        if turn == "straight":
            parts.append(shapely.box(0.0, -_SHAFT_M / 2, _LENGTH_M - 1.2, _SHAFT_M / 2))
            tip = [(_LENGTH_M - 1.2, -_HEAD_M / 2), (_LENGTH_M, 0.0), (_LENGTH_M - 1.2, _HEAD_M / 2)]
            parts.append(shapely.Polygon(tip))
            continue
        side = 1.0 if turn == "left" else -1.0
        parts.append(shapely.box(0.0, -_SHAFT_M / 2, 1.9, _SHAFT_M / 2))
        bend = shapely.LineString([(1.85, 0.0), (2.5, 0.42 * side)])
        parts.append(shapely.buffer(bend, 0.8 * _SHAFT_M, cap_style="flat"))
        tip = [(2.1, 0.55 * side), (2.95, 0.85 * side), (2.75, 0.15 * side)]
        parts.append(shapely.Polygon(tip))
    return _painted(shapely.union_all(parts), foot_m, heading_rad, wear)


def word(text: str, foot_m: Point, heading_rad: float, wear: float = _WEAR) -> tuple[Marking, ...]:
    """A word to be read by who drives over it.

    Args:
        text: letters and digits of `sim.scenery.GLYPHS`.
        foot_m: the middle of its lower edge.
        heading_rad: where traffic goes.
        wear: share of the paint that is gone.
    """
    wide = _PITCH_M * (len(text) - 1) + _LETTER_M
    strokes = []
    for k, letter in enumerate(text):
        for stroke in GLYPHS[letter]:
            # Glyphs run right and down from their top left corner; ahead is up, right is negative y.
            line = [(1.0 - y, wide / 2 - (k * _PITCH_M + x / 0.6 * _LETTER_M)) for x, y in stroke]
            strokes += [shapely.LineString(ends) for ends in pairwise(line)]
    areas = [shapely.buffer(stroke, _STROKE_M / 2, cap_style="square") for stroke in strokes]
    # Letters are drawn out along the road, for eyes close to it.
    long = [shapely.transform(area, lambda xy: xy * [_HEIGHT_M, 1.0]) for area in areas]
    return tuple(_painted(area, foot_m, heading_rad, wear) for area in long)


def _painted(area: shapely.Geometry, foot_m: Point, heading_rad: float, wear: float) -> Marking:
    """A polygon turned and moved to where it belongs."""
    c, s = float(np.cos(heading_rad)), float(np.sin(heading_rad))
    ring = shapely.get_coordinates(shapely.orient_polygons(area))[:-1]
    turned = (ring @ np.array([[c, s], [-s, c]]) + np.array(foot_m)).round(4)
    return Marking("arrow", tuple((float(x), float(y)) for x, y in turned), wear=wear)
