"""<planView>, <elevationProfile> and <lateralProfile> -> shapes of the reference line, cubics, shapes."""

from __future__ import annotations

import itertools
import math

import numpy as np

from sim.roads.curves import Arc, Geometry, Line, ParamPoly3, Poly3, Spiral
from sim.roads.opendrive.document import Element
from sim.roads.opendrive.fields import Fields
from sim.roads.pieces import Cubic
from sim.roads.plan_view import MAX_TURN_RAD, PlanView
from sim.roads.road import Shape

__all__ = ["MAX_ROAD_M", "plan_view", "profiles", "shapes"]

MAX_ROAD_M = 1e6
_GAP_M, _KINK_RAD = 0.01, 0.01
_KINDS = ("line", "arc", "spiral", "poly3", "paramPoly3")


def plan_view(fields: Fields, road: Element, length_m: float) -> tuple[Geometry, ...]:
    """The reference line; gaps, kinks and what lies beyond the road's end are noted."""
    element = fields.needed(road, "planView")
    found: list[tuple[Element, Geometry]] = []
    for child in fields.all(element, "geometry"):
        shape = _geometry(fields, child)
        if shape.s_m >= length_m and found:
            fields.note(child, "<geometry> begins at the road's end: left out")
            continue
        found.append((child, shape))
    if not found:
        fields.fail(element, "at least one <geometry> in it")
    fields.ascending([(child, g.s_m) for child, g in found], "s")
    _note_gaps(fields, found, length_m)
    return tuple(g for _, g in found)


def profiles(fields: Fields, road: Element) -> tuple[tuple[Cubic, ...], tuple[Cubic, ...]]:
    """Elevation and superelevation."""
    elevation = fields.cubics(fields.one(road, "elevationProfile"), "elevation")
    return elevation, fields.cubics(fields.one(road, "lateralProfile"), "superelevation")


def shapes(fields: Fields, road: Element) -> tuple[Shape, ...]:
    """Lateral shapes, ascending by s, then t."""
    found = [
        (
            child,
            Shape(
                fields.number(child, "s", low=0.0),
                fields.number(child, "t"),
                *(fields.number(child, k, 0.0) for k in "abcd"),
            ),
        )
        for child in fields.all(fields.one(road, "lateralProfile"), "shape")
    ]
    fields.ascending([(child, shape.s_m) for child, shape in found], "s")
    for (_, before), (child, after) in itertools.pairwise(found):
        if after.s_m == before.s_m and after.t_m < before.t_m:
            fields.fail(child, f"at least {before.t_m:g}, where the one before it begins", "t")
    return tuple(shape for _, shape in found)


def _geometry(fields: Fields, element: Element) -> Geometry:
    s, x, y, heading = (fields.number(element, k) for k in ("s", "x", "y", "hdg"))
    if s < 0:
        fields.fail(element, "a number from 0", "s")
    length = fields.number(element, "length", low=0.0)
    if length > MAX_ROAD_M:
        fields.fail(element, f"a length up to {MAX_ROAD_M:g}", "length")
    kinds = [child for tag in _KINDS for child in fields.all(element, tag)]
    if len(kinds) != 1:
        fields.fail(element, f"one of <{'>, <'.join(_KINDS)}> in it")
    kind, pose = kinds[0], (s, x, y, heading, length)
    if kind.tag == "line":
        return Line(*pose)
    if kind.tag == "poly3":
        a, b, c, d = (fields.number(kind, k, 0.0) for k in "abcd")
        return Poly3(*pose, a, b, c, d)
    if kind.tag == "paramPoly3":
        return _parametric(fields, kind, pose)
    if kind.tag == "arc":
        curvature = fields.number(kind, "curvature")
        _check_turn(fields, kind, abs(curvature) * length, "curvature")
        return Arc(*pose, curvature)
    start, end = fields.number(kind, "curvStart"), fields.number(kind, "curvEnd")
    _check_turn(fields, kind, max(abs(start), abs(end)) * length, "curvStart")
    return Spiral(*pose, start, end)


def _parametric(fields: Fields, kind: Element, pose: tuple[float, ...]) -> ParamPoly3:
    words = ("arcLength", "normalized")
    if kind.attributes.get("pRange") is None:
        fields.note(kind, "<paramPoly3> without pRange: taken as normalized")
    normalized = fields.word(kind, "pRange", words, "normalized") == "normalized"
    ua, ub, uc, ud, va, vb, vc, vd = (fields.number(kind, k + axis) for axis in "UV" for k in "abcd")
    s, x, y, heading, length = pose
    return ParamPoly3(s, x, y, heading, length, (ua, ub, uc, ud), (va, vb, vc, vd), normalized)


def _check_turn(fields: Fields, element: Element, turn_rad: float, attribute: str) -> None:
    if turn_rad > MAX_TURN_RAD:
        fields.fail(element, f"a bend that turns at most {MAX_TURN_RAD:g} rad over its length", attribute)


def _note_gaps(fields: Fields, found: list[tuple[Element, Geometry]], length_m: float) -> None:
    shapes = [g for _, g in found]
    plan = PlanView([shapes])
    rows = np.arange(len(shapes), dtype=np.intp)
    ends = plan.in_piece(rows, np.array([g.length_m for g in shapes]))
    starts = plan.in_piece(rows, np.zeros(len(shapes)))
    for k, ((_, before), (child, after)) in enumerate(itertools.pairwise(found)):
        gap = math.hypot(*(starts.xy_m[k + 1] - ends.xy_m[k]))
        kink = abs(math.remainder(starts.heading_rad[k + 1] - ends.heading_rad[k], math.tau))
        if gap > _GAP_M or abs(before.s_m + before.length_m - after.s_m) > _GAP_M:
            fields.note(child, f"<geometry> does not begin where the one before it ends ({gap:.2g} m off)")
        elif kink > _KINK_RAD:
            fields.note(child, f"<geometry> begins with a kink of {kink:.2g} rad")
    if abs(shapes[-1].s_m + shapes[-1].length_m - length_m) > _GAP_M:
        fields.note(found[-1][0], "<geometry> does not end where its road does")
