"""A straight line beside a street in, the buildings, trees, lamps and furniture that stand along it out.

Every line is walked from `start_m` to `end_m` with the carriageway on the *right-hand* side: buildings,
pavement and everything placed here lie on the left of the walker. A street along +X therefore has its north
side laid out from west to east and its south side from east to west.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.randomness import stream
from sim.world import Building, Prop, SignalHead, Tree

__all__ = ["Disc", "discs_around", "row_of_buildings", "street_furniture", "street_lamps", "street_trees"]

Point = tuple[float, float]
Disc = tuple[float, float, float]
"""x, y and radius in metres of a place to keep clear."""

KERB_STRIP_M = 0.8
"""Everything that is not a building stands within this distance of the kerb; beyond it people walk."""

WALL_TINTS: tuple[tuple[int, int, int], ...] = (
    (226, 206, 170),
    (232, 226, 212),
    (205, 190, 176),
    (214, 176, 150),
    (188, 196, 198),
    (236, 220, 186),
    (176, 160, 146),
    (196, 136, 116),
    (160, 168, 150),
    (214, 200, 206),
    (186, 178, 160),
    (242, 238, 230),
)

LEAF_TINTS: tuple[tuple[int, int, int], ...] = (
    (106, 128, 64),
    (92, 120, 60),
    (114, 132, 70),
    (86, 108, 58),
    (124, 132, 68),
)

# Free length each kind needs along the kerb, half before and half behind, and its distance from the kerb.
_FOOTPRINTS: dict[str, tuple[float, float]] = {
    "bench": (2.4, 0.50),
    "bin": (1.0, 0.50),
    "bollard": (0.8, 0.35),
    "hydrant": (0.8, 0.40),
    "planter": (1.6, 0.45),
    "cabinet": (1.8, 0.50),
    "bicycle_rack": (2.6, 0.45),
    "sign_no_parking": (1.0, 0.45),
    "sign_parking": (1.0, 0.45),
    "sign_speed30": (1.0, 0.45),
}


@dataclass(frozen=True)
class _Line:
    start_m: Point
    heading_rad: float
    length_m: float

    def at(self, s_m: float, left_m: float) -> Point:
        """The point `s_m` along the line and `left_m` to its left."""
        c, s = float(np.cos(self.heading_rad)), float(np.sin(self.heading_rad))
        return (self.start_m[0] + s_m * c - left_m * s, self.start_m[1] + s_m * s + left_m * c)

    @property
    def toward_street_rad(self) -> float:
        return self.heading_rad - float(np.pi) / 2


def _line(start_m: Point, end_m: Point) -> _Line:
    dx, dy = end_m[0] - start_m[0], end_m[1] - start_m[1]
    length = float(np.hypot(dx, dy))
    if length < 1e-6:
        raise UsageError(f"start_m {start_m} and end_m {end_m}: wanted two different points")
    return _Line(start_m, float(np.arctan2(dy, dx)), length)


def _share(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise UsageError(f"{name} {value}: wanted a share between 0 and 1")


def _positive(name: str, value: float) -> None:
    if not value > 0.0:
        raise UsageError(f"{name} {value}: wanted a positive number")


def discs_around(items: Iterable[Tree | Prop | SignalHead], radius_m: float) -> tuple[Disc, ...]:
    """Discs to keep clear around things that stand already, for `keep_clear`."""
    return tuple((item.x_m, item.y_m, radius_m) for item in items)


def _is_clear(point: Point, discs: Iterable[Disc], margin_m: float = 0.0) -> bool:
    return all(np.hypot(point[0] - x, point[1] - y) >= r + margin_m for x, y, r in discs)


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

    Returns:
        Buildings in the order of the line; they fill it exactly but for the gaps.

    Raises:
        UsageError: for an empty line, an empty range or a share outside 0..1.
    """
    line = _line(start_m, end_m)
    _positive("depth_m", depth_m)
    _positive("width_min_m", width_min_m)
    _share("shop_share", shop_share)
    _share("gap_share", gap_share)
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
                             shop_share, setback_m))  # fmt: skip
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
    line: _Line,
    s_m: float,
    width_m: float,
    depth_m: float,
    floors_min: int,
    floors_max: int,
    style: str,
    shop_share: float,
    setback_m: float,
) -> Building:
    x_m, y_m = line.at(s_m, float(rng.uniform(0.0, setback_m)) if setback_m > 0.0 else 0.0)
    floors = int(rng.integers(floors_min, floors_max + 1))
    has_shop = bool(rng.random() < shop_share)
    tint = np.array(WALL_TINTS[int(rng.integers(len(WALL_TINTS)))]) * rng.uniform(0.84, 1.02)
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


def street_trees(
    start_m: Point,
    end_m: Point,
    *,
    spacing_m: float,
    height_min_m: float,
    height_max_m: float,
    leaf_share: float,
    seed: int,
    offset_m: float = 0.7,
    z_m: float = 0.12,
    keep_clear: Sequence[Disc] = (),
) -> tuple[Tree, ...]:
    """A row of trees along a kerb.

    Args:
        start_m: where the kerb line begins, carriageway on the right-hand side of who walks it.
        end_m: where it ends.
        spacing_m: mean distance between trunks; some places stay empty.
        height_min_m: least height of a tree.
        height_max_m: largest height of a tree.
        leaf_share: 1 in summer, 0 bare.
        seed: picks places, sizes and hues.
        offset_m: distance of the trunks from the kerb line.
        z_m: height of the pavement.
        keep_clear: places where no trunk may stand.

    Raises:
        UsageError: for an empty line, a range the wrong way round or a share outside 0..1.
    """
    line = _line(start_m, end_m)
    _positive("spacing_m", spacing_m)
    _share("leaf_share", leaf_share)
    if not 1.0 <= height_min_m <= height_max_m:
        raise UsageError(f"height_min_m {height_min_m}, height_max_m {height_max_m}: wanted 1 <= min <= max")
    rng = stream(seed, "frontage/trees")
    tint = np.array(LEAF_TINTS[int(rng.integers(len(LEAF_TINTS)))])
    out = []
    for s_m in np.arange(spacing_m / 2, line.length_m - 1.0, spacing_m):
        jitter, height, girth, hue, missing, tree_seed = (
            rng.uniform(-0.12, 0.12),
            rng.uniform(height_min_m, height_max_m),
            rng.uniform(0.27, 0.36),
            rng.normal(0, 5, 3),
            rng.random() < 0.1,
            int(rng.integers(1 << 31)),
        )
        x_m, y_m = line.at(float(s_m + jitter * spacing_m), offset_m)
        if missing or not _is_clear((x_m, y_m), keep_clear):
            continue
        leaf = [int(c) for c in np.clip(tint + hue, 0, 255)]
        crown = float(height * girth)
        out.append(
            Tree(x_m, y_m, z_m, float(height), crown, (leaf[0], leaf[1], leaf[2]), leaf_share, tree_seed)
        )
    return tuple(out)


def street_lamps(
    start_m: Point,
    end_m: Point,
    *,
    spacing_m: float,
    seed: int,
    offset_m: float = 0.45,
    z_m: float = 0.12,
    keep_clear: Sequence[Disc] = (),
) -> tuple[Prop, ...]:
    """Street lamps along a kerb, their arms over the carriageway.

    Args:
        start_m: where the kerb line begins, carriageway on the right-hand side of who walks it.
        end_m: where it ends.
        spacing_m: distance between lamps.
        seed: picks the first place and the kind of lamp, the same for the whole row.
        offset_m: distance of the poles from the kerb line.
        z_m: height of the pavement.
        keep_clear: places where no pole may stand; a lamp moves along the kerb by up to 4 m to find another.

    Raises:
        UsageError: for an empty line or spacing.
    """
    line = _line(start_m, end_m)
    _positive("spacing_m", spacing_m)
    rng = stream(seed, "frontage/lamps")
    variant = int(rng.integers(1 << 31))
    out = []
    for s_m in np.arange(spacing_m * float(rng.uniform(0.25, 0.6)), line.length_m - 0.5, spacing_m):
        for shift in (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 4.0, -4.0):
            at = line.at(float(s_m) + shift, offset_m)
            if 0.0 <= s_m + shift <= line.length_m and _is_clear(at, keep_clear):
                out.append(Prop("lamp", at[0], at[1], z_m, line.toward_street_rad, 0.0, variant))
                break
    return tuple(out)


def street_furniture(
    start_m: Point,
    end_m: Point,
    *,
    per_100m: float,
    seed: int,
    kinds: Sequence[str] = ("bin", "bench", "bollard", "bicycle_rack", "cabinet", "planter", "hydrant"),
    z_m: float = 0.12,
    keep_clear: Sequence[Disc] = (),
) -> tuple[Prop, ...]:
    """Furniture in the strip beside the kerb, nothing of it more than `KERB_STRIP_M` away from the kerb line.

    Args:
        start_m: where the kerb line begins, carriageway on the right-hand side of who walks it.
        end_m: where it ends.
        per_100m: how many pieces stand on 100 m.
        seed: picks places and kinds.
        kinds: kinds of Prop to draw from.
        z_m: height of the pavement.
        keep_clear: places to stay away from (trees, lamps, crossings, doors).

    Raises:
        UsageError: for an empty line, a negative density or a kind that does not belong beside the kerb.
    """
    line = _line(start_m, end_m)
    if per_100m < 0.0:
        raise UsageError(f"per_100m {per_100m}: wanted 0 or more")
    unknown = [kind for kind in kinds if kind not in _FOOTPRINTS]
    if unknown:
        raise UsageError(f"kinds {unknown}: wanted some of {', '.join(sorted(_FOOTPRINTS))}")
    rng = stream(seed, "frontage/furniture")
    taken = list(keep_clear)
    out = []
    for _ in range(round(per_100m * line.length_m / 100.0)):
        kind = kinds[int(rng.integers(len(kinds)))]
        free_m, offset_m = _FOOTPRINTS[kind]
        s_m, variant = float(rng.uniform(1.0, max(1.0, line.length_m - 1.0))), int(rng.integers(1 << 31))
        at = line.at(s_m, offset_m)
        if not _is_clear(at, taken, free_m / 2):
            continue
        taken.append((at[0], at[1], free_m / 2))
        # Who has this kerb on the right drives against the line, so a sign faces along it.
        yaw = line.heading_rad if kind.startswith("sign_") else line.toward_street_rad
        out.append(Prop(kind, at[0], at[1], z_m, yaw, 0.0, variant))
    return tuple(out)
