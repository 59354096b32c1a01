"""The state of everything that moves or switches at one tick: frozen columns, one row per agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.bodies import Body, BodySpec, PoseColumns
from sim.environment import Environment
from sim.errors import UsageError, near_matches
from sim.geometry import Pose
from sim.taxonomy import Category

__all__ = ["Activity", "AgentView", "Roster", "SignalColor", "WaitReason", "WorldState"]


class SignalColor(IntEnum):
    """What a signal shows."""

    OFF = 0
    RED = 1
    RED_AMBER = 2
    AMBER = 3
    GREEN = 4


class WaitReason(IntEnum):
    """Why an agent stands still or slows down.

    Of people: ``RED_LIGHT`` and ``KERB`` before a road, ``PEOPLE`` in the way, ``COMPANIONS`` who have fallen
    behind, ``TALK`` with those beside them, ``TRANSIT`` that is to come, or a ``PAUSE`` of their own.
    """

    NONE = 0
    RED_LIGHT = 1
    LEADER = 2
    CROSSWALK = 3
    YIELD = 4
    PARKED = 5
    KERB = 6
    PEOPLE = 7
    ROUTE_END = 8
    VEHICLE = 9
    COMPANIONS = 10
    TALK = 11
    TRANSIT = 12
    PAUSE = 13


class Activity(IntEnum):
    """What an agent is doing: the first three of vehicles and riders, the others of people on foot."""

    PARKED = 0
    STOPPED = 1
    MOVING = 2
    STANDING = 3
    WALKING = 4
    CROSSING = 5


@dataclass(frozen=True, eq=False)
class Roster:
    """What about the agents never changes in a run, one entry per agent, in the order of every column.

    Attributes:
        names: unique handles within the scenario, for example ``"ego"``, ``"car3"``, ``"p0"``.
        categories: what each is.
        specs: descriptions of their bodies.
        bodies: the bodies built from them.
        parked: (N,) bool, True for vehicles that never drive.
        rider_of: row of a rider -> row of the vehicle that carries them.
        towed_by: row of a trailer -> row of the tractor that pulls it.
        led_by: row of a pram or dog -> row of the person it goes with.
    """

    names: tuple[str, ...]
    categories: tuple[Category, ...]
    specs: tuple[BodySpec, ...]
    bodies: tuple[Body, ...]
    parked: NDArray[np.bool_]
    rider_of: Mapping[int, int] = field(default_factory=dict)
    towed_by: Mapping[int, int] = field(default_factory=dict)
    led_by: Mapping[int, int] = field(default_factory=dict)

    @property
    def instance_ids(self) -> NDArray[np.int32]:
        """(N,) int32: row + 1; the id in masks, labels and every format, from every camera."""
        return np.arange(1, len(self.names) + 1, dtype=np.int32)

    def row(self, name: str) -> int:
        """Row of the agent called `name`. Raises UsageError with near matches."""
        if name not in self.names:
            raise UsageError(near_matches("agent", name, self.names))
        return self.names.index(name)

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class AgentView:
    """One agent's row of a state, made on demand."""

    name: str
    category: str
    instance_id: int
    xyz_m: tuple[float, float, float]
    yaw_rad: float
    speed_mps: float
    velocity_mps: tuple[float, float]
    wait: WaitReason


@dataclass(frozen=True, eq=False)
class WorldState:
    """Everything that moves or switches, at one tick. A value: nothing in it is ever changed.

    Attributes:
        tick: integer clock; time is tick / tick_hz.
        tick_hz: ticks a second.
        roster: who the rows are.
        poses: all that poses the bodies.
        velocity_mps: (N, 2) float64 world velocity of the body origin.
        accel_mps2: (N,) float64 acceleration along the heading.
        yaw_rate_radps: (N,) float64.
        wait: (N,) uint8, `WaitReason`.
        signal_names: names of the signals, sorted as in the road network.
        signals: (S,) uint8, `SignalColor`.
        memory: what behaviours remember, arrays keyed by behaviour; opaque to everybody else.
        environment: light and weather.
        event_times_s: (E, 2) float64, when each of the scenario's events started and ended; NaN for not yet.
        activity: (N,) uint8, `Activity`.
    """

    tick: int
    tick_hz: int
    roster: Roster
    poses: PoseColumns
    velocity_mps: NDArray[np.float64]
    accel_mps2: NDArray[np.float64]
    yaw_rate_radps: NDArray[np.float64]
    wait: NDArray[np.uint8]
    signal_names: tuple[str, ...]
    signals: NDArray[np.uint8]
    memory: Mapping[str, object]
    environment: Environment = field(default_factory=Environment)
    event_times_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    activity: NDArray[np.uint8] = field(kw_only=True)

    @property
    def time_s(self) -> float:
        """Seconds since the start, computed, never accumulated."""
        return self.tick / self.tick_hz

    @property
    def timestamp_ns(self) -> int:
        """Nanoseconds since the start."""
        return self.tick * 1_000_000_000 // self.tick_hz

    def world_from_body(self, row: int) -> Pose:
        """Where an agent's body frame is; also what a camera on it is carried by."""
        poses = self.poses
        x, y, z = poses.position_m[row].tolist()
        angles = (float(a[row]) for a in (poses.yaw_rad, poses.pitch_rad, poses.roll_rad))
        return Pose.from_xyz_euler(x, y, z, *angles)

    def __getitem__(self, name: str) -> AgentView:
        row = self.roster.row(name)
        x, y, z = self.poses.position_m[row]
        vx, vy = self.velocity_mps[row]
        return AgentView(
            name,
            self.roster.categories[row].name,
            row + 1,
            (float(x), float(y), float(z)),
            float(self.poses.yaw_rad[row]),
            float(np.hypot(vx, vy)),
            (float(vx), float(vy)),
            WaitReason(int(self.wait[row])),
        )
