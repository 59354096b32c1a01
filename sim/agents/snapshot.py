"""One moment as everybody sees it, and what they decide: what passes between behavior and motion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.agents.blocks import Blocks
from sim.agents.crossings import Claims, Crossings
from sim.agents.crowd import Crowd
from sim.agents.gaps import Gaps
from sim.agents.lane_change import Moves
from sim.agents.setting import Setting
from sim.agents.traffic import RoadView, Traffic

__all__ = ["Decisions", "Drive", "Snapshot", "Walk"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Drive:
    """What drivers decide, one entry per row of `Traffic`.

    Attributes:
        accel_mps2: (V,) acceleration until the next tick.
        granted: (V,) junction lanes they may enter, see `Traffic.granted`.
        cleared: (V,) bool, see `Traffic.cleared`.
        wait: (V,) `WaitReason`.
        lights: (V,) `Lights`.
        free_s: (V,) see `Traffic.free_s`.
        moves: who begins to move over to the lane beside.
    """

    accel_mps2: Floats
    granted: Ints
    cleared: NDArray[np.bool_]
    wait: NDArray[np.uint8]
    lights: NDArray[np.uint8]
    free_s: Floats
    moves: Moves


@dataclass(frozen=True, eq=False)
class Walk:
    """What people decide, one entry per index in `who`.

    Attributes:
        who: (K,) indices into `Crowd`.
        speed_mps: (K,) wanted speed.
        heading_rad: (K,) wanted heading.
        look_rad: (K,) heading of the head relative to the body.
        wait: (K,) `WaitReason`.
        path: (K, 3) nodes: came from, walking to, then to.
        chosen: (K,) how many nodes were ever chosen.
        waiting_s: (K,) time spent waiting at a kerb.
        stuck_s: (K,) see `Crowd.stuck_s`.
    """

    who: Ints
    speed_mps: Floats
    heading_rad: Floats
    look_rad: Floats
    wait: NDArray[np.uint8]
    path: Ints
    chosen: Ints
    waiting_s: Floats
    stuck_s: Floats

    @staticmethod
    def together(parts: Sequence[Walk], count: int) -> Walk:
        """Decisions of several behaviors as one, in the order of the crowd of `count` people."""
        who = np.concatenate([part.who for part in parts]) if parts else np.zeros(0, np.intp)
        if sorted(who.tolist()) != list(range(count)):
            raise ValueError("every person needs exactly one decision")
        order = np.argsort(who)
        if not parts:
            none = np.zeros(0)
            return Walk(
                who, none, none, none, none.astype(np.uint8), np.zeros((0, 3), np.intp), who, none, none
            )
        columns = {f.name: np.concatenate([getattr(p, f.name) for p in parts])[order] for f in fields(Walk)}
        return Walk(**columns)


@dataclass(frozen=True, eq=False)
class Decisions:
    """What everybody decided on one snapshot."""

    drive: Drive
    walk: Walk


class Snapshot:
    """Everything at one tick. Behaviors read it; nobody changes it.

    Attributes:
        setting: what stays the same.
        crossings: the crossings as tables.
        tick: the clock.
        traffic: who drives.
        crowd: who walks or stands.
        colors: (S,) colours of the signals now.
        gaps: places in mid-block as tables.
        blocks: lanes that those on trajectories and in mid-block take or will take, None if there are none.
    """

    def __init__(
        self,
        setting: Setting,
        crossings: Crossings,
        tick: int,
        traffic: Traffic,
        crowd: Crowd,
        colors: NDArray[np.uint8],
        gaps: Gaps,
        blocks: Blocks | None = None,
    ) -> None:
        self.setting, self.crossings, self.tick, self.gaps = setting, crossings, tick, gaps
        self.traffic, self.crowd, self.colors, self.blocks = traffic, crowd, colors, blocks

    @cached_property
    def road(self) -> RoadView:
        """What drivers see ahead."""
        return RoadView(self.setting, self.traffic)

    @cached_property
    def claims(self) -> Claims:
        """Where people are on crossings."""
        return self.crowd.claims(self.setting, self.crossings)

    @cached_property
    def walkable(self) -> NDArray[np.bool_]:
        """(C,) bool: crossings on which people may step now."""
        out = self.crossings.walkable(self.colors) & self.crossings.clear(self.road)
        return out if self.blocks is None else out & ~self.blocks.crossed
