"""Lanes and sizes of vehicles -> where bodies that follow two of them get in each other's way.

Origins keep to the center lines, so noses swing out of bends and tails cut in. What counts is therefore where
a body on one lane touches the ground that bodies on the other sweep, for bodies of two sizes.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import shapely
from numpy.typing import NDArray

from sim.agents.lanes import LaneMap
from sim.agents.sweeps import LONG, STEP_M, USUAL, Envelope, Stretches, bodies_along, swept

__all__ = ["LaneConflicts", "junction_gates", "siblings", "turns_back"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]
Envelopes = tuple[Envelope | None, Envelope | None]

_TURNS_BACK_RAD, _BEFORE_CIRCLE_M = 2.5, 4.0


def junction_gates(lanes: LaneMap) -> tuple[Bools, Floats]:
    """Lanes that lead across junctions, and where to wait before these.

    A lane belongs to a junction if it follows a lane with a stop line.

    Returns:
        (L,) bool; (L,) distance along each lane that leads into a junction, inf for the others.
    """
    inside, gate_m = np.zeros(len(lanes.ids), bool), np.full(len(lanes.ids), np.inf)
    for k, lane in enumerate(lanes.lanes):
        if lane.stop_line_s_m >= 0:
            gate_m[k] = lane.stop_line_s_m
            inside[lanes.successors[k][lanes.successors[k] >= 0]] = True
    return inside, gate_m


class LaneConflicts:
    """How lanes of junctions and turning circles get in each other's way.

    Args:
        lanes: the lanes.
        envelopes: of the usual and the long vehicles; None where there are none.

    Attributes:
        is_junction: (L,) bool.
        is_granted: (L,) bool: lanes that nobody enters without a grant: those of junctions and of the turning
            circles, where the noses of long vehicles take all lanes.
        gate_s_m: (L,) where to wait on a lane before the granted lane that it leads into; inf for the others.
        crosses: (L,) bool: granted lanes on which usual vehicles get in each other's way.
        enter_m: of a vehicle's nose along its lane, where it comes into the way of the other; inf if never.
        leave_m: of its tail, where it leaves the other's way; -inf if it never is in it.
        shared_m: for lanes that part, up to where a tail on the first is *on* the second; -inf otherwise.
        siblings: (L, K) lanes that begin where a lane begins, -1 where there are fewer.
        rivals: of each lane those in whose way it leads, whatever the sizes.
    """

    def __init__(self, lanes: LaneMap, envelopes: Envelopes) -> None:
        self._lanes, self._envelopes, self._count = lanes, envelopes, len(lanes.ids)
        self._parents = _parents(lanes)
        self.is_junction, self.gate_s_m = junction_gates(lanes)
        self.is_granted = self.is_junction | turns_back(lanes)
        for k in np.flatnonzero(self.is_granted & ~self.is_junction):
            for parent in self._parents[k]:
                self.gate_s_m[parent] = max(lanes.length_m[parent] - _BEFORE_CIRCLE_M, 0.0)
        self.siblings = siblings(lanes)
        self._tabulate(*self._touching())

    def _touching(self) -> tuple[Ints, Floats, Floats]:
        """(4, K) size and lane of who, size and lane of in whose way; (K,) first and last origin where."""
        wanted = np.flatnonzero(self.is_granted | (self.siblings[:, 0] >= 0)).tolist()
        who, origins_m, rectangles = [], [], []
        for size, lane in product((USUAL, LONG), wanted):
            envelope = self._envelopes[size]
            if envelope is not None:
                s_m, bodies = bodies_along(self._lanes, *self._way(lane), envelope)
                who.append((size, lane))
                origins_m.append(np.tile(s_m, len(bodies)))
                rectangles.append(bodies)
        if not who:
            return np.zeros((4, 0), np.intp), np.zeros(0), np.zeros(0)
        tree = shapely.STRtree([swept(bodies) for bodies in rectangles])
        body, area = tree.query(np.concatenate([b.ravel() for b in rectangles]), predicate="intersects")
        owner = np.repeat(np.arange(len(who)), [len(s_m) for s_m in origins_m])
        apart = np.array(who)[owner[body], 1] != np.array(who)[area, 1]
        body, area = body[apart], area[apart]
        keys, pair = np.unique(owner[body] * len(who) + area, return_inverse=True)
        first, last = np.full(len(keys), np.inf), np.full(len(keys), -np.inf)
        s_m = np.concatenate(origins_m)[body]
        np.minimum.at(first, pair, s_m)
        np.maximum.at(last, pair, s_m)
        return (
            np.concatenate([np.array(who)[keys // len(who)].T, np.array(who)[keys % len(who)].T]),
            first,
            last,
        )

    def _tabulate(self, pairs: Ints, first_m: Floats, last_m: Floats) -> None:
        size, lane, other_size, other = pairs
        nose, tail = np.array([(e.nose_m, e.tail_m) if e else (0.0, 0.0) for e in self._envelopes])[size].T
        enter = first_m + nose - STEP_M
        # Behind the end both are on one lane, or on lanes that have nothing to do with each other.
        leave = np.minimum(last_m + tail + STEP_M, self._lanes.length_m[lane])
        parted = (self.siblings[lane] == other[:, None]).any(1)
        met = ~parted & self.is_granted[lane] & self.is_granted[other]
        self.enter_m = Stretches(self._count, pairs[:, met], enter[met], np.inf)
        self.leave_m = Stretches(self._count, pairs[:, met], leave[met], -np.inf)
        self.shared_m = Stretches(self._count, pairs[:, parted], leave[parted], -np.inf)
        self.rivals = [sorted(set(other[met & (lane == k)].tolist())) for k in range(self._count)]
        self.crosses = np.zeros(self._count, bool)
        self.crosses[lane[met & (size == USUAL) & (other_size == USUAL)]] = True

    def _way(self, lane: int) -> tuple[tuple[int, int, int], float]:
        """The lanes before and after a lane, and how far before it the line to wait at is."""
        before = sorted(self._parents[lane], key=lambda k: (not np.isfinite(self.gate_s_m[k]), k))
        parent = before[0] if before else -1
        gate_m = float(self.gate_s_m[parent]) if before else np.inf
        past_m = float(self._lanes.length_m[parent]) - gate_m if np.isfinite(gate_m) else 0.0
        return (parent, lane, int(self._lanes.successors[lane, 0])), max(past_m, 0.0)


def turns_back(lanes: LaneMap) -> Bools:
    """(L,) bool: lanes round turning circles."""
    out = np.zeros(len(lanes.ids), bool)
    for k in range(len(lanes.ids)):
        _, _, yaw = lanes.points(k)
        out[k] = abs(yaw[-1] - yaw[0]) > _TURNS_BACK_RAD
    return out


def _parents(lanes: LaneMap) -> list[list[int]]:
    out: list[list[int]] = [[] for _ in lanes.ids]
    for k, row in enumerate(lanes.successors):
        for n in row[row >= 0].tolist():
            out[n].append(k)
    return out


def siblings(lanes: LaneMap) -> Ints:
    """(L, K) lanes that begin where a lane begins, -1 where there are fewer."""
    out: list[set[int]] = [set() for _ in lanes.ids]
    for row in lanes.successors:
        own = row[row >= 0].tolist()
        for k in own:
            out[k].update(n for n in own if n != k)
    table = np.full((len(out), max([len(own) for own in out] + [1])), -1, np.intp)
    for k, others in enumerate(out):
        table[k, : len(others)] = sorted(others)
    return table
