"""Drops on the lens and spray behind wheels: how many, where, when they go."""

import dataclasses

import numpy as np
import pytest

from sim.environment import Environment
from sim.geometry import Intrinsics, Pose
from sim.render.weather.lens_drops import MOST_DROPS, lens_drops
from sim.render.weather.particles import Exposure
from sim.render.weather.spray import spray
from sim.scenario import Camera

OPTICS = Intrinsics(1280, 720, 900.0, 900.0, 640.0, 360.0)
FIXED = Camera("overview")
DASHCAM = Camera("front", mount="ego")
SOAKED = Environment(lens_drops=1.0)


def test_as_many_drops_as_the_share_says():
    counts = {
        share: np.mean(
            [len(lens_drops(FIXED, OPTICS, Environment(lens_drops=share), t, 3).opacity) for t in range(40)]
        )
        for share in (0.0, 0.25, 1.0)
    }
    assert counts[0.0] == 0
    assert 0.9 * MOST_DROPS < counts[1.0] <= MOST_DROPS
    assert counts[0.25] == pytest.approx(counts[1.0] / 4, rel=0.1)


def test_a_drop_stays_for_seconds_and_then_is_elsewhere():
    pictures = [lens_drops(FIXED, OPTICS, SOAKED, 10.0 + k / 10, 3) for k in range(2)]
    first, later = ({tuple(np.round(at, 6)) for at in p.at_px} for p in pictures)
    assert len(first & later) > 0.6 * len(first)
    much_later = {tuple(np.round(at, 6)) for at in lens_drops(FIXED, OPTICS, SOAKED, 30.0, 3).at_px}
    assert not first & much_later


def test_a_wiper_leaves_no_drop_behind_it():
    rainy = dataclasses.replace(SOAKED, rain_mm_per_h=5.0)
    counts = [len(lens_drops(DASHCAM, OPTICS, rainy, k * 0.05, 3).opacity) for k in range(200)]
    unwiped = [len(lens_drops(DASHCAM, OPTICS, SOAKED, k * 0.05, 3).opacity) for k in range(0, 200, 20)]
    assert min(counts) < 0.2 * np.mean(unwiped)
    assert max(counts) > 2 * min(counts)
    # Nothing wipes a camera that is fixed, or looks to the side.
    sideways = dataclasses.replace(DASHCAM, yaw_deg=90.0)
    for camera in (FIXED, sideways):
        assert len(lens_drops(camera, OPTICS, rainy, 1.2, 3).opacity) > 0.8 * MOST_DROPS


def test_cameras_and_seeds_have_drops_of_their_own():
    pictures = [
        lens_drops(camera, OPTICS, SOAKED, 5.0, seed)
        for camera, seed in ((FIXED, 1), (FIXED, 1), (FIXED, 2), (Camera("other"), 1))
    ]
    assert pictures[0].at_px.tobytes() == pictures[1].at_px.tobytes()
    assert not np.array_equal(pictures[0].at_px[:20], pictures[2].at_px[:20])
    assert not np.array_equal(pictures[0].radius_px[:20], pictures[3].radius_px[:20])


def wet(state, speed_mps, wetness=1.0):
    yaw = state.poses.yaw_rad
    velocity = np.stack([np.cos(yaw), np.sin(yaw)], 1) * speed_mps
    return dataclasses.replace(
        state, velocity_mps=velocity, environment=Environment(wetness=wetness, wind_mps=0.0)
    )


ABOVE = Pose(np.array([[0.0, -1, 0], [-1, 0, 0], [0, 0, -1]]), np.array([10.0, 0.0, 30.0]))
NOW = Exposure(3.0, 0.01, np.zeros(3))


def test_no_spray_where_it_is_dry_or_nobody_drives(state):
    assert len(spray(wet(state, 15.0, 0.0), NOW, ABOVE, 1)) == 0
    assert len(spray(wet(state, 0.0), NOW, ABOVE, 1)) == 0
    assert len(spray(wet(state, 3.0), NOW, ABOVE, 1)) == 0


def test_spray_rises_behind_vehicles_and_more_so_when_they_are_fast(state):
    slow, fast = (spray(wet(state, v), NOW, ABOVE, 1) for v in (7.0, 18.0))
    assert 0 < slow.opacity.sum() < 0.5 * fast.opacity.sum()
    world = ABOVE.apply(fast.start_m)
    vehicles = [r for r, b in enumerate(state.roster.bodies) if b.kind == "vehicle" and b.size_lwh_m[1] > 1.2]
    ahead = np.stack([np.cos(state.poses.yaw_rad), np.sin(state.poses.yaw_rad)], 1)
    behind = np.full(len(world), np.inf)
    for row in vehicles:
        offset = world[:, :2] - state.poses.position_m[row, :2]
        along, across = offset @ ahead[row], offset @ [-ahead[row, 1], ahead[row, 0]]
        mine = (np.abs(across) < 2.2) & (along < 0.6) & (along > -12.0)
        behind = np.where(mine, 0.0, behind)
    assert (behind == 0.0).all()
    assert (world[:, 2] > -1e-9).all()
    assert (world[:, 2] < 2.0).all()
