"""Kerb lines in, what else stands beside them out: signs, railings, bollards, wires on poles, road works.

Lines are walked as in `worlds.frontage`, the carriageway on the right-hand side. Who has such a kerb on the
right drives against the line, so a sign for them faces along it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from sim.randomness import stream
from sim.world import Prop
from worlds._line import Point, line_between
from worlds._parameters import Value
from worlds.kerbside import Disc, is_clear

__all__ = [
    "discs_of",
    "guarded_kerb",
    "kerb_guard",
    "long_railings",
    "overhead_wires",
    "road_works",
    "street_signs",
]

_PAVEMENT_Z_M = 0.12
_GUARD_M = 0.28
_SIGN_M = 0.45
_WORKS_M = 7.0


def street_signs(
    kerb: tuple[Point, Point], p: Mapping[str, Value], seed: int, keep_clear: Sequence[Disc]
) -> tuple[Prop, ...]:
    """Signs on posts along a kerb, most of them for who drives beside it, some for the other direction.

    Args:
        kerb: both ends of the kerb.
        p: parameters of the world: signs_per_100m, parking, speed_limit_kph.
        seed: picks places and kinds.
        keep_clear: places where no post may stand.
    """
    per_100m = float(p["signs_per_100m"])
    if per_100m <= 0.0:
        return ()
    line, rng = line_between(*kerb), stream(seed, "worlds/signs")
    kinds, shares = zip(*_sign_kinds(p), strict=True)
    weights = np.array(shares) / sum(shares)
    out = []
    for s_m in np.arange(50.0 / per_100m, line.length_m - 1.0, 100.0 / per_100m).tolist():
        kind, is_turned = str(rng.choice(kinds, p=weights)), rng.random() < 0.1
        at_m, variant = s_m + float(rng.uniform(-0.35, 0.35)) * 100.0 / per_100m, int(rng.integers(2**31))
        for shift_m in (0.0, 1.0, -1.0, 2.0, -2.0):
            x_m, y_m = line.at(at_m + shift_m, _SIGN_M)
            if 0.5 < at_m + shift_m < line.length_m - 0.5 and is_clear((x_m, y_m), keep_clear):
                # A direction board reaches to its left, which must be over the pavement.
                turned = is_turned and kind != "direction_board"
                yaw_rad = line.heading_rad + (np.pi if turned else 0.0)
                out.append(Prop(kind, x_m, y_m, _PAVEMENT_Z_M, float(yaw_rad), 0.0, variant))
                break
    return tuple(out)


def _sign_kinds(p: Mapping[str, Value]) -> list[tuple[str, float]]:
    """Kinds that suit a street, with their weights."""
    stopping = (
        [("sign_parking", 3.0)] if p["parking"] else [("sign_no_parking", 2.0), ("sign_no_stopping", 1.5)]
    )
    limit = {30.0: "sign_speed30", 50.0: "sign_speed50"}.get(float(p["speed_limit_kph"]), "sign_hazard")
    return [
        *stopping,
        (limit, 1.2),
        ("direction_board", 4.0),
        ("street_names", 1.0),
        ("sign_bus_stop", 0.8),
        ("sign_children", 0.8),
        ("sign_crossing_ahead", 0.8),
        ("sign_hazard", 0.4),
        ("sign_priority", 0.8),
        ("sign_dead_end", 0.6),
        ("sign_no_vehicles", 0.3),
        ("sign_one_way", 0.3),
    ]


def kerb_guard(seed: int) -> str:
    """What keeps people off the carriageway beside crossings in this world: a kind of `Prop` or nothing."""
    draw = stream(seed, "worlds/guard").random()
    return "railing" if draw < 0.6 else "bollard" if draw < 0.8 else ""


def long_railings(
    kerb: tuple[Point, Point], p: Mapping[str, Value], seed: int, keep_clear: Sequence[Disc]
) -> tuple[Prop, ...]:
    """Railings of 8 to 20 m along the kerb of a street without bays, where nobody gets out of a car.

    Args:
        kerb: both ends of the kerb.
        p: parameters of the world: parking, detail_seed.
        seed: picks places.
        keep_clear: places that stay open, crossings above all.
    """
    if p["parking"] or kerb_guard(int(p["detail_seed"])) != "railing":
        return ()
    line, rng = line_between(*kerb), stream(seed, "worlds/railings")
    out: tuple[Prop, ...] = ()
    s_m = float(rng.uniform(2.0, 20.0))
    while s_m < line.length_m - 8.0:
        end_m = min(s_m + float(rng.uniform(8.0, 20.0)), line.length_m - 1.0)
        along = np.arange(s_m, end_m, 1.0)
        # Lamps and trees stand behind a railing, so only what lies at the kerb itself is in its way.
        if all(is_clear(line.at(float(s), _GUARD_M), keep_clear) for s in along):
            out += guarded_kerb("railing", [line.at(s_m, 0.0), line.at(end_m, 0.0)], int(p["detail_seed"]))
        s_m = end_m + float(rng.uniform(5.0, 40.0))
    return out


def guarded_kerb(kind: str, points: Sequence[Point], seed: int) -> tuple[Prop, ...]:
    """A railing or a row of bollards along a kerb.

    Args:
        kind: ``railing``, ``bollard`` or nothing.
        points: of the kerb, the pavement on the left of who walks them.
        seed: picks the form, the same for equal seeds.
    """
    out: list[Prop] = []
    for start, end in pairwise(points) if kind else ():
        line = line_between(start, end)
        if kind == "railing":
            x_m, y_m = line.at(line.length_m / 2, _GUARD_M)
            out.append(Prop(kind, x_m, y_m, _PAVEMENT_Z_M, line.toward_street_rad, line.length_m, seed))
            continue
        for s_m in np.arange(0.4, line.length_m, 1.4).tolist():
            x_m, y_m = line.at(s_m, _GUARD_M + 0.05)
            out.append(Prop(kind, x_m, y_m, _PAVEMENT_Z_M, line.toward_street_rad, 0.0, seed))
    return tuple(out)


def overhead_wires(
    kerb: tuple[Point, Point], seed: int, keep_clear: Sequence[Disc], apart_m: float = 31.0
) -> tuple[Prop, ...]:
    """Poles along a kerb and the wires from each to the next."""
    line, rng = line_between(*kerb), stream(seed, "worlds/wires")
    variant, places = int(rng.integers(2**31)), list[float]()
    for s_m in np.arange(float(rng.uniform(2.0, 9.0)), line.length_m - 1.0, apart_m).tolist():
        for shift_m in (0.0, 1.5, -1.5, 3.0, -3.0):
            if 0.5 < s_m + shift_m < line.length_m and is_clear(line.at(s_m + shift_m, 0.5), keep_clear):
                places.append(s_m + shift_m)
                break
    yaw_rad = line.toward_street_rad
    poles = [Prop("wire_pole", *line.at(s_m, 0.5), _PAVEMENT_Z_M, yaw_rad, 0.0, variant) for s_m in places]
    spans = [
        Prop("wires", *line.at((a + b) / 2, 0.5), _PAVEMENT_Z_M, yaw_rad, b - a, variant)
        for a, b in pairwise(places)
        if b - a < 1.4 * apart_m
    ]
    return (*poles, *spans)


def road_works(kerb: tuple[Point, Point], seed: int, keep_clear: Sequence[Disc]) -> tuple[Prop, ...]:
    """A trench in the kerb strip, now and then: barriers around it, cones at its ends, a sign before it."""
    line, rng = line_between(*kerb), stream(seed, "worlds/road works")
    if rng.random() > 0.15 or line.length_m < 4 * _WORKS_M:
        return ()
    for s_m in rng.uniform(_WORKS_M, line.length_m - 3 * _WORKS_M, 12).tolist():
        spots = [line.at(float(s), 0.45) for s in np.arange(s_m - 1.5, s_m + _WORKS_M + 2.0, 0.5)]
        if all(is_clear(spot, keep_clear) for spot in spots):
            break
    else:
        return ()
    out = []
    for left_m in (0.2, 0.7):
        x_m, y_m = line.at(s_m + _WORKS_M / 2, left_m)
        out.append(Prop("barrier", x_m, y_m, _PAVEMENT_Z_M, line.toward_street_rad, _WORKS_M, seed))
    for along_m in (s_m - 0.15, s_m + _WORKS_M + 0.15):
        x_m, y_m = line.at(along_m, 0.45)
        out.append(Prop("barrier", x_m, y_m, _PAVEMENT_Z_M, line.heading_rad, 0.6, seed))
    for along_m in (s_m - 0.9, s_m + _WORKS_M + 0.9):
        x_m, y_m = line.at(along_m, 0.35)
        out.append(Prop("cone", x_m, y_m, _PAVEMENT_Z_M, 0.0, 0.0, seed))
    x_m, y_m = line.at(s_m + _WORKS_M + 1.6, _SIGN_M)
    out.append(Prop("sign_road_works", x_m, y_m, _PAVEMENT_Z_M, line.heading_rad, 0.0, seed))
    return tuple(out)


def discs_of(props: Iterable[Prop], margin_m: float = 0.6) -> tuple[Disc, ...]:
    """Discs to keep clear around props, those with a length included."""
    out: list[Disc] = []
    for prop in props:
        c, s = float(np.cos(prop.yaw_rad)), float(np.sin(prop.yaw_rad))
        for t_m in np.linspace(
            -prop.length_m / 2, prop.length_m / 2, 1 + int(prop.length_m / margin_m)
        ).tolist():
            out.append((prop.x_m - t_m * s, prop.y_m + t_m * c, margin_m))
    return tuple(out)
