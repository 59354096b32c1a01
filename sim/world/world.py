"""A world: road network, ground and what stands on it. A frozen value, cheap to build."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from sim.world.road import RoadNetwork
from sim.world.statics import Building, GroundPatch, Marking, Prop, SignalHead, Tree

__all__ = ["Origin", "Recipe", "World"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Origin:
    """Where the world's (0, 0, 0) lies on the globe (WGS 84). The default is open sea: nobody's street."""

    latitude_deg: float = 0.0
    longitude_deg: float = -30.0
    altitude_m: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """How the world was made: `worlds.<name>.build(**parameters)` gives it again.

    Attributes:
        name: the world's registered name.
        parameters: every argument of `build`, plain values (numbers, strings, booleans).
    """

    name: str
    parameters: Mapping[str, int | float | str | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """The static part of a scenario.

    Attributes:
        recipe: what made it.
        network: lanes, signals, crossings, pavements.
        ground: patches of ground; later ones lie on earlier ones where they overlap.
        markings, buildings, trees, props, signal_heads: what stands there.
        surface_seed: picks the textures of asphalt, paving and walls of this street.
        bounds_m: (x0, y0, x1, y1) of everything worth a shadow.
        cameras: named fixed viewpoints: name -> (x, y, z, yaw_rad, pitch_rad), pitch positive downward.
        origin: where (0, 0, 0) lies on the globe.
        focus_m: (x, y) of where life is densest, to populate the street from.
        population: what is usual here where it is not what is usual everywhere: ``parked``, ``people``,
            ``playing_share`` and so on, as in `sim.scenario.population.default_scenario`.
        people: shares of people that are usual here, as in `sim.bodies.people.PersonShares`, for those that
            are not what is usual everywhere: ``child`` and so on.
        detail_m: beyond this distance from `focus_m` houses and trees are drawn coarsely, and what is small
            is not drawn at all.
        surroundings: what lies beyond and behind: ``town`` (houses) or ``country`` (fields and woods).
    """

    recipe: Recipe
    network: RoadNetwork
    ground: tuple[GroundPatch, ...]
    markings: tuple[Marking, ...]
    buildings: tuple[Building, ...]
    trees: tuple[Tree, ...]
    props: tuple[Prop, ...]
    signal_heads: tuple[SignalHead, ...]
    surface_seed: int
    bounds_m: tuple[float, float, float, float]
    cameras: Mapping[str, tuple[float, float, float, float, float]] = field(default_factory=dict)
    origin: Origin = Origin()
    focus_m: tuple[float, float] = (0.0, 0.0)
    population: Mapping[str, int | float] = field(default_factory=dict)
    people: Mapping[str, float] = field(default_factory=dict)
    surroundings: str = "town"
    detail_m: float = math.inf

    def ground_height_m(self, xy_m: Floats) -> Floats:
        """Height of the ground below points.

        Args:
            xy_m: (N, 2) world coordinates.

        Returns:
            (N,) float64 metres; 0 outside every patch.
        """
        # What lies outside every patch has height 0 too.
        level = sum(1 for _ in itertools.takewhile(lambda patch: patch.z_m == 0, self.ground))
        heights = np.array([*(patch.z_m for patch in self.ground), 0.0])
        return heights[self._top_patch(xy_m, level)]

    def ground_patch(self, xy_m: Floats) -> NDArray[np.intp]:
        """Which patch of the ground lies on top at points.

        Args:
            xy_m: (N, 2) world coordinates.

        Returns:
            (N,) intp indices in `ground`; -1 outside every patch.
        """
        return self._top_patch(xy_m, 0)

    def _top_patch(self, xy_m: Floats, first: int) -> NDArray[np.intp]:
        """(N,) `ground_patch` among the patches from `first` on."""
        out = np.full(len(xy_m), -1, np.intp)
        point, patch = self._boxes.query(shapely.points(xy_m))
        if not len(patch):
            return out
        order = np.argsort(patch, kind="stable")
        point, patch = point[order], patch[order]
        starts = np.flatnonzero(np.r_[True, patch[1:] != patch[:-1]])
        for a, b in zip(starts, [*starts[1:], len(patch)], strict=True):
            k, near = int(patch[a]), point[a:b]
            if k >= first:
                out[near[_inside(*self._rings[k][0], xy_m[near])]] = k
        return out

    @cached_property
    def _boxes(self) -> shapely.STRtree:
        """The bounds of every patch."""
        low, high = (np.array([ring[n] for ring in self._rings]).reshape(-1, 2) for n in (1, 2))
        return shapely.STRtree(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))

    @cached_property
    def _rings(self) -> list[tuple[tuple[Floats, Floats], Floats, Floats]]:
        """Per patch: starts and ends of its edges, its bounds."""
        rings = []
        for patch in self.ground:
            start = np.array(patch.outline_m)
            rings.append(((start, np.roll(start, -1, 0)), start.min(0), start.max(0)))
        return rings


def _inside(a: Floats, b: Floats, points: Floats) -> NDArray[np.bool_]:
    """Even-odd test of points (N, 2) against the edges a -> b, (K, 2) each, of a ring."""
    x, y = points[:, :1], points[:, 1:]
    straddles = (a[:, 1] > y) != (b[:, 1] > y)
    rise = b[:, 1] - a[:, 1]
    cut = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / np.where(rise == 0, 1.0, rise)
    return np.asarray((straddles & (x < cut)).sum(1) % 2 == 1)
