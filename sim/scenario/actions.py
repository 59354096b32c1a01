"""What events do: to speeds, ways, lights, signals and the weather, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.agents.trajectory import Trajectory
from sim.scenario.conditions import Place

__all__ = [
    "ACTIONS",
    "Action",
    "Appear",
    "Brake",
    "ChangeLane",
    "ChangeSpeed",
    "ChangeWeather",
    "Cross",
    "Drive",
    "FollowSpeeds",
    "FollowTrajectory",
    "Leave",
    "Stop",
    "SwitchLights",
    "SwitchSignal",
    "Turn",
    "Walk",
]


@dataclass(frozen=True)
class ChangeSpeed:
    """An agent takes another speed.

    Attributes:
        who: the agent.
        to_mps: speed then, negative backward.
        over_s, over_m, accel_mps2: how long, over which way or how hard it changes; one of them, or at once.
        smooth: whether acceleration begins and ends with 0; with over_s alone.
    """

    who: str
    to_mps: float
    over_s: float | None = None
    over_m: float | None = None
    accel_mps2: float | None = None
    smooth: bool = False


@dataclass(frozen=True)
class FollowSpeeds:
    """An agent takes several speeds, one after another, evenly in between.

    Attributes:
        who: the agent.
        time_s: since the action's start, growing.
        speed_mps: at these times.
    """

    who: str
    time_s: tuple[float, ...]
    speed_mps: tuple[float, ...]


@dataclass(frozen=True)
class Brake:
    """An agent brakes.

    Attributes:
        who: the agent.
        decel_mps2: how hard.
        to_mps: down to this speed.
    """

    who: str
    decel_mps2: float
    to_mps: float = 0.0


@dataclass(frozen=True)
class Stop:
    """An agent comes to a halt over a way, or with its front at a place ahead.

    Attributes:
        who: the agent.
        within_m: the way.
        at: the place.
    """

    who: str
    within_m: float | None = None
    at: Place | None = None


@dataclass(frozen=True)
class ChangeLane:
    """A vehicle moves over.

    Attributes:
        who: the vehicle.
        left_m: by how much, negative to the right.
        over_s: how long it takes.
    """

    who: str
    left_m: float
    over_s: float = 4.0


@dataclass(frozen=True)
class Drive:
    """A vehicle takes a way through places, from where it is, and goes straight on from the last.

    Attributes:
        who: the vehicle.
        through: the places.
        corner_m: how far before a place the round of its corner begins.
    """

    who: str
    through: tuple[Place, ...]
    corner_m: float = 6.0


@dataclass(frozen=True)
class FollowTrajectory:
    """An agent is where a trajectory says from the action's start on.

    Attributes:
        who: the agent.
        trajectory: times since the action's start, places in the world.
    """

    who: str
    trajectory: Trajectory


@dataclass(frozen=True)
class Walk:
    """A person walks through places and stands at the last.

    Attributes:
        who: the person.
        to: the places.
        speed_mps: how fast; 2.8 is running.
        accel_mps2: how soon; None: at once.
    """

    who: str
    to: tuple[Place, ...]
    speed_mps: float = 1.4
    accel_mps2: float | None = None


@dataclass(frozen=True)
class Cross:
    """A person crosses the road of the nearest lane, straight, and stands beyond.

    Attributes:
        who: the person.
        way_m: how far.
        speed_mps: how fast; 2.8 is running.
        angle_deg: against the direction of the lane; 90 is straight across.
        accel_mps2: how soon; None: at once.
    """

    who: str
    way_m: float
    speed_mps: float = 1.4
    angle_deg: float = 90.0
    accel_mps2: float | None = None


@dataclass(frozen=True)
class Turn:
    """A person turns on the spot.

    Attributes:
        who: the person.
        left_deg: by how much; 180 is round.
        over_s: how long it takes.
    """

    who: str
    left_deg: float = 180.0
    over_s: float = 1.0


@dataclass(frozen=True)
class SwitchLights:
    """A vehicle's lights are switched, whatever it does.

    Attributes:
        who: the vehicle.
        lit, dark: names of lights: ``head``, ``brake``, ``left``, ``right``.
    """

    who: str
    lit: tuple[str, ...] = ()
    dark: tuple[str, ...] = ()


@dataclass(frozen=True)
class SwitchSignal:
    """A signal shows a color from now on.

    Attributes:
        signal: its name in the world.
        color: ``red``, ``red_amber``, ``amber``, ``green`` or ``dark``.
    """

    signal: str
    color: str


@dataclass(frozen=True)
class Appear:
    """An agent that was not there before is there, where it starts."""

    who: str


@dataclass(frozen=True)
class Leave:
    """An agent is there no more."""

    who: str


@dataclass(frozen=True)
class ChangeWeather:
    """Light and weather change.

    Attributes:
        to: fields of the environment and what they are then.
        over_s: how long it takes.
    """

    to: Mapping[str, float] = field(default_factory=dict)
    over_s: float = 0.0


Action = (
    ChangeSpeed
    | FollowSpeeds
    | Brake
    | Stop
    | ChangeLane
    | Drive
    | FollowTrajectory
    | Walk
    | Cross
    | Turn
    | SwitchLights
    | SwitchSignal
    | Appear
    | Leave
    | ChangeWeather
)

ACTIONS: dict[str, type] = {
    "speed": ChangeSpeed,
    "speeds": FollowSpeeds,
    "brake": Brake,
    "stop": Stop,
    "change_lane": ChangeLane,
    "drive": Drive,
    "trajectory": FollowTrajectory,
    "walk": Walk,
    "cross": Cross,
    "turn": Turn,
    "lights": SwitchLights,
    "signal": SwitchSignal,
    "appear": Appear,
    "leave": Leave,
    "weather": ChangeWeather,
}
"""By the keys that files have."""
