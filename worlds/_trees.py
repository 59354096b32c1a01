"""A season and a street's seed in, which trees stand there and what their leaves look like out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.randomness import stream
from sim.world import Tree

__all__ = ["KINDS", "SEASONS", "SPECIES_CHOICES", "TreeKind", "grown", "in_season", "street_species"]

Hues = tuple[tuple[int, int, int], ...]

SEASONS = ("spring", "summer", "autumn", "winter")
SPECIES_CHOICES = ("mixed", "lime", "plane", "birch", "poplar", "pine", "cherry")
"""Values of the worlds' parameter `tree_species`."""


@dataclass(frozen=True)
class TreeKind:
    """How a species grows in streets.

    Attributes:
        share: of the streets where it is the usual tree.
        heights_m: range beside the kerb.
        girths: range of the crown's radius as a share of the height.
        hues: season -> colors of the leaves to draw from.
        leaf_shares: season -> range of the share of leaves.
    """

    share: float
    heights_m: tuple[float, float]
    girths: tuple[float, float]
    hues: dict[str, Hues]
    leaf_shares: dict[str, tuple[float, float]]


_GREENS: Hues = ((108, 122, 72), (98, 114, 68), (116, 126, 76), (92, 105, 66), (122, 126, 76))
_FRESH: Hues = ((146, 160, 84), (134, 152, 78), (158, 164, 92))
_BLOSSOM: Hues = ((232, 186, 196), (236, 222, 222), (222, 160, 178))
_DECIDUOUS = {"spring": (0.5, 0.85), "summer": (1.0, 1.0), "autumn": (0.3, 0.9), "winter": (0.0, 0.0)}


def _hues(autumn: Hues, spring: Hues = _FRESH, summer: Hues = _GREENS) -> dict[str, Hues]:
    return {"spring": spring, "summer": summer, "autumn": autumn, "winter": summer}


KINDS: dict[str, TreeKind] = {
    "lime": TreeKind(
        0.34, (7.5, 12.5), (0.27, 0.36),
        _hues(((150, 116, 62), (138, 96, 56), (162, 140, 78), (128, 80, 52), (118, 116, 66))), _DECIDUOUS,
    ),
    "plane": TreeKind(
        0.24, (9.0, 14.5), (0.32, 0.42), _hues(((150, 120, 76), (132, 104, 70), (140, 130, 78))), _DECIDUOUS
    ),
    "birch": TreeKind(
        0.14, (8.0, 12.5), (0.21, 0.28), _hues(((176, 156, 78), (164, 142, 72)), summer=((120, 134, 84),)),
        _DECIDUOUS,
    ),
    "poplar": TreeKind(
        0.07, (10.0, 15.0), (0.11, 0.15), _hues(((170, 150, 74), (150, 136, 72))), _DECIDUOUS
    ),
    "pine": TreeKind(
        0.05, (6.0, 10.5), (0.22, 0.3), dict.fromkeys(SEASONS, ((66, 84, 58), (58, 76, 58), (76, 90, 62))),
        dict.fromkeys(SEASONS, (1.0, 1.0)),
    ),
    "cherry": TreeKind(
        0.16, (4.6, 7.0), (0.34, 0.44),
        _hues(((150, 88, 58), (160, 108, 70), (132, 100, 64)), _BLOSSOM),
        _DECIDUOUS,
    ),
}  # fmt: skip
"""Species -> how it grows; shares add up to 1."""


def street_species(choice: str, detail_seed: int) -> tuple[str, ...]:
    """The species of a street: the usual one first, then others that stand between.

    Args:
        choice: one of `SPECIES_CHOICES`.
        detail_seed: of the world; decides where the choice is ``mixed``.
    """
    if choice != "mixed":
        return (choice,)
    rng = stream(detail_seed, "worlds/species")
    names = list(KINDS)
    drawn = rng.choice(names, 3, replace=False, p=[KINDS[name].share for name in names])
    return tuple(str(name) for name in drawn[: int(rng.choice([1, 2, 3], p=[0.45, 0.35, 0.2]))])


def in_season(tree: Tree, species: str, season: str) -> Tree:
    """A tree as one of a species in a season; its own seed picks hue and share of leaves."""
    kind, rng = KINDS[species], stream(tree.seed, "worlds/leaves")
    hues = kind.hues[season]
    hue = np.array(hues[int(rng.integers(len(hues)))]) + rng.normal(0, 5, 3)
    share = float(rng.uniform(*kind.leaf_shares[season]))
    leaf = [int(c) for c in np.clip(hue, 0, 255)]
    return replace(tree, leaf_srgb=(leaf[0], leaf[1], leaf[2]), leaf_share=round(share, 3), species=species)


def grown(
    trees: Sequence[Tree], species: Sequence[str], season: str, room_m: float, *, keeps_height: bool = False
) -> tuple[Tree, ...]:
    """Trees as a street has them: most of its usual species, as large as those grow, in a season.

    Args:
        trees: where they stand; their seeds decide.
        species: the usual one first.
        season: one of `SEASONS`.
        room_m: largest radius of a crown.
        keeps_height: True keeps the heights; otherwise they are those of kerbside trees.
    """
    out = []
    for tree in trees:
        rng = stream(tree.seed, "worlds/growth")
        name = species[0] if rng.random() < 0.8 else species[int(rng.integers(len(species)))]
        kind = KINDS[name]
        height_m, girth = float(rng.uniform(*kind.heights_m)), float(rng.uniform(*kind.girths))
        height_m = tree.height_m if keeps_height else round(height_m, 3)
        sized = replace(tree, height_m=height_m, crown_radius_m=round(min(girth * height_m, room_m), 3))
        out.append(in_season(sized, name, season))
    return tuple(out)
