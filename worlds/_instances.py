"""A piece of a town, quarter turns and a place -> everything of it moved there, with details of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.world import Building, Crosswalk, GroundPatch, Lane, Marking, Prop, Tree, WalkEdge, WalkNode, World

__all__ = ["Instance", "Moved"]

Ring = tuple[tuple[float, float], ...]
_SEED_STEP = 1_000_003


@dataclass(frozen=True)
class Instance:
    """Where a piece is put.

    Attributes:
        name: unique in the town; ids of what it holds begin with it.
        quarters: quarter turns counter-clockwise.
        x_m, y_m: of its middle.
        seed: added to the seeds of what stands in it.
        floors: added to the floors of its houses.
    """

    name: str
    quarters: int
    x_m: float
    y_m: float
    seed: int
    floors: int = 0


class Moved:
    """A piece as an instance.

    Args:
        world: the piece.
        at: where it is put.

    Attributes:
        lanes, crosswalks, walk_nodes, walk_edges, ground, markings, buildings, trees, props: as in `World`.
    """

    def __init__(self, world: World, at: Instance) -> None:
        self._at, self._turn = at, at.quarters * math.pi / 2
        self._c, self._s = ((1, 0), (0, 1), (-1, 0), (0, -1))[at.quarters % 4]
        network = world.network
        self.lanes = tuple(self._lanes(network.lanes))
        self.crosswalks = tuple(self._crosswalks(network.crosswalks))
        self.walk_nodes = tuple(WalkNode(self._id(n.id), self._xy(*n.xy_m)) for n in network.walk_nodes)
        self.walk_edges = tuple(
            WalkEdge(self._id(e.a), self._id(e.b), e.width_m, self._id(e.crosswalk) if e.crosswalk else "")
            for e in network.walk_edges
        )
        rings = self._rings([patch.outline_m for patch in world.ground])
        self.ground = tuple(
            GroundPatch(one.kind, ring, one.z_m, one.kerb_edges, one.grain_rad)
            for one, ring in zip(world.ground, rings, strict=True)
        )
        rings = self._rings([mark.outline_m for mark in world.markings])
        self.markings = tuple(
            Marking(one.kind, ring, one.z_m, one.wear)
            for one, ring in zip(world.markings, rings, strict=True)
        )
        self.buildings = tuple(self._building(one) for one in world.buildings)
        self.trees = tuple(
            Tree(*self._xy(t.x_m, t.y_m), t.z_m, t.height_m, t.crown_radius_m, t.leaf_srgb, t.leaf_share,
                 self._seed(t.seed), t.species)
            for t in world.trees
        )  # fmt: skip
        self.props = tuple(
            Prop(p.kind, *self._xy(p.x_m, p.y_m), p.z_m, p.yaw_rad + self._turn, p.length_m, p.seed)
            for p in world.props
        )

    def _id(self, name: str) -> str:
        return f"{self._at.name} {name}"

    def _seed(self, seed: int) -> int:
        return (seed + self._at.seed * _SEED_STEP) % 2**31

    def _xy(self, x_m: float, y_m: float) -> tuple[float, float]:
        c, s = self._c, self._s
        return self._at.x_m + c * x_m - s * y_m, self._at.y_m + s * x_m + c * y_m

    def _rings(self, rings: Sequence[Ring]) -> list[Ring]:
        """Outlines, all turned and moved at once."""
        if not rings:
            return []
        c, s = self._c, self._s
        flat = np.concatenate([np.array(ring) for ring in rings])
        x, y = flat.T
        moved = list(
            zip((self._at.x_m + c * x - s * y).tolist(), (self._at.y_m + s * x + c * y).tolist(), strict=True)
        )
        last = np.cumsum([len(ring) for ring in rings]).tolist()
        return [tuple(moved[b - len(ring) : b]) for ring, b in zip(rings, last, strict=True)]

    def _lanes(self, lanes: Sequence[Lane]) -> Iterable[Lane]:
        centers = self._rings([lane.centre_m for lane in lanes])
        for one, center in zip(lanes, centers, strict=True):
            yield Lane(
                self._id(one.id),
                one.kind,
                center,
                one.width_m,
                one.speed_limit_mps,
                tuple(map(self._id, one.successors)),
                turn=one.turn,
                stop_line_s_m=one.stop_line_s_m,
                yields_to=tuple(map(self._id, one.yields_to)),
            )

    def _crosswalks(self, crosswalks: Sequence[Crosswalk]) -> Iterable[Crosswalk]:
        outlines = self._rings([one.outline_m for one in crosswalks])
        for one, outline in zip(crosswalks, outlines, strict=True):
            lanes = tuple((self._id(name), enter, leave) for name, enter, leave in one.lanes)
            ends = self._xy(*one.start_m), self._xy(*one.end_m)
            yield Crosswalk(self._id(one.id), outline, *ends, one.signal, lanes)

    def _building(self, b: Building) -> Building:
        floors = max(1, b.floors + self._at.floors)
        return Building(
            *self._xy(b.x_m, b.y_m), b.yaw_rad + self._turn, b.width_m, b.depth_m, floors, b.ground_floor_m,
            b.floor_m, b.style, b.wall_srgb, b.roof, b.has_shop, self._seed(b.seed), b.has_scaffold,
        )  # fmt: skip
