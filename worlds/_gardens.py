"""A building line and its houses in, what closes gardens and gaps to the pavement out; and garden trees."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sim.randomness import stream
from sim.world import Building, Prop, Tree
from worlds._line import Line, Point, line_between

__all__ = ["closed_gaps", "garden_trees", "gardens"]

_GROUND_Z_M = 0.1
"""Of what lies behind pavements."""
_BEHIND_M = 0.3
"""Enclosures stand this far behind the pavement: nobody who walks there touches them."""
_LEAST_M = 0.6
_BETWEEN = {"bus_stop": (6.4, 1.05), "kiosk": (3.2, 1.7), "dumpster": (4.9, 0.95)}
"""What stands between two enclosures -> length it needs along them, how far behind the pavement it stands."""

_KINDS = (
    ("fence", 0.15),
    ("fence_picket", 0.15),
    ("fence_panel", 0.12),
    ("fence_mesh", 0.09),
    ("fence_rails", 0.08),
    ("garden_wall", 0.18),
    ("hedge", 0.23),
)
"""What closes a lot, with its share."""


def closed_gaps(front: tuple[Point, Point], buildings: Sequence[Building], seed: int) -> tuple[Prop, ...]:
    """Enclosures along the open pieces of a building line, in some a billboard behind them.

    Args:
        front: both ends of the line, carriageway on the right-hand side of who walks it.
        buildings: in the order of the line, their fronts on it.
        seed: picks kinds.
    """
    line, rng = line_between(*front), stream(seed, "worlds/closures")
    edges = [0.0]
    for start_m, end_m in _spans(line, buildings):
        edges += [start_m, end_m]
    edges.append(line.length_m)
    out: list[Prop] = []
    for low_m, high_m in zip(edges[::2], edges[1::2], strict=True):
        if high_m - low_m < 1.0:
            continue
        closed = _closed(line, _kind(rng), low_m + 0.05, high_m - 0.05, rng, booths=True)
        out += closed
        if len(closed) == 1 and high_m - low_m > 5.0 and rng.random() < 0.35:
            what = "billboard" if rng.random() < 0.6 else "advertising_column"
            x_m, y_m = line.at((low_m + high_m) / 2, 1.6)
            out.append(Prop(what, x_m, y_m, _GROUND_Z_M, line.toward_street_rad, 0.0, _seed(rng)))
    return tuple(out)


def gardens(
    fenced: tuple[Point, Point],
    buildings: Sequence[Building],
    garden_m: float,
    seed: int,
    closed: tuple[bool, bool] = (True, True),
) -> tuple[Prop, ...]:
    """Enclosures of the gardens before a row of houses, each lot its own kind, with a gate or a drive.

    Args:
        fenced: both ends of the line along the back of the pavement, walked as in `closed_gaps`.
        buildings: in the order of the line, `garden_m` behind it.
        garden_m: depth of the gardens.
        seed: picks kinds and gates.
        closed: True for ends of the line where a fence leads back to the houses.
    """
    line, rng = line_between(*fenced), stream(seed, "worlds/gardens")
    spans = _spans(line, buildings)
    if not spans:
        return (_along(line, _kind(rng), 0.05, line.length_m - 0.05, _BEHIND_M, rng),)
    bounds = [0.0, *((a[1] + b[0]) / 2 for a, b in pairwise(spans)), line.length_m]
    out: list[Prop] = []
    usual = _kind(rng)
    for (start_m, end_m), (house_m, house_end_m) in zip(pairwise(bounds), spans, strict=True):
        kind = usual if rng.random() < 0.35 else _kind(rng)
        is_drive, share, has_hedge = rng.random() < 0.3, float(rng.uniform(0.2, 0.8)), rng.random() < 0.35
        gate_m, half_m = house_m + share * (house_end_m - house_m), 1.5 if is_drive else 0.6
        way = "driveway" if is_drive else "garden_path"
        x_m, y_m = line.at(gate_m, garden_m / 2)
        out.append(Prop(way, x_m, y_m, _GROUND_Z_M, line.heading_rad, garden_m, _seed(rng)))
        for low_m, high_m in ((start_m, gate_m - half_m), (gate_m + half_m, end_m)):
            if high_m - low_m < _LEAST_M:
                continue
            out += _closed(line, kind, low_m, high_m, rng)
            if has_hedge and kind != "hedge" and garden_m > 2.0:
                out.append(_along(line, "hedge", low_m, high_m, _BEHIND_M + 0.6, rng))
        out += _shrubs(line, (start_m, gate_m - half_m), garden_m, rng)
        out += _shrubs(line, (gate_m + half_m, end_m), garden_m, rng)
    parted = [closed[0], *(rng.random(len(bounds) - 2) < 0.7), closed[1]]
    for s_m, is_parted in zip(bounds, parted, strict=True):
        if garden_m > 2.0 and is_parted:
            side_kind = str(rng.choice(["hedge", "fence_panel", "fence_mesh", "garden_wall"]))
            out.append(_across(line, side_kind, s_m, garden_m, rng))
    return tuple(out)


def garden_trees(fenced: tuple[Point, Point], garden_m: float, seed: int) -> tuple[Tree, ...]:
    """Small trees in gardens deep enough for them, one every 8 m or so; walked as in `closed_gaps`."""
    if garden_m < 3.0:
        return ()
    line, rng = line_between(*fenced), stream(seed, "worlds/garden trees")
    out = []
    for s_m in np.arange(4.0, line.length_m - 3.0, 6.0).tolist():
        along_m, there, hue = s_m + float(rng.uniform(-2.5, 2.5)), rng.random() < 0.7, rng.normal(0, 6, 3)
        height_m = float(rng.uniform(3.2, min(8.0, 2.4 + garden_m)))
        tree_seed = _seed(rng)
        if there:
            x_m, y_m = line.at(along_m, _BEHIND_M + 0.5 * garden_m)
            leaf = [int(c) for c in np.clip(np.array([104, 118, 70]) + hue, 0, 255)]
            tint = (leaf[0], leaf[1], leaf[2])
            out.append(Tree(x_m, y_m, _GROUND_Z_M, height_m, 0.34 * height_m, tint, 1.0, tree_seed))
    return tuple(out)


def _spans(line: Line, buildings: Sequence[Building]) -> list[tuple[float, float]]:
    """Where along the line each building begins and ends."""
    start, along = np.array(line.start_m), np.array([np.cos(line.heading_rad), np.sin(line.heading_rad)])
    first = [float((np.array([b.x_m, b.y_m]) - start) @ along) for b in buildings]
    return [(s_m, s_m + b.width_m) for s_m, b in zip(first, buildings, strict=True)]


def _shrubs(line: Line, between_m: Point, garden_m: float, rng: np.random.Generator) -> list[Prop]:
    """Up to two shrubs on a lawn."""
    low_m, high_m = between_m[0] + 1.0, between_m[1] - 1.0
    out = []
    if high_m - low_m > 1.2 and garden_m > 2.0 and rng.random() < 0.4:
        # Flowers grow at the foot of the house.
        length_m = float(rng.uniform(1.0, min(high_m - low_m, 6.0)))
        x_m, y_m = line.at((low_m + high_m) / 2, garden_m - 0.45)
        out.append(Prop("flower_bed", x_m, y_m, _GROUND_Z_M, line.toward_street_rad, length_m, _seed(rng)))
    for _ in range(int(rng.integers(3)) if high_m > low_m and garden_m > 2.8 else 0):
        x_m, y_m = line.at(float(rng.uniform(low_m, high_m)), float(rng.uniform(1.6, garden_m - 0.9)))
        out.append(Prop("shrub", x_m, y_m, _GROUND_Z_M, 0.0, 0.0, _seed(rng)))
    return out


def _closed(
    line: Line, kind: str, low_m: float, high_m: float, rng: np.random.Generator, *, booths: bool = False
) -> list[Prop]:
    """One enclosure; or now and then two and between them a bus shelter, a kiosk or rubbish containers.

    Args:
        line: the back of the pavement.
        kind: of the enclosure.
        low_m: where it begins.
        high_m: where it ends.
        rng: decides.
        booths: True where kiosks and containers may stand.
    """
    draw = rng.random()
    shares = (("bus_stop", 0.06), ("kiosk", 0.12), ("dumpster", 0.12)) if booths else (("bus_stop", 0.06),)
    for what, share in shares:
        room_m, left_m = _BETWEEN[what]
        if draw < share and high_m - low_m > room_m + 2.0:
            middle_m = (low_m + high_m) / 2
            x_m, y_m = line.at(middle_m, left_m)
            thing = Prop(what, x_m, y_m, _GROUND_Z_M, line.toward_street_rad, 0.0, _seed(rng))
            pieces = ((low_m, middle_m - room_m / 2), (middle_m + room_m / 2, high_m))
            return [thing, *(_along(line, kind, a, b, _BEHIND_M, rng) for a, b in pieces)]
        draw -= share
        if draw < 0.0:
            break
    return [_along(line, kind, low_m, high_m, _BEHIND_M, rng)]


def _along(
    line: Line, kind: str, low_m: float, high_m: float, left_m: float, rng: np.random.Generator
) -> Prop:
    x_m, y_m = line.at((low_m + high_m) / 2, left_m)
    return Prop(kind, x_m, y_m, _GROUND_Z_M, line.toward_street_rad, high_m - low_m, _seed(rng))


def _across(line: Line, kind: str, s_m: float, garden_m: float, rng: np.random.Generator) -> Prop:
    """What parts a garden from the next, from its front to the house."""
    length_m = garden_m - _BEHIND_M - 0.3
    x_m, y_m = line.at(s_m, _BEHIND_M + 0.2 + length_m / 2)
    return Prop(kind, x_m, y_m, _GROUND_Z_M, line.heading_rad, length_m, _seed(rng))


def _kind(rng: np.random.Generator) -> str:
    names, shares = zip(*_KINDS, strict=True)
    return str(rng.choice(names, p=shares))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))
