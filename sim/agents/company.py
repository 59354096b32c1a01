"""People on foot and what goes with them -> where prams, dogs and wheelchairs are and what room they take.

A pram and a dog keep their place beside their person, a wheelchair is where its person is; so all of it
follows from the crowd, and nothing else is remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.ground import GroundHeight
from sim.agents.state import Roster
from sim.bodies import Body, PoseColumns
from sim.bodies.company import PRAM_BAR_M, DogSkeleton, WheeledSkeleton
from sim.bodies.people import BAR_AHEAD_M

if TYPE_CHECKING:
    from sim.agents.crowd import Crowd

__all__ = ["Company", "beside_m"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_DOG_AHEAD_M, _DOG_GAP_M = 0.25, 0.34
"""Dogs walk a little ahead on the left; the gap is from the middle of the person to the dog's side."""
_POSED = (
    *("position_m", "yaw_rad", "pitch_rad", "wheel_rad", "gait_phase", "gait_weight"),
    *("foot_m", "foot_yaw_rad", "foot_pitch_rad"),
)
_STEPPING_MPS = 0.4
"""Dogs that are faster than this step out fully."""
_KERB_M = np.linspace(-0.2, 0.2, 5)
"""Wheels and paws take a kerb as a ramp over this way."""


class Company:
    """What goes with whom.

    Args:
        roster: who the rows are.
        footprint_m: (N, 3) x_min, x_max and half width of each body.
        person_radius_m: of the disc below a person.

    Attributes:
        led: (C,) rows of prams and dogs.
        leaders: (C,) rows of whom they go with.
        chairs: (W,) rows of wheelchairs.
        boxes: (B,) rows of all of them: prams and dogs, then wheelchairs.
        owners: (B,) rows of those on foot whose moves move them.
        has: (N,) bool, rows in `owners`.
        reach_m: (N, 2) how far owners and companions reach to the right and to the left, by the owner's row.
        aside_m: (N,) how far to the left of its owner each companion is, by the owner's row; 0 for all else.
        front_m: (N,) how far owners and companions reach ahead, by the owner's row.
        middle_m: (N, 2) middle of owner and companion in the owner's frame.
        radius_m: (N,) of a disc around both.
    """

    def __init__(self, roster: Roster, footprint_m: Floats, person_radius_m: float) -> None:
        self._bodies: Sequence[Body] = roster.bodies
        pairs = list(roster.led_by.items())
        self.led = np.array([row for row, _ in pairs], np.intp)
        self.leaders = np.array([person for _, person in pairs], np.intp)
        ridden = roster.rider_of.values()
        chairs = [row for row in ridden if isinstance(roster.bodies[row].skeleton, WheeledSkeleton)]
        self.chairs = np.array(chairs, np.intp)
        self.boxes = np.concatenate([self.led, self.chairs])
        self.owners = np.concatenate([self.leaders, self.chairs])
        beside = [beside_m(roster.bodies[row]) for row in self.led]
        self._offset_m = np.array([*beside, *[(0.0, 0.0)] * len(self.chairs)], float).reshape(-1, 2)
        count = len(roster)
        self.has = np.zeros(count, bool)
        self.has[self.owners] = True
        self.aside_m, self.front_m = np.zeros(count), np.full(count, person_radius_m)
        self.middle_m, self.radius_m = np.zeros((count, 2)), np.full(count, person_radius_m)
        low = self._offset_m + np.stack([footprint_m[self.boxes, 0], -footprint_m[self.boxes, 2]], 1)
        high = self._offset_m + np.stack([footprint_m[self.boxes, 1], footprint_m[self.boxes, 2]], 1)
        low, high = np.minimum(low, -person_radius_m), np.maximum(high, person_radius_m)
        self.reach_m = np.full((count, 2), person_radius_m)
        self.reach_m[self.owners] = np.stack([-low[:, 1], high[:, 1]], 1)
        self.aside_m[self.owners] = self._offset_m[:, 1]
        self.front_m[self.owners] = high[:, 0]
        self.middle_m[self.owners] = (low + high) / 2
        # As wide as both, or a little more where they are long: who walks behind another keeps that way.
        self.radius_m[self.owners] = 0.5 * (high - low).min(1) + 0.1 * (high - low).max(1)

    def owners_in(self, crowd: Crowd) -> Ints:
        """(B,) places of the owners in the crowd."""
        return np.searchsorted(crowd.rows, self.owners)

    def own_boxes(self, crowd: Crowd, first: int) -> Ints:
        """(P,) which box each of the crowd moves, numbered from `first`; -1 for none."""
        out = np.full(len(crowd), -1, np.intp)
        out[self.owners_in(crowd)] = first + np.arange(len(self.boxes))
        return out

    def poses(self, crowd: Crowd) -> Floats:
        """(B, 3) x, y and yaw of all prams, dogs and wheelchairs."""
        who = self.owners_in(crowd)
        yaw = crowd.yaw_rad[who]
        c, s = np.cos(yaw), np.sin(yaw)
        x, y = self._offset_m.T
        shift = np.stack([c * x - s * y, s * x + c * y], 1)
        return np.concatenate([crowd.xy_m[who] + shift, yaw[:, None]], 1)

    def velocities(self, crowd: Crowd) -> Floats:
        """(C, 2) of prams and dogs in the world."""
        who = np.searchsorted(crowd.rows, self.leaders)
        yaw, rate = crowd.yaw_rad[who], crowd.yaw_rate_radps[who]
        c, s = np.cos(yaw), np.sin(yaw)
        x, y = self._offset_m[: len(self.led)].T
        turning = rate[:, None] * np.stack([-s * x - c * y, c * x - s * y], 1)
        return np.asarray(crowd.velocity_mps[who] + turning)

    def posed(self, columns: PoseColumns, crowd: Crowd, ground: GroundHeight) -> PoseColumns:
        """The columns with the rows of prams, dogs and wheelchairs filled in."""
        if not len(self.boxes):
            return columns
        out = {name: getattr(columns, name).copy() for name in _POSED}
        pose, rows, who = self.poses(crowd), self.boxes, self.owners_in(crowd)
        out["position_m"][rows, :2], out["yaw_rad"][rows] = pose[:, :2], pose[:, 2]
        rear, front = np.array([_touching(self._bodies[row]) for row in rows]).T
        z_rear, z_front = (_ramped(ground, pose, x) for x in (rear, front))
        pitch = np.arctan2(z_rear - z_front, front - rear)
        out["pitch_rad"][rows] = pitch
        out["position_m"][rows, 2] = z_rear + np.sin(pitch) * rear
        speed = np.hypot(*crowd.velocity_mps[who].T)
        for k, row in enumerate(rows):
            rig, rolled_m = self._bodies[row].skeleton, crowd.rolled_m[who[k]]
            steps = isinstance(rig, DogSkeleton)
            out["gait_weight"][row] = min(speed[k] / _STEPPING_MPS, 1.0) if steps else 0.0
            out["gait_phase"][row] = rolled_m / rig.stride_m if isinstance(rig, DogSkeleton) else 0.0
            out["wheel_rad"][row] = rolled_m / rig.wheel_radius_m if isinstance(rig, WheeledSkeleton) else 0.0
        out["foot_m"][rows] = out["position_m"][rows, None]
        out["foot_yaw_rad"][rows], out["foot_pitch_rad"][rows] = pose[:, 2:], 0.0
        return replace(columns, **out)


def beside_m(body: Body) -> tuple[float, float]:
    """How far ahead of a person and to the left a pram or dog goes."""
    if isinstance(body.skeleton, DogSkeleton):
        return _DOG_AHEAD_M, _DOG_GAP_M + body.footprint_m[2]
    return BAR_AHEAD_M - PRAM_BAR_M[0], 0.0


def _touching(body: Body) -> tuple[float, float]:
    """X of the rear and front axle, or of the paws."""
    if isinstance(body.skeleton, DogSkeleton):
        return -0.4 * body.skeleton.breed.length_m, 0.36 * body.skeleton.breed.length_m
    assert isinstance(body.skeleton, WheeledSkeleton)
    return 0.0, body.skeleton.wheelbase_m


def _ramped(ground: GroundHeight, pose: Floats, x_m: Floats) -> Floats:
    """(B,) height below points ahead of the origins; steps are taken as ramps."""
    ahead = np.stack([np.cos(pose[:, 2]), np.sin(pose[:, 2])], 1)
    points = pose[:, None, :2] + ahead[:, None] * (x_m[:, None] + _KERB_M)[..., None]
    return np.asarray(ground(points.reshape(-1, 2)).reshape(len(pose), -1).mean(1))
