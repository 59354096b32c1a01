"""Lanes -> arrays: position, heading, curvature and safe speed at any distance along any lane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.world import Lane

__all__ = ["LaneMap"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_STEP_M = 0.5
_LATERAL_MPS2 = 2.2
"""Comfortable lateral acceleration in curves."""
_EASE_OVER_M, _FADE_M = 8.0, 7.0
_EASE_MPS2 = 1.3
"""Deceleration with which drivers approach a curve."""


class LaneMap:
    """Every lane resampled at equal steps, all in one set of arrays.

    Attributes:
        ids: lane ids in the order of `Lane` indices used everywhere in `sim.agents`.
        length_m: (L,) length of each lane.
        width_m: (L,) width of each lane.
        speed_limit_mps: (L,).
        successors: (L, K) int, indices of following lanes, -1 where there are fewer than K.
        beside: (L, 2) int, lanes to the left and right driven in the same direction, -1 where there is none.
    """

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.lanes = tuple(lanes)
        self.ids = tuple(lane.id for lane in lanes)
        self._index = {name: k for k, name in enumerate(self.ids)}
        self._trees: dict[int, cKDTree] = {}
        sampled = [_resampled(np.array(lane.centre_m)) for lane in lanes]
        self.length_m = np.array([length for _, length in sampled])
        self.width_m = np.array([lane.width_m for lane in lanes])
        self.speed_limit_mps = np.array([lane.speed_limit_mps for lane in lanes])
        widest = max((len(lane.successors) for lane in lanes), default=0)
        self.successors = np.full((len(lanes), max(1, widest)), -1, np.intp)
        for k, lane in enumerate(lanes):
            self.successors[k, : len(lane.successors)] = [self._index[name] for name in lane.successors]
        names = [(lane.left, lane.right) for lane in lanes]
        sides = [[self._index.get(name, -1) for name in pair] for pair in names]
        self.beside = np.array(sides, np.intp).reshape(-1, 2)
        counts = np.array([len(points) for points, _ in sampled])
        self._first = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
        self._steps = (counts - 1).astype(np.intp)
        self._step_m = self.length_m / np.maximum(self._steps, 1)
        self._xy = np.concatenate([points for points, _ in sampled])
        headings = [_headings(points) for points, _ in sampled]
        self._yaw = np.concatenate(headings)
        self._curvature = np.concatenate(
            [np.gradient(yaw, step) for yaw, step in zip(headings, self._step_m, strict=True)]
        )
        self._bend = np.concatenate(
            [_eased_bend(self.curvature_of(k), step) for k, step in enumerate(self._step_m)]
        )
        self._cap = np.concatenate([self._speed_caps(k) for k in range(len(lanes))])

    def index(self, lane_id: str) -> int:
        """Index of a lane; KeyError if there is none of this id."""
        return self._index[lane_id]

    def position(self, lane: Ints, s_m: Floats) -> tuple[Floats, Floats]:
        """(N, 2) world positions and (N,) headings at distances along lanes."""
        low, share = self._locate(lane, s_m)
        xy = self._xy[low] + share[:, None] * (self._xy[low + 1] - self._xy[low])
        return xy, self._yaw[low] + share * (self._yaw[low + 1] - self._yaw[low])

    def curvature(self, lane: Ints, s_m: Floats) -> Floats:
        """(N,) curvature in 1/m, left positive."""
        low, share = self._locate(lane, s_m)
        return np.asarray(self._curvature[low] + share * (self._curvature[low + 1] - self._curvature[low]))

    def curvature_of(self, lane: int) -> Floats:
        """(K,) curvature at one lane's samples, 1/m, left positive."""
        own = slice(self._first[lane], self._first[lane] + self._steps[lane] + 1)
        return self._curvature[own]

    def bend(self, lane: Ints, s_m: Floats) -> tuple[Floats, Floats, Floats]:
        """(N,) curvature without jumps, 0 where lanes begin and end, with (N,) its first two derivatives.

        Long vehicles cut into bends by so much times their wheelbase squared.
        """
        low, share = self._locate(lane, s_m)
        out = self._bend[low] + share[:, None] * (self._bend[low + 1] - self._bend[low])
        return out[:, 0], out[:, 1], out[:, 2]

    def speed_cap(self, lane: Ints, s_m: Floats) -> Floats:
        """(N,) speed at which the rest of the lane's curves can be taken comfortably, m/s."""
        low, share = self._locate(lane, s_m)
        return np.asarray(self._cap[low] + share * (self._cap[low + 1] - self._cap[low]))

    def across(self, lane: Ints, s_m: Floats, other: Ints) -> tuple[Floats, Floats]:
        """Where places on lanes are beside other lanes.

        Args:
            lane: (N,) lanes.
            s_m: (N,) distances along them.
            other: (N,) lanes beside these.

        Returns:
            (N,) distances along the others, nan beyond their ends; (N,) how far left of their center lines.
        """
        at, shift = np.full(len(lane), np.nan), np.full(len(lane), np.nan)
        points, _ = self.position(lane, s_m)
        for n in np.unique(other).tolist():
            who = np.flatnonzero(other == n)
            along, line, yaw = self.points(n)
            if n not in self._trees:
                self._trees[n] = cKDTree(line)
            _, near = self._trees[n].query(points[who])
            c, s = np.cos(yaw[near]), np.sin(yaw[near])
            dx, dy = (points[who] - line[near]).T
            ahead = c * dx + s * dy
            beside = np.abs(ahead) <= self._step_m[n]
            at[who] = np.where(beside, along[near] + ahead, np.nan)
            shift[who] = np.where(beside, c * dy - s * dx, np.nan)
        return at, shift

    def points(self, lane: int) -> tuple[Floats, Floats, Floats]:
        """(K,) distances, (K, 2) positions and (K,) headings of one lane's samples."""
        own = slice(self._first[lane], self._first[lane] + self._steps[lane] + 1)
        s_m = np.arange(self._steps[lane] + 1) * self._step_m[lane]
        return s_m, self._xy[own], self._yaw[own]

    def _locate(self, lane: Ints, s_m: Floats) -> tuple[Ints, Floats]:
        at = np.clip(s_m / self._step_m[lane], 0, self._steps[lane])
        low = np.minimum(at.astype(np.intp), self._steps[lane] - 1)
        return self._first[lane] + low, at - low

    def _speed_caps(self, lane: int) -> Floats:
        """Curve speeds with room to brake before each curve, from the lane's end backward."""
        own = slice(self._first[lane], self._first[lane] + self._steps[lane] + 1)
        bend = np.abs(self._curvature[own])
        cap = np.minimum(np.sqrt(_LATERAL_MPS2 / np.maximum(bend, 1e-6)), self.speed_limit_mps[lane])
        rise = 2 * _EASE_MPS2 * self._step_m[lane]
        for k in range(len(cap) - 2, -1, -1):
            cap[k] = min(cap[k], float(np.sqrt(cap[k + 1] ** 2 + rise)))
        return np.asarray(cap)


def _resampled(points: Floats) -> tuple[Floats, float]:
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    length = float(along[-1])
    at = np.linspace(0.0, length, max(2, round(length / _STEP_M)) + 1)
    return np.stack([np.interp(at, along, points[:, k]) for k in range(2)], 1), length


def _eased_bend(curvature: Floats, step_m: float) -> Floats:
    """(K, 3) curvature smoothed over some meters and faded to the lane's ends, and its derivatives."""
    half = max(1, round(_EASE_OVER_M / 2 / step_m))
    kernel = np.hanning(2 * half + 3)[1:-1]
    smooth = np.convolve(curvature, kernel / kernel.sum(), "full")[half : half + len(curvature)]
    along = np.arange(len(curvature)) * step_m
    from_end = np.minimum(along, along[-1] - along) / min(_FADE_M, max(along[-1] / 2, step_m))
    u = np.clip(from_end, 0.0, 1.0)
    value = smooth * u**3 * (10 - 15 * u + 6 * u**2)
    slope = np.gradient(value, step_m)
    return np.stack([value, slope, np.gradient(slope, step_m)], 1)


def _headings(points: Floats) -> Floats:
    """Unwrapped headings at the samples, second order also at the ends."""
    dx, dy = (np.gradient(points[:, k], edge_order=2 if len(points) > 2 else 1) for k in range(2))
    return np.unwrap(np.arctan2(dy, dx))
