"""What stays the same in a run, for everybody who acts: the street as tables, the cast as columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.agents.company import Company
from sim.agents.conflicts import LaneConflicts
from sim.agents.ground import GroundHeight
from sim.agents.lanes import LaneMap
from sim.agents.long_ways import LongWays
from sim.agents.midblock import MidBlock, midblock_places
from sim.agents.rooms import side_room_m
from sim.agents.signals import SignalProgramme
from sim.agents.state import Roster
from sim.agents.sweeps import LONG, LONG_M, USUAL, envelopes_of
from sim.agents.trajectory import Trajectory
from sim.agents.walkways import Walkways
from sim.bodies.cycles import CycleSkeleton
from sim.bodies.people import hip_ahead_m, stand_roll_rad
from sim.bodies.vehicles import TRACTOR_HITCH_X_M
from sim.environment import Environment, EnvironmentPlan
from sim.randomness import stream
from sim.world import World

__all__ = ["PERSON_RADIUS_M", "Role", "Setting"]

Floats = NDArray[np.float64]

PERSON_RADIUS_M = 0.2
"""A person's footprint is a disc of this radius."""


@dataclass(frozen=True)
class Role:
    """What a scenario says about one agent, in plain values.

    Attributes:
        behavior: registered name.
        lane: id of the first lane, "" for people.
        s_m: distance along it.
        route: lanes to take next.
        lateral_m: offset from the lane's centre line.
        heading_offset_rad: against the lane's direction.
        start_m: (x, y) of people.
        yaw_rad: heading of people.
        goal_m: where to walk first.
        speed_mps: at the start (vehicles); comfortable (people).
        trajectory: of who is on one.
        group: people of the same name walk together.
    """

    behavior: str
    lane: str = ""
    s_m: float = 0.0
    route: tuple[str, ...] = ()
    lateral_m: float = 0.0
    heading_offset_rad: float = 0.0
    start_m: tuple[float, float] = (0.0, 0.0)
    yaw_rad: float = 0.0
    goal_m: tuple[float, float] | None = None
    speed_mps: float = 0.0
    trajectory: Trajectory | None = None
    group: str = ""


@dataclass(frozen=True, eq=False)
class Setting:
    """The unchanging side of a run.

    Attributes:
        world: the street.
        roster: who the rows are.
        roles: what the scenario says about each row.
        tick_hz: ticks a second.
        seed: of every stream.
        footprint_m: (N, 3) x_min, x_max and half width of each body's ground rectangle.
        wheelbase_m: (N,) of vehicles, 0 for people.
        wheel_radius_m: (N,) of vehicles, 1 for people.
        leg_m: (N,) leg lengths of people, 1 for vehicles.
        environment: light and weather of the run, whose time is 0 at its first frame.
        warmup_ticks: simulated before that frame.
    """

    world: World
    roster: Roster
    roles: tuple[Role, ...]
    tick_hz: int
    seed: int
    footprint_m: Floats
    wheelbase_m: Floats
    wheel_radius_m: Floats
    leg_m: Floats
    environment: EnvironmentPlan
    warmup_ticks: int

    @property
    def dt_s(self) -> float:
        """Length of a tick."""
        return 1.0 / self.tick_hz

    def environment_at(self, step: int) -> Environment:
        """Light and weather at a step, counted from the beginning of the warm-up."""
        return self.environment.at((step - self.warmup_ticks) / self.tick_hz)

    @cached_property
    def lanes(self) -> LaneMap:
        """The lanes as arrays."""
        return LaneMap(self.world.network.lanes)

    @cached_property
    def conflicts(self) -> LaneConflicts:
        """Where lanes of junctions meet."""
        rows = self.rows("follow_lane")
        reach_m = np.concatenate([self.tail_m[:, None], self.footprint_m[:, 1:]], 1)
        return LaneConflicts(self.lanes, envelopes_of(reach_m[rows], self.cut_m2[rows]))

    @cached_property
    def long_ways(self) -> LongWays:
        """Which lanes long vehicles can take."""
        return LongWays(self.world, self.lanes)

    @cached_property
    def cut_m2(self) -> Floats:
        """(N,) how far rear axles are inside bends, times the radius: long vehicles swing to both sides."""
        return np.where(self.size == LONG, self.wheelbase_m**2 / 4, 0.0)

    @cached_property
    def size(self) -> NDArray[np.intp]:
        """(N,) `USUAL` or `LONG`, with what it pulls."""
        return np.where(self.footprint_m[:, 1] - self.tail_m > LONG_M, LONG, USUAL)

    @cached_property
    def programme(self) -> SignalProgramme:
        """The signals' programme."""
        return SignalProgramme(self.world.network)

    @cached_property
    def walkways(self) -> Walkways:
        """The pavement graph as arrays."""
        return Walkways(self.world.network, self.midblock)

    @cached_property
    def midblock(self) -> tuple[MidBlock, ...]:
        """Where roads may be crossed without marks; nowhere if nobody does so."""
        if not len(self.rows("cross")):
            return ()
        rows, inside = self.rows("parked"), self.conflicts.is_junction
        pose, box = self.parked_pose, self.footprint_m[rows]
        return midblock_places(self.world, self.lanes, inside, self.ground, pose, box, self.obstacles_m)

    @cached_property
    def parked_pose(self) -> Floats:
        """(K, 3) x, y and yaw of parked vehicles, for the whole run."""
        roles = [self.roles[r] for r in self.rows("parked")]
        lane = np.array([self.lanes.index(role.lane) for role in roles], np.intp)
        xy, yaw = self.lanes.position(lane, np.array([role.s_m for role in roles], float))
        aside = np.array([role.lateral_m for role in roles], float)
        xy = xy + np.stack([-np.sin(yaw), np.cos(yaw)], 1) * aside[:, None]
        turned = yaw + np.array([role.heading_offset_rad for role in roles], float)
        return np.concatenate([xy, turned[:, None]], 1)

    @cached_property
    def group(self) -> NDArray[np.intp]:
        """(N,) number of the group that people are in, -1 for all else."""
        names = sorted({role.group for role in self.roles} - {""})
        return np.array([names.index(role.group) if role.group else -1 for role in self.roles], np.intp)

    @cached_property
    def talks_m(self) -> Floats:
        """(M, 3) x, y, radius of discs between people who stand together: nobody walks through them."""
        places = [self.roles[row].start_m for row in self.rows("stand", "wait")]
        talks: list[list[tuple[float, float]]] = []
        for place in places:
            near = [g for g in talks if np.hypot(*(np.mean(g, 0) - place)) < _TALK_M]
            if near:
                near[0].append(place)
            else:
                talks.append([place])
        middles = [(np.mean(g, 0), np.array(g)) for g in talks if len(g) > 1]
        out = [(*m, 0.8 * np.hypot(*(places - m).T).min()) for m, places in middles]
        return np.array(out, float).reshape(-1, 3)

    @cached_property
    def room_m(self) -> Floats:
        """(E + 1,) room to the left of every edge of the pavement graph."""
        return side_room_m(self.world, self.walkways, self.ground)

    @cached_property
    def ground(self) -> GroundHeight:
        """Height of the ground at any point."""
        return GroundHeight(self.world)

    @cached_property
    def obstacles_m(self) -> Floats:
        """(M, 3) x, y, radius of everything that people walk round."""
        rows = [(t.x_m, t.y_m, 0.18) for t in self.world.trees]
        rows += [(h.x_m, h.y_m, 0.12) for h in self.world.signal_heads]
        rows += [(p.x_m, p.y_m, _PROP_RADIUS_M.get(p.kind, 0.15)) for p in self.world.props if not p.length_m]
        return np.array(rows, float).reshape(-1, 3)

    @cached_property
    def is_cycle(self) -> NDArray[np.bool_]:
        """(N,) bool: two-wheelers, which lean into curves and to the foot that their rider puts down."""
        return np.array([isinstance(b.skeleton, CycleSkeleton) for b in self.roster.bodies], bool)

    @cached_property
    def is_slow(self) -> NDArray[np.bool_]:
        """(N,) bool: cyclists, who keep to the edge of their lane."""
        return np.array([c.name == "vehicle.bicycle" for c in self.roster.categories], bool)

    @cached_property
    def riders(self) -> NDArray[np.intp]:
        """(R,) rows of riders."""
        return np.array(list(self.roster.rider_of), np.intp)

    @cached_property
    def carriers(self) -> NDArray[np.intp]:
        """(R,) rows of what they ride."""
        return np.array(list(self.roster.rider_of.values()), np.intp)

    @cached_property
    def trailers(self) -> NDArray[np.intp]:
        """(T,) rows of trailers."""
        return np.array(list(self.roster.towed_by), np.intp)

    @cached_property
    def tractors(self) -> NDArray[np.intp]:
        """(T,) rows of what pulls them."""
        return np.array(list(self.roster.towed_by.values()), np.intp)

    @cached_property
    def company(self) -> Company:
        """Prams, dogs and wheelchairs."""
        return Company(self.roster, self.footprint_m, PERSON_RADIUS_M)

    @cached_property
    def tail_m(self) -> Floats:
        """(N,) rearmost x of each agent and of what it pulls, both straight."""
        out = self.footprint_m[:, 0].copy()
        out[self.tractors] = (
            TRACTOR_HITCH_X_M - self.wheelbase_m[self.trailers] + self.footprint_m[self.trailers, 0]
        )
        return out

    @cached_property
    def hip_ahead_m(self) -> Floats:
        """(R,) how far the hips of riders are ahead of their machine's origin."""
        return np.array([hip_ahead_m(self.roster.bodies[row]) for row in self.riders])

    @cached_property
    def foot_phase(self) -> Floats:
        """(R,) which foot riders put down: 0 the left one, 0.5 the right one."""
        draws = [self.draws(int(row), "foot").uniform() for row in self.riders]
        return np.where(np.array(draws) < _LEFT_SHARE, 0.0, 0.5)

    @cached_property
    def standing_roll_rad(self) -> Floats:
        """(N,) roll of two-wheelers that stand: to their rider's foot or on their stand; of all else 0."""
        out = np.where(self.is_cycle, _KICKSTAND_RAD, 0.0)
        for rider, carrier, phase in zip(self.riders, self.carriers, self.foot_phase, strict=True):
            roll = stand_roll_rad(self.roster.bodies[rider])
            out[carrier] = -roll if phase == 0.0 else roll
        return out

    @cached_property
    def lateral_m(self) -> Floats:
        """(N,) how far to the left of its lane's center line each agent drives; people 0."""
        out = np.zeros(len(self.roster))
        for row in self.rows("follow_lane")[self.is_slow[self.rows("follow_lane")]]:
            half_m = self.lanes.width_m[self.lanes.index(self.roles[row].lane)] / 2
            out[row] = -max(half_m - self.footprint_m[row, 2] - _EDGE_M, 0.0)
        return out

    def rows(self, *behaviors: str) -> NDArray[np.intp]:
        """Rows of the agents with these behaviors."""
        return np.array([k for k, role in enumerate(self.roles) if role.behavior in behaviors], np.intp)

    def draws(self, row: int, purpose: str) -> np.random.Generator:
        """A stream of one agent's own: nobody else's draws depend on it."""
        return stream(self.seed, f"agents/{self.roster.names[row]}/{purpose}")


_TALK_M = 1.3
_LEFT_SHARE = 0.6
_KICKSTAND_RAD = -0.1
"""A machine on its stand leans to the left."""
_EDGE_M = 0.25
"""Cyclists keep this far from the edge of their lane."""
_PROP_RADIUS_M = {
    "bench": 0.5,
    "planter": 0.4,
    "bicycle_rack": 0.5,
    "cabinet": 0.4,
    "bus_stop": 0.8,
    "cafe_table": 0.6,
    "bin": 0.25,
}
