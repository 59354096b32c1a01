"""A scenario -> its roster (bodies built) and the setting that everybody acts in."""

from __future__ import annotations

import numpy as np

from sim.agents.setting import Role, Setting
from sim.agents.state import Roster
from sim.bodies import Body, PersonSpec, build_body
from sim.bodies.people import leg_length_m
from sim.bodies.vehicles import vehicle_category
from sim.bodies.vehicles.rig import VehicleSkeleton
from sim.scenario.scenario import Agent, Scenario, Vehicle
from sim.taxonomy import category

__all__ = ["roster_of", "setting_of"]


def roster_of(scenario: Scenario) -> Roster:
    """Who the rows of every state are. Builds all bodies; equal descriptions share one.

    Raises:
        UsageError: a body or category that does not exist.
    """
    agents = scenario.agents
    return Roster(
        names=tuple(agent.name for agent in agents),
        categories=tuple(category(agent.category or _category_name(agent)) for agent in agents),
        specs=tuple(agent.body for agent in agents),
        bodies=tuple(build_body(agent.body) for agent in agents),
        parked=np.array([agent.behavior == "parked" for agent in agents], bool),
    )


def setting_of(scenario: Scenario) -> Setting:
    """The unchanging side of a run of this scenario."""
    roster = roster_of(scenario)
    wheels = [_wheels(body) for body in roster.bodies]
    return Setting(
        world=scenario.world,
        roster=roster,
        roles=tuple(_role(agent) for agent in scenario.agents),
        tick_hz=scenario.tick_hz,
        seed=scenario.seed,
        footprint_m=np.array([body.footprint_m for body in roster.bodies], float).reshape(-1, 3),
        wheelbase_m=np.array([base for base, _ in wheels], float),
        wheel_radius_m=np.array([radius for _, radius in wheels], float),
        leg_m=np.array([leg_length_m(b) if b.kind == "person" else 1.0 for b in roster.bodies], float),
    )


def _category_name(agent: Agent) -> str:
    body = agent.body
    if isinstance(body, PersonSpec):
        return "human.pedestrian.child" if body.age == "child" else "human.pedestrian.adult"
    return vehicle_category(body)


def _wheels(body: Body) -> tuple[float, float]:
    rig = body.skeleton
    return (rig.wheelbase_m, rig.wheel_radius_m) if isinstance(rig, VehicleSkeleton) else (0.0, 1.0)


def _role(agent: Agent) -> Role:
    if isinstance(agent, Vehicle):
        return Role(
            behavior=agent.behavior,
            lane=agent.lane,
            s_m=agent.s_m,
            route=agent.route,
            lateral_m=agent.lateral_m,
            heading_offset_rad=agent.heading_offset_rad,
            speed_mps=agent.speed_mps,
        )
    return Role(
        behavior=agent.behavior,
        start_m=agent.start_m,
        yaw_rad=agent.yaw_rad,
        goal_m=agent.goal_m,
        speed_mps=agent.speed_mps,
    )
