"""The proof of traffic finds nothing in a run and everything that is put into it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.agents import SignalColor, WaitReason
from sim.scenario.population import default_scenario
from sim.simulation import simulate
from worlds import crossing

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from traffic_proof import judged


@pytest.fixture(scope="module")
def run():
    """(world, states) of a junction of two lanes each way, 12 s."""
    world = crossing.build(lanes=2, green_s=8.0)
    return world, list(simulate(default_scenario(world, 2, duration_s=12.0, people=6)))


def moved(state, row, by_m):
    """The state with one agent elsewhere: `by_m` to its left."""
    poses = state.poses
    at, yaw = poses.position_m.copy(), poses.yaw_rad[row]
    at[row, :2] += by_m * np.array([-np.sin(yaw), np.cos(yaw)])
    return replace(state, poses=replace(poses, position_m=at))


def test_a_run_is_clean(run):
    world, states = run
    found = judged(world, states)
    assert found.is_clean
    assert found.ticks == 240
    assert found.last_resort == 0
    assert found.first == ""
    assert found.strongest_mps2 > 1.0


def test_red_lights_passed_are_counted(run):
    world, states = run
    red = [replace(s, signals=np.full_like(s.signals, SignalColor.RED)) for s in states]
    found = judged(world, red)
    assert found.red > 0
    assert not found.is_clean
    assert "at red at tick" in found.first


def test_places_that_do_not_follow_are_counted(run):
    world, states = run
    row = int(states[0].memory["traffic"].rows[1])
    found = judged(world, [*states[:9], moved(states[9], row, 0.3), *states[10:20]])
    assert found.jumps == 2
    assert found.overlaps == found.off_road == 0
    assert not found.is_clean


def test_vehicles_beside_the_road_and_in_others_are_counted(run):
    world, states = run
    traffic = states[0].memory["traffic"]
    found = judged(world, [moved(states[0], int(traffic.rows[0]), -20.0)])
    assert found.off_road > 0
    poses = states[0].poses
    at = poses.position_m.copy()
    at[traffic.rows[0]] = at[traffic.rows[1]]
    found = judged(world, [replace(states[0], poses=replace(poses, position_m=at))])
    assert found.overlaps > 0
    assert "overlap at tick 0" in found.first


def test_numbers_that_are_none_and_who_stands_without_reason_are_counted(run):
    world, states = run
    accel = states[5].accel_mps2.copy()
    accel[0] = np.nan
    assert judged(world, [states[4], replace(states[5], accel_mps2=accel)]).not_numbers == 1
    state = replace(states[0], velocity_mps=np.zeros_like(states[0].velocity_mps))
    silent = replace(state, wait=np.zeros_like(state.wait))
    found = judged(world, [replace(silent, tick=1)] * 30)
    assert found.stuck_s == 30 / state.tick_hz
    told = np.full_like(state.wait, WaitReason.RED_LIGHT)
    assert judged(world, [replace(state, tick=1, wait=told)] * 30).stuck_s == 0
