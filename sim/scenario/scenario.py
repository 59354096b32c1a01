"""A scenario: a concrete, reproducible recipe of who, where, how long. Equal scenarios give equal bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.agents.trajectory import Trajectory
from sim.bodies import CompanionSpec, PersonSpec, VehicleSpec
from sim.environment import Environment, EnvironmentPlan, WeatherChange
from sim.errors import UsageError
from sim.randomization import Scalar
from sim.scenario.events import Event
from sim.scenario.expectations import Expectation
from sim.scenario.sensors import Camera
from sim.world import World

__all__ = ["MAX_AGENTS", "MAX_SENSORS", "QUALITIES", "Agent", "Pedestrian", "Scenario", "Vehicle"]


MAX_AGENTS = 5000
MAX_SENSORS = 64
MAX_EVENTS = 1000
"""Far more than a street has; what is beyond was not meant, and would fill the memory unnoticed."""

QUALITIES = ("draft", "standard", "high")
"""How finely colors are drawn; labels are the same in each."""


@dataclass(frozen=True)
class Vehicle:
    """A vehicle and where it starts.

    Attributes:
        name: unique in the scenario.
        lane: id of the lane it starts on (driving or parking); of no account on a trajectory.
        s_m: distance of its origin (rear axle) along the lane; of a scripted one also along those after it.
        behavior: registered name: ``follow_lane``, ``parked``, ``trajectory`` or ``scripted``: drives on
            at its speed whatever is in the way, but for what events say.
        speed_mps: speed at the start.
        route: lane ids to take after `lane`; where it ends, random turns from the agent's own stream follow.
        body: what it looks like.
        category: dotted category, by default from the body's shape.
        lateral_m: offset to the left of the lane's centre line (parked cars differ a little).
        heading_offset_rad: turned against the lane's direction (parked cars differ a little).
        trailer: the ``semitrailer`` that a ``tractor`` which drives pulls; it is an agent of its own.
        rider: who rides a two-wheeler; one that drives and names nobody gets somebody drawn at random.
        trajectory: where it is when, for the behavior of this name; scenario files name a CSV file.
    """

    name: str
    lane: str = ""
    s_m: float = 0.0
    behavior: str = "follow_lane"
    speed_mps: float = 0.0
    route: tuple[str, ...] = ()
    body: VehicleSpec = field(default_factory=VehicleSpec)
    category: str = ""
    lateral_m: float = 0.0
    heading_offset_rad: float = 0.0
    rider: PersonSpec | None = None
    trailer: VehicleSpec | None = None
    trajectory: Trajectory | None = None


@dataclass(frozen=True)
class Pedestrian:
    """A person and where they start.

    Attributes:
        name: unique in the scenario.
        start_m: (x, y) at the start; None on a trajectory, which says it.
        behavior: registered name: ``walk`` (along pavements and over marked crossings), ``cross`` (as walk,
            and over the road wherever a gap in the traffic is safe, at the nearest such place at once),
            ``run`` (as walk, at a run: grown people jog, children run a little way and walk a little way),
            ``stand`` (talks with who stands beside, or pauses), ``wait`` (for a bus or tram), ``trajectory``
            or ``scripted``: stands, but for what events say.
        goal_m: (x, y) to walk to first, or None to wander from the start.
        speed_mps: comfortable speed, of those who run that of running; people who walk together take that of
            the slowest.
        yaw_rad: heading at the start.
        body: what they look like.
        category: dotted category, by default from the body's age and whether they sit in a wheelchair.
        companion: the pram they push, the dog they walk, or the wheelchair they sit in.
        trajectory: where they are when, for the behavior of this name; scenario files name a CSV file.
        group: people who walk and have the same word here do so together, abreast, and wait for each other.
    """

    name: str
    start_m: tuple[float, float] | None = None
    behavior: str = "walk"
    goal_m: tuple[float, float] | None = None
    speed_mps: float = 1.35
    yaw_rad: float = 0.0
    body: PersonSpec = field(default_factory=PersonSpec)
    category: str = ""
    companion: CompanionSpec | None = None
    trajectory: Trajectory | None = None
    group: str = ""


Agent = Vehicle | Pedestrian


@dataclass(frozen=True)
class Scenario:
    """Who, where, how long, filmed by what.

    Attributes:
        world: the street.
        agents: everybody in it; the order gives instance ids, names give random streams.
        sensors: cameras.
        duration_s: simulated seconds; a frame is taken at t = 0 and last before t = duration_s.
        tick_hz: simulation ticks a second.
        seed: of every random stream.
        warmup_s: simulated before the first frame, so that traffic has found its flow at t = 0.
        quality: how finely colors are drawn: ``draft``, ``standard`` or ``high``; labels do not depend on it.
        environment: light and weather at the first frame.
        weather_changes: light and weather at later times, linear in between.
        drawn: what of the look was drawn when the scenario was made, by name, for people to read.
        events: what happens when.
        expect: what the run will show, see `sim.script.measuring`.
        parameters: what those of its file were when it was made, by name, in SI units, for people to read.
    """

    world: World
    agents: tuple[Agent, ...]
    sensors: tuple[Camera, ...]
    duration_s: float = 8.0
    tick_hz: int = 20
    seed: int = 0
    warmup_s: float = 0.0
    quality: str = "standard"
    environment: Environment = field(default_factory=Environment)
    weather_changes: tuple[WeatherChange, ...] = ()
    drawn: Mapping[str, Scalar] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    expect: tuple[Expectation, ...] = ()
    parameters: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, listed, most in (
            ("agent", self.agents, MAX_AGENTS),
            ("sensor", self.sensors, MAX_SENSORS),
            ("event", self.events, MAX_EVENTS),
        ):
            if len(listed) > most:
                raise UsageError(f"{len(listed)} {kind}s, wanted at most {most}")
            twice = sorted(name for name, times in Counter(a.name for a in listed).items() if times > 1)
            if twice:
                raise UsageError(f"{kind} names must differ; used twice: {', '.join(twice[:5])}")
        names = {a.name for a in self.agents}
        for sensor in self.sensors:
            if sensor.mount and sensor.mount not in names:
                raise UsageError(
                    f"camera {sensor.name!r}: mount {sensor.mount!r} is no agent of the scenario"
                )
            if self.tick_hz % sensor.rate_hz:
                raise UsageError(
                    f"camera {sensor.name!r}: rate_hz {sensor.rate_hz} does not divide tick_hz {self.tick_hz}"
                )
        if not 0 < self.duration_s <= 36000:
            raise UsageError(f"duration_s is {self.duration_s}, wanted more than 0, at most 36000")
        if not 0 <= self.warmup_s <= 3600:
            raise UsageError(f"warmup_s is {self.warmup_s}, wanted 0 to 3600")
        if not 1 <= self.tick_hz <= 1000:
            raise UsageError(f"tick_hz is {self.tick_hz}, wanted 1 to 1000")
        if self.seed < 0:
            raise UsageError(f"seed is {self.seed}, wanted 0 or more")
        _check_quality(self.quality)
        try:
            _ = self.environment_plan
        except ValueError as error:
            raise UsageError(f"weather_changes: {error}") from None

    @property
    def environment_plan(self) -> EnvironmentPlan:
        """Light and weather over the run."""
        return EnvironmentPlan(self.environment, self.weather_changes)

    @property
    def warmup_ticks(self) -> int:
        """Number of ticks simulated before the first one that is yielded."""
        return round(self.warmup_s * self.tick_hz)

    @property
    def ticks(self) -> int:
        """Number of ticks simulated: those before duration_s."""
        return max(1, round(self.duration_s * self.tick_hz))


def _check_quality(quality: str) -> None:
    if quality not in QUALITIES:
        raise UsageError(f"quality is {quality!r}, wanted one of {', '.join(QUALITIES)}")
