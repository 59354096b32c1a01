"""A scenario -> its roster (bodies built) and the setting that everybody acts in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.agents.setting import Role, Setting
from sim.agents.state import Roster
from sim.bodies import Body, BodySpec, PersonSpec, RiderSpec, build_body
from sim.bodies.company import CHAIRS, COMPANION_CATEGORIES, WheeledSkeleton
from sim.bodies.cycles import CYCLE_CATEGORIES, CYCLE_SHAPES, CycleSkeleton
from sim.bodies.people import PersonSkeleton, fitted, leg_length_m, sample_rider
from sim.bodies.rail import TramSkeleton
from sim.bodies.vehicles import vehicle_category
from sim.bodies.vehicles.rig import VehicleSkeleton
from sim.randomness import stream
from sim.scenario.scenario import Agent, Pedestrian, Scenario, Vehicle
from sim.taxonomy import category

__all__ = ["rider", "roster_of", "setting_of"]

_RIDERS = {"vehicle.bicycle": "human.rider.bicyclist", "vehicle.motorcycle": "human.rider.motorcyclist"}


def roster_of(scenario: Scenario) -> Roster:
    """Who the rows of every state are: the agents in their order, then riders, trailers, prams and dogs.

    The row of a person in a wheelchair is the wheelchair's, which the person rides. Builds all bodies; equal
    descriptions share one.

    Raises:
        UsageError: a body or category that does not exist, or a rider who does not fit.
    """
    agents = scenario.agents
    names = [agent.name for agent in agents]
    kinds = [category(agent.category or _category_name(agent)) for agent in agents]
    specs: list[BodySpec] = [agent.body for agent in agents]
    rider_of: dict[int, int] = {}
    for row, agent in enumerate(agents):
        if isinstance(agent, Pedestrian) and agent.companion is not None and agent.companion.shape in CHAIRS:
            rider_of[len(names)] = row
            names.append(f"{agent.name}.rider")
            kinds[row] = category(COMPANION_CATEGORIES[agent.companion.shape])
            kinds.append(category(agent.category or "human.pedestrian.wheelchair"))
            specs[row] = agent.companion
            specs.append(RiderSpec(agent.body, agent.companion))
            continue
        person = rider(agent, scenario.seed) if isinstance(agent, Vehicle) else None
        if person is None or not isinstance(agent, Vehicle):
            continue
        machine = fitted(person, agent.body)
        specs[row] = machine
        rider_of[len(names)] = row
        names.append(f"{agent.name}.rider")
        kinds.append(category(_RIDERS[CYCLE_CATEGORIES[agent.body.shape]]))
        specs.append(RiderSpec(person, machine))
    towed_by: dict[int, int] = {}
    for row, agent in enumerate(agents):
        if isinstance(agent, Vehicle) and agent.trailer is not None:
            towed_by[len(names)] = row
            names.append(f"{agent.name}.trailer")
            kinds.append(category(vehicle_category(agent.trailer)))
            specs.append(agent.trailer)
    led_by: dict[int, int] = {}
    for row, agent in enumerate(agents):
        company = agent.companion if isinstance(agent, Pedestrian) else None
        if isinstance(agent, Pedestrian) and company is not None and company.shape not in CHAIRS:
            led_by[len(names)] = row
            names.append(f"{agent.name}.{company.shape}")
            kinds.append(category(COMPANION_CATEGORIES[company.shape]))
            specs.append(company)
            if company.shape == "pram":
                specs[row] = replace(agent.body, held="pram")
    return Roster(
        names=tuple(names),
        categories=tuple(kinds),
        specs=tuple(specs),
        bodies=tuple(build_body(spec) for spec in specs),
        parked=np.array(
            [k < len(agents) and agents[k].behavior == "parked" for k in range(len(names))], bool
        ),
        rider_of=rider_of,
        towed_by=towed_by,
        led_by=led_by,
    )


def rider(vehicle: Vehicle, seed: int) -> PersonSpec | None:
    """Who rides a vehicle: whom the scenario names; on a two-wheeler that drives else somebody drawn."""
    if vehicle.rider is not None or vehicle.body.shape not in CYCLE_SHAPES or vehicle.behavior == "parked":
        return vehicle.rider
    return sample_rider(stream(seed, f"agents/{vehicle.name}/rider"), vehicle.body.shape)


def setting_of(scenario: Scenario) -> Setting:
    """The unchanging side of a run of this scenario."""
    roster = roster_of(scenario)
    wheels = [_wheels(body) for body in roster.bodies]
    return Setting(
        world=scenario.world,
        roster=roster,
        roles=(
            *(_role(agent) for agent in scenario.agents),
            *(Role("ride") for _ in roster.rider_of),
            *(Role("towed") for _ in roster.towed_by),
            *(Role("led") for _ in roster.led_by),
        ),
        tick_hz=scenario.tick_hz,
        seed=scenario.seed,
        footprint_m=np.array([body.footprint_m for body in roster.bodies], float).reshape(-1, 3),
        wheelbase_m=np.array([base for base, _ in wheels], float),
        wheel_radius_m=np.array([radius for _, radius in wheels], float),
        leg_m=np.array([_leg_m(body) for body in roster.bodies], float),
        environment=scenario.environment_plan,
        warmup_ticks=scenario.warmup_ticks,
    )


def _category_name(agent: Agent) -> str:
    body = agent.body
    if isinstance(body, PersonSpec):
        return "human.pedestrian.child" if body.age == "child" else "human.pedestrian.adult"
    return CYCLE_CATEGORIES.get(body.shape) or vehicle_category(body)


def _leg_m(body: Body) -> float:
    return leg_length_m(body) if isinstance(body.skeleton, PersonSkeleton) else 1.0


def _wheels(body: Body) -> tuple[float, float]:
    rig = body.skeleton
    if isinstance(rig, (VehicleSkeleton, CycleSkeleton, TramSkeleton, WheeledSkeleton)):
        return rig.wheelbase_m, rig.wheel_radius_m
    return 0.0, 1.0


def _role(agent: Agent) -> Role:
    led = agent.trajectory
    if led is not None:
        behavior = "guided" if isinstance(agent, Vehicle) else agent.behavior
        return Role(behavior, start_m=(led.x_m[0], led.y_m[0]), yaw_rad=led.yaw_rad[0], trajectory=led)
    if isinstance(agent, Vehicle):
        return Role(
            behavior="guided" if agent.behavior == "scripted" else agent.behavior,
            lane=agent.lane,
            s_m=agent.s_m,
            route=agent.route,
            lateral_m=agent.lateral_m,
            heading_offset_rad=agent.heading_offset_rad,
            speed_mps=agent.speed_mps,
        )
    assert agent.start_m is not None, "checked before: check_agents asks for one"
    return Role(
        behavior=agent.behavior,
        start_m=agent.start_m,
        yaw_rad=agent.yaw_rad,
        goal_m=agent.goal_m,
        speed_mps=agent.speed_mps,
        group=agent.group,
    )
