"""A kerb line in, the trees, lamps and furniture that stand beside it out; walked as in `worlds.frontage`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sim.errors import UsageError
from sim.randomness import stream
from sim.world import Prop, SignalHead, Tree
from worlds._line import Point, line_between, wanted_positive, wanted_share

__all__ = [
    "KERB_STRIP_M",
    "Disc",
    "discs_around",
    "is_clear",
    "street_furniture",
    "street_lamps",
    "street_trees",
]

Disc = tuple[float, float, float]
"""x, y and radius in metres of a place to keep clear."""

KERB_STRIP_M = 0.8
"""Everything that is not a building stands within this distance of the kerb; beyond it people walk."""

LEAF_TINTS: tuple[tuple[int, int, int], ...] = (
    (108, 122, 72),
    (98, 114, 68),
    (116, 126, 76),
    (92, 105, 66),
    (122, 126, 76),
)

# Free length each kind needs along the kerb, half before and half behind, and its distance from the kerb.
_FOOTPRINTS: dict[str, tuple[float, float]] = {
    "bench": (2.4, 0.50),
    "bin": (1.0, 0.50),
    "bollard": (0.8, 0.35),
    "hydrant": (0.8, 0.40),
    "planter": (1.6, 0.45),
    "cabinet": (1.8, 0.50),
    "bicycle_rack": (4.6, 0.48),
    "cafe_table": (2.2, 0.45),
    "poster_case": (1.8, 0.50),
    "clock": (1.0, 0.45),
    "post_box": (1.0, 0.50),
    "news_box": (1.0, 0.50),
}


def discs_around(items: Iterable[Tree | Prop | SignalHead], radius_m: float) -> tuple[Disc, ...]:
    """Discs to keep clear around things that stand already, for `keep_clear`."""
    return tuple((item.x_m, item.y_m, radius_m) for item in items)


def is_clear(point: Point, discs: Iterable[Disc], margin_m: float = 0.0) -> bool:
    """True if a point lies at least a margin outside of all discs."""
    return all(np.hypot(point[0] - x, point[1] - y) >= r + margin_m for x, y, r in discs)


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
    line = line_between(start_m, end_m)
    wanted_positive("spacing_m", spacing_m)
    wanted_share("leaf_share", leaf_share)
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
        if missing or not is_clear((x_m, y_m), keep_clear):
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
    line = line_between(start_m, end_m)
    wanted_positive("spacing_m", spacing_m)
    rng = stream(seed, "frontage/lamps")
    variant = int(rng.integers(1 << 31))
    out = []
    for s_m in np.arange(spacing_m * float(rng.uniform(0.25, 0.6)), line.length_m - 0.5, spacing_m):
        for shift in (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 4.0, -4.0):
            at = line.at(float(s_m) + shift, offset_m)
            if 0.0 <= s_m + shift <= line.length_m and is_clear(at, keep_clear):
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
    line = line_between(start_m, end_m)
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
        if not is_clear(at, taken, free_m / 2):
            continue
        taken.append((at[0], at[1], free_m / 2))
        out.append(Prop(kind, at[0], at[1], z_m, line.toward_street_rad, 0.0, variant))
    return tuple(out)
