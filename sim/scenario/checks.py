"""Scenario -> nothing, or a UsageError naming the agent whose lane, place, category or behavior cannot be."""

from __future__ import annotations

import itertools
import math

from sim.agents import behaviors
from sim.bodies import RiderSpec, VehicleSpec, build_body
from sim.bodies.company import CHAIRS, check_companion
from sim.bodies.cycles import CYCLE_SHAPES
from sim.bodies.rail import RAIL_SHAPES, check_tram
from sim.bodies.vehicles import check_vehicle
from sim.errors import UsageError, near_matches
from sim.scenario.scenario import Agent, Pedestrian, Scenario, Vehicle
from sim.scenario.sensors import Camera
from sim.taxonomy import CATEGORIES
from sim.world import Lane

__all__ = ["check_agents", "check_bodies", "check_camera"]

DRIVING = ("follow_lane", "parked")
TRAJECTORY, SCRIPTED = "trajectory", "scripted"
"""Behaviors of vehicles and people alike."""
MAX_SPEED_MPS = 70.0
MAX_WALK_MPS = 7.0
MAX_LATERAL_M = 10.0
MAX_TURN_RAD = 10.0
MAX_TURN_DEG = 720.0
MAX_TRAJECTORY_YAW_RAD = 1000.0
FARTHEST_M = 10_000.0


def check_agents(scenario: Scenario) -> None:
    """Check every agent against the world and the taxonomy.

    Raises:
        UsageError: the first thing wrong: which agent, which field, its value, what would be right.
    """
    lanes = {lane.id: lane for lane in scenario.world.network.lanes}
    for index, agent in enumerate(scenario.agents):
        problem = _problem(agent, lanes)
        if problem:
            kind = "vehicle" if isinstance(agent, Vehicle) else "pedestrian"
            raise UsageError(f"agents[{index}].{kind}.{problem}")


def check_camera(camera: Camera) -> None:
    """Check that a camera stands somewhere. Raises UsageError: the field, its value, what would be right."""
    for field, most in (
        *((name, FARTHEST_M) for name in ("x_m", "y_m", "z_m")),
        *((name, MAX_TURN_DEG) for name in ("yaw_deg", "pitch_deg", "roll_deg")),
    ):
        if abs(getattr(camera, field)) > most:
            raise UsageError(
                f"camera {camera.name!r}: {field} is {getattr(camera, field)}, wanted {-most} to {most}"
            )


def check_bodies(scenario: Scenario) -> None:
    """Check every agent's body. People are built for it, once: whoever reads a file goes on to need them.

    Raises:
        UsageError: the first body that cannot be: which agent, which field, its value, what would be right.
    """
    for index, agent in enumerate(scenario.agents):
        try:
            if isinstance(agent, Vehicle):
                _check_vehicle(agent.body)
                if agent.trailer is not None:
                    _check_vehicle(agent.trailer)
                if agent.rider is not None:
                    build_body(RiderSpec(agent.rider, agent.body))
            else:
                build_body(agent.body)
        except UsageError as error:
            kind = "vehicle" if isinstance(agent, Vehicle) else "pedestrian"
            raise UsageError(f"agents[{index}].{kind}.body: {error}") from None
        if isinstance(agent, Pedestrian):
            _check_company(agent, f"agents[{index}].pedestrian")


def _check_company(person: Pedestrian, where: str) -> None:
    company = person.companion
    if person.body.held == "pram" and (company is None or company.shape != "pram"):
        raise UsageError(f"{where}.body.held: 'pram' is for who has one, wanted a companion of shape pram")
    if company is None:
        return
    try:
        check_companion(company)
    except UsageError as error:
        raise UsageError(f"{where}.companion.{error}") from None
    build_body(RiderSpec(person.body, company) if company.shape in CHAIRS else company)


def _check_vehicle(body: VehicleSpec) -> None:
    """As `build_body` does, without painting a model's textures."""
    if body.shape in (*CYCLE_SHAPES, "own") or body.own is not None:
        build_body(body)
        return
    if body.shape in RAIL_SHAPES:
        check_tram(body)
        return
    check_vehicle(body)


def _problem(agent: Agent, lanes: dict[str, Lane]) -> str:
    if not agent.name:
        return "name: is empty"
    if agent.category and agent.category not in CATEGORIES:
        return f"category: {near_matches('category', agent.category, CATEGORIES)}"
    kinds = CATEGORIES.get(agent.category)
    if kinds is not None and not (kinds.is_vehicle if isinstance(agent, Vehicle) else kinds.is_person):
        kind = "vehicle" if isinstance(agent, Vehicle) else "human"
        return f"category: {agent.category!r} is not for this kind of agent, wanted one below {kind!r}"
    if agent.behavior not in behaviors:
        return f"behavior: {near_matches('behavior', agent.behavior, behaviors)}"
    alike = agent.behavior in (TRAJECTORY, SCRIPTED)
    if not alike and (agent.behavior in DRIVING) != isinstance(agent, Vehicle):
        others = [name for name in behaviors if (name in DRIVING) == isinstance(agent, Vehicle)]
        suited = [name for name in others if name not in (TRAJECTORY, SCRIPTED)] + [TRAJECTORY, SCRIPTED]
        return f"behavior: {agent.behavior!r} is not for this kind of agent, wanted {' or '.join(suited)}"
    fastest = MAX_SPEED_MPS if isinstance(agent, Vehicle) else MAX_WALK_MPS
    if not 0 <= agent.speed_mps <= fastest:
        return f"speed_mps: {agent.speed_mps} is out of range, wanted 0 to {fastest}"
    if isinstance(agent, Vehicle) and agent.rider is not None and agent.body.shape not in CYCLE_SHAPES:
        return f"rider: a {agent.body.shape} has none, wanted a body.shape of {', '.join(CYCLE_SHAPES)}"
    if isinstance(agent, Vehicle) and agent.trailer is not None:
        if agent.body.shape != "tractor" or agent.behavior != "follow_lane":
            return f"trailer: behind a {agent.body.shape}, wanted a tractor with the behavior follow_lane"
        if agent.trailer.shape != "semitrailer":
            return f"trailer.shape: a tractor pulls no {agent.trailer.shape}, wanted a semitrailer"
    if agent.behavior == TRAJECTORY or agent.trajectory is not None:
        return _off_trajectory(agent)
    return _misplaced(agent, lanes) if isinstance(agent, Vehicle) else _astray(agent)


def _off_trajectory(agent: Agent) -> str:
    way = agent.trajectory
    if way is None:
        return "trajectory: missing, wanted where the agent is when"
    if agent.behavior != TRAJECTORY:
        return f"trajectory: given with the behavior {agent.behavior!r}, wanted the behavior {TRAJECTORY!r}"
    if not isinstance(agent, Vehicle):
        if way.z_m:
            return "trajectory.z_m: of a person, who walks on the ground; wanted none"
        if agent.start_m is not None or agent.goal_m is not None:
            return "start_m, goal_m: given with a trajectory, which says where people are; wanted neither"
    elif agent.lane or agent.route:
        return "lane, route: given with a trajectory, which says where the vehicle is; wanted neither"
    for field, most in (
        *((name, FARTHEST_M) for name in ("x_m", "y_m", "z_m")),
        ("yaw_rad", MAX_TRAJECTORY_YAW_RAD),
        ("speed_mps", MAX_SPEED_MPS),
    ):
        for index, value in enumerate(getattr(way, field)):
            if not abs(value) <= most:
                return f"trajectory.{field}[{index}]: {value} is out of range, wanted {-most} to {most}"
    return ""


def _astray(person: Pedestrian) -> str:
    if person.start_m is None:
        return "start_m: missing"
    for field in ("start_m", "goal_m"):
        for index, value in enumerate(getattr(person, field) or ()):
            if abs(value) > FARTHEST_M:
                return f"{field}[{index}]: {value} is out of range, wanted {-FARTHEST_M} to {FARTHEST_M}"
    if abs(person.yaw_rad) > MAX_TURN_RAD:
        return f"yaw_rad: {person.yaw_rad} is out of range, wanted {-MAX_TURN_RAD} to {MAX_TURN_RAD}"
    return ""


def _misplaced(vehicle: Vehicle, lanes: dict[str, Lane]) -> str:
    if not vehicle.lane:
        return "lane: missing"
    for field, lane in (
        ("lane", vehicle.lane),
        *((f"route[{i}]", lane) for i, lane in enumerate(vehicle.route)),
    ):
        if lane not in lanes:
            return f"{field}: {near_matches('lane', lane, lanes)}"
    for field, most in (("lateral_m", MAX_LATERAL_M), ("heading_offset_rad", MAX_TURN_RAD)):
        if abs(getattr(vehicle, field)) > most:
            return f"{field}: {getattr(vehicle, field)} is out of range, wanted {-most} to {most}"
    line = lanes[vehicle.lane].centre_m
    length_m = sum(math.dist(a, b) for a, b in itertools.pairwise(line))
    if vehicle.behavior == SCRIPTED:
        length_m = FARTHEST_M  # its way goes on along the lanes that follow
    if not 0 <= vehicle.s_m <= length_m:
        return f"s_m: {vehicle.s_m} is off lane {vehicle.lane!r}, wanted 0 to {length_m:.1f}"
    return ""
