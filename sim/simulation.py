"""A scenario in, the state of everybody at every tick out: decide together, then move together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.agents.activity import activities
from sim.agents.cast import Cast
from sim.agents.driving import path_curvature
from sim.agents.motion import Movers, move
from sim.agents.poses import pose_columns
from sim.agents.snapshot import Decisions
from sim.agents.state import WorldState
from sim.agents.towing import trailer_motion
from sim.scenario.casting import setting_of
from sim.scenario.checks import check_agents
from sim.scenario.event_checks import check_events
from sim.scenario.scenario import Scenario
from sim.script import Script, Story

__all__ = ["simulate"]


def simulate(scenario: Scenario) -> Iterator[WorldState]:
    """Run a scenario.

    Args:
        scenario: who, where, how long.

    Yields:
        The state at ticks 0 .. scenario.ticks - 1. Tick 0 is the initial placement, or what has become of it
        after the warm-up. States are values: keep as many as you like.

    Raises:
        UsageError: an agent that cannot be where the scenario puts it.
    """
    check_agents(scenario)
    check_events(scenario)
    cast = Cast(setting_of(scenario))
    script = Script(scenario, cast.setting, cast.guides)
    story, movers = script.start(cast.start())
    for step in range(scenario.warmup_ticks + scenario.ticks):
        tick = step - scenario.warmup_ticks
        if tick == 0:
            story, movers = script.begun(story, movers)
        colors = script.colors(story, cast.setting.programme.colors(step, scenario.tick_hz))
        decisions = cast.decide(step, movers, colors)
        if tick >= 0:
            yield _state(cast, step, tick, movers, decisions, colors, story)
        moved = partial(_moved, cast, decisions)
        if tick >= 0 and scenario.events:
            story, movers = script.advanced(story, movers, moved)
        else:
            movers = moved(movers)


def _moved(cast: Cast, decisions: Decisions, movers: Movers) -> Movers:
    """Everybody one tick later."""
    return move(cast.setting, movers, decisions.drive, decisions.walk, cast.parked_rows, cast.guides)


def _state(
    cast: Cast,
    step: int,
    tick: int,
    movers: Movers,
    decisions: Decisions,
    colors: NDArray[np.uint8],
    story: Story,
) -> WorldState:
    """The state at a tick, `step` ticks after the signals began; it shows what everybody has just decided."""
    setting, traffic, crowd = cast.setting, movers.traffic, movers.crowd
    count = len(setting.roster)
    velocity, accel, yaw_rate = np.zeros((count, 2)), np.zeros(count), np.zeros(count)
    poses = pose_columns(setting, movers, cast.parked_rows, decisions.drive.lights)
    yaw = poses.yaw_rad[traffic.rows]
    velocity[traffic.rows] = np.stack([np.cos(yaw), np.sin(yaw)], 1) * traffic.speed_mps[:, None]
    accel[traffic.rows] = traffic.accel_mps2
    yaw_rate[traffic.rows] = traffic.speed_mps * path_curvature(setting, traffic)
    guided = movers.guided
    velocity[guided.rows], accel[guided.rows] = guided.motion.velocity_mps, guided.motion.accel_mps2
    yaw_rate[guided.rows] = guided.motion.yaw_rate_radps
    velocity[crowd.rows] = crowd.velocity_mps
    yaw_rate[crowd.rows] = crowd.yaw_rate_radps
    company = setting.company
    velocity[company.led], yaw_rate[company.led] = company.velocities(crowd), yaw_rate[company.leaders]
    for rider, vehicle in setting.roster.rider_of.items():
        ahead = poses.position_m[rider, :2] - poses.position_m[vehicle, :2]
        accel[rider], yaw_rate[rider] = accel[vehicle], yaw_rate[vehicle]
        velocity[rider] = velocity[vehicle] + yaw_rate[vehicle] * np.array([-ahead[1], ahead[0]])
    towed, towing = setting.trailers, setting.tractors
    along, yaw_rate[towed] = trailer_motion(
        setting, poses.yaw_rad[towed], poses.yaw_rad[towing], np.hypot(*velocity[towing].T), yaw_rate[towing]
    )
    heading = poses.yaw_rad[towed]
    velocity[towed] = np.stack([np.cos(heading), np.sin(heading)], 1) * along[:, None]
    accel[towed] = accel[towing]
    return WorldState(
        tick=tick,
        tick_hz=setting.tick_hz,
        roster=setting.roster,
        poses=poses,
        velocity_mps=velocity,
        accel_mps2=accel,
        yaw_rate_radps=yaw_rate,
        wait=cast.waits(decisions),
        signal_names=setting.programme.names,
        signals=colors,
        memory={"traffic": traffic, "crowd": crowd, "last_resort": movers.held, "story": story},
        event_times_s=story.times_s(tick / setting.tick_hz),
        environment=story.environment(setting.environment_at(step), tick / setting.tick_hz),
        activity=activities(setting, poses.position_m[:, :2], velocity),
    )
