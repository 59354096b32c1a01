"""A straight line beside a street in, the row of buildings along it out; kerbside things come with it.

Every line is walked from `start_m` to `end_m` with the carriageway on the *right-hand* side: buildings,
pavement and everything placed here lie on the left of the walker. A street along +X therefore has its north
side laid out from west to east and its south side from east to west.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.randomness import stream
from sim.world import Building
from worlds._line import Line, Point, line_between, wanted_positive, wanted_share
from worlds.kerbside import (
    KERB_STRIP_M,
    Disc,
    discs_around,
    street_furniture,
    street_lamps,
    street_trees,
)

__all__ = [
    "KERB_STRIP_M",
    "WALL_TINTS",
    "Disc",
    "discs_around",
    "row_of_buildings",
    "street_furniture",
    "street_lamps",
    "street_trees",
]

WALL_TINTS: tuple[tuple[int, int, int], ...] = (
    (226, 206, 170),
    (232, 226, 212),
    (205, 190, 176),
    (214, 176, 150),
    (188, 193, 195),
    (236, 220, 186),
    (176, 160, 146),
    (208, 158, 138),
    (168, 170, 160),
    (208, 202, 202),
    (186, 178, 160),
    (242, 238, 230),
    (154, 110, 92),
    (150, 164, 160),
    (222, 196, 130),
    (196, 128, 104),
    (118, 122, 120),
    (166, 176, 150),
    (132, 146, 164),
)
"""Colors of painted walls, 0..255."""


def row_of_buildings(
    start_m: Point,
    end_m: Point,
    *,
    depth_m: float,
    floors_min: int,
    floors_max: int,
    styles: Sequence[str],
    shop_share: float,
    gap_share: float,
    seed: int,
    setback_m: float = 0.0,
    width_min_m: float = 9.0,
    width_max_m: float = 20.0,
    tints: Sequence[tuple[int, int, int]] = WALL_TINTS,
) -> tuple[Building, ...]:
    """Fill a building line with fronts of different width, height, style and color.

    Args:
        start_m: where the line of the fronts begins, street on the right-hand side of who walks it.
        end_m: where it ends.
        depth_m: depth of the blocks; each differs by up to 15 %.
        floors_min: least number of floors.
        floors_max: largest number of floors.
        styles: names of facade styles, `sim.scenery.FACADE_STYLES` or some of them.
        shop_share: share of the buildings with shops on the ground floor.
        gap_share: share of the line that stays open between buildings.
        seed: picks everything that is free.
        setback_m: each front stands back from the line by 0 to this much.
        width_min_m: least width, before all are stretched to fill the line.
        width_max_m: largest width, before all are stretched to fill the line.
        tints: colors of painted walls to draw from, each varied a little.

    Returns:
        Buildings in the order of the line; they fill it exactly but for the gaps.

    Raises:
        UsageError: for an empty line, an empty range or a share outside 0..1.
    """
    line = line_between(start_m, end_m)
    wanted_positive("depth_m", depth_m)
    wanted_positive("width_min_m", width_min_m)
    wanted_share("shop_share", shop_share)
    wanted_share("gap_share", gap_share)
    if not 1 <= floors_min <= floors_max:
        raise UsageError(f"floors_min {floors_min}, floors_max {floors_max}: wanted 1 <= min <= max")
    if width_max_m < width_min_m:
        raise UsageError(f"width_max_m {width_max_m}: wanted at least width_min_m ({width_min_m})")
    if not styles:
        raise UsageError("styles (): wanted at least one facade style")
    rng = stream(seed, "frontage/buildings")
    built_m = line.length_m * (1.0 - gap_share)
    if built_m < 1.0:
        return ()
    count = max(1, round(built_m / (0.5 * (width_min_m + width_max_m))))
    widths = rng.uniform(width_min_m, width_max_m, count)
    widths *= built_m / widths.sum()
    gaps = _gaps(rng, line.length_m - built_m, count)
    out = []
    s_m = 0.0
    previous_style = ""
    for width, gap in zip(widths, gaps, strict=True):
        s_m += float(gap)
        others = [name for name in styles if name != previous_style] or list(styles)
        previous_style = others[int(rng.integers(len(others)))]
        out.append(_building(rng, line, s_m, float(width), depth_m, floors_min, floors_max, previous_style,
                             shop_share, setback_m, tints))  # fmt: skip
        s_m += float(width)
    return tuple(out)


def _gaps(rng: np.random.Generator, open_m: float, count: int) -> NDArray[np.float64]:
    """Open length before each building, and (implied) the rest behind the last: some 6 m a gap."""
    gaps = np.zeros(count)
    if open_m > 0.0:
        number = int(np.clip(round(open_m / 6.0), 1, count))
        where = rng.choice(count, number, replace=False)
        gaps[where] = rng.uniform(0.5, 1.5, number)
        gaps *= open_m / gaps.sum()
    return gaps


def _building(
    rng: np.random.Generator,
    line: Line,
    s_m: float,
    width_m: float,
    depth_m: float,
    floors_min: int,
    floors_max: int,
    style: str,
    shop_share: float,
    setback_m: float,
    tints: Sequence[tuple[int, int, int]],
) -> Building:
    x_m, y_m = line.at(s_m, float(rng.uniform(0.0, setback_m)) if setback_m > 0.0 else 0.0)
    floors = int(rng.integers(floors_min, floors_max + 1))
    has_shop = bool(rng.random() < shop_share)
    tint = np.array(tints[int(rng.integers(len(tints)))]) * rng.uniform(0.84, 1.02)
    wall = tuple(int(c) for c in np.clip(tint + rng.normal(0, 3, 3), 0, 255))
    return Building(
        x_m=x_m,
        y_m=y_m,
        yaw_rad=line.heading_rad,
        width_m=width_m,
        depth_m=depth_m * float(rng.uniform(0.85, 1.0)),
        floors=floors,
        ground_floor_m=float(rng.uniform(3.7, 4.4) if has_shop else rng.uniform(3.0, 3.7)),
        floor_m=float(rng.uniform(2.85, 3.35)),
        style=style,
        wall_srgb=(wall[0], wall[1], wall[2]),
        roof="pitched" if style != "modern" and rng.random() < 0.62 else "flat",
        has_shop=has_shop,
        seed=int(rng.integers(1 << 31)),
    )
