"""Lanes, signals, ground and separation against independent oracles."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.following import equilibrium_gap_m, idm_accel_mps2, safe_speed_mps
from sim.agents.ground import GroundHeight
from sim.agents.lanes import LaneMap
from sim.agents.separation import disc_gap_m, held_back, rectangles_overlap
from sim.agents.signals import SignalProgramme
from sim.agents.state import SignalColor
from worlds import avenue, crossing


def test_positions_lie_on_the_centre_lines_at_the_right_distance():
    network = crossing.build(lanes=2).network
    lanes = LaneMap(network.lanes)
    for k, lane in enumerate(network.lanes):
        points = np.array(lane.centre_m)
        steps = np.hypot(*np.diff(points, axis=0).T)
        assert lanes.length_m[k] == pytest.approx(steps.sum())
        for s in np.linspace(0, steps.sum(), 7):
            n = min(int(np.searchsorted(np.cumsum(steps), s)), len(steps) - 1)
            left = s - np.cumsum(steps)[n] + steps[n]
            wanted = points[n] + (points[n + 1] - points[n]) * left / steps[n]
            xy, _ = lanes.position(np.array([k]), np.array([s]))
            assert np.hypot(*(xy[0] - wanted)) < 0.02


def test_curvature_is_the_change_of_heading_and_steering_never_jumps():
    lanes = LaneMap(avenue.build(lanes=2).network.lanes)
    for k in range(len(lanes.ids)):
        s = np.arange(0.0, lanes.length_m[k], 0.05)
        which = np.full(len(s), k)
        _, yaw = lanes.position(which, s)
        bend = lanes.curvature(which, s)
        turned = np.concatenate([[0], np.cumsum((bend[1:] + bend[:-1]) / 2 * np.diff(s))])
        assert np.abs(yaw - yaw[0] - turned).max() < 0.02
        assert np.abs(np.diff(bend)).max() < 0.004


def test_colors_follow_the_phases():
    network = crossing.build(green_s=11.0).network
    programme = SignalProgramme(network)
    cycle_s = sum(phase.duration_s for phase in network.programme)
    for tick in range(0, 2600, 7):
        left = (tick / 20) % cycle_s
        for phase in network.programme:
            if left < phase.duration_s - 1e-9:
                break
            left -= phase.duration_s
        shown = dict(zip(programme.names, programme.colors(tick, 20), strict=True))
        wanted = {name: SignalColor[dict(phase.colors).get(name, "red").upper()] for name in programme.names}
        assert shown == wanted
    assert not len(SignalProgramme(avenue.build().network).colors(5, 20))


def test_fast_ground_equals_slow_ground():
    rng = np.random.default_rng(1)
    for world in (avenue.build(lanes=2), crossing.build(gap_share=0.4)):
        x0, y0, x1, y1 = world.bounds_m
        anywhere = np.stack([rng.uniform(x0 - 5, x1 + 5, 4000), rng.uniform(y0 - 5, y1 + 5, 4000)], 1)
        kerbs = np.concatenate([np.array(p.outline_m) for p in world.ground])
        near = kerbs + rng.normal(0, 0.3, kerbs.shape)
        for points in (anywhere, near):
            assert (GroundHeight(world)(points) == world.ground_height_m(points)).all()


def test_following_settles_at_the_equilibrium_gap():
    speed, desired, headway, standstill = 6.0, 9.0, 1.1, 2.0
    gap, v, one = 40.0, 9.0, np.ones(1)
    for _ in range(6000):
        a = float(
            idm_accel_mps2(
                v * one, desired * one, gap * one, (v - speed) * one, headway * one, standstill * one
            )[0]
        )
        v += a * 0.05
        gap += (speed - v) * 0.05
    assert v == pytest.approx(speed, abs=1e-6)
    assert gap == pytest.approx(equilibrium_gap_m(speed, desired, headway, standstill), abs=1e-4)


def test_braking_from_the_safe_speed_never_hits():
    rng = np.random.default_rng(2)
    gap, leader, dt = rng.uniform(0.0, 60.0, 500), rng.uniform(0.0, 14.0, 500), 0.05
    v = safe_speed_mps(gap, leader, dt)
    assert (v >= 0).all()
    gap, leader = gap.copy(), leader.copy()
    for _ in range(200):
        after = np.maximum(leader - 7.0 * dt, 0)
        gap += (leader + after) / 2 * dt - v * dt
        assert gap.min() > -1e-6
        leader = after
        v = np.minimum(np.maximum(v - 7.0 * dt, 0), safe_speed_mps(gap, leader, dt))


def random_boxes(rng, count):
    pose = np.stack([rng.uniform(-5, 5, count), rng.uniform(-5, 5, count), rng.uniform(-9, 9, count)], 1)
    box = np.stack(
        [rng.uniform(-2, -0.2, count), rng.uniform(0.2, 4, count), rng.uniform(0.2, 1.2, count)], 1
    )
    return pose, box


def local(points, pose, box):
    d = points - pose[:2]
    c, s = np.cos(pose[2]), np.sin(pose[2])
    x, y = c * d[:, 0] + s * d[:, 1], -s * d[:, 0] + c * d[:, 1]
    return (x > box[0]) & (x < box[1]) & (np.abs(y) < box[2])


def test_overlap_of_rectangles_against_points():
    rng = np.random.default_rng(3)
    pose_a, box_a = random_boxes(rng, 300)
    pose_b, box_b = random_boxes(rng, 300)
    said = rectangles_overlap(pose_a, box_a, pose_b, box_b, 0.0)
    u = np.stack(np.meshgrid(np.linspace(0, 1, 60), np.linspace(-1, 1, 60)), -1).reshape(-1, 2)
    for k in range(300):
        x = box_a[k, 0] + u[:, 0] * (box_a[k, 1] - box_a[k, 0])
        y = u[:, 1] * box_a[k, 2]
        c, s = np.cos(pose_a[k, 2]), np.sin(pose_a[k, 2])
        points = pose_a[k, :2] + np.stack([c * x - s * y, s * x + c * y], 1)
        if local(points, pose_b[k], box_b[k]).any():
            assert said[k]
        elif said[k]:
            # Touching by less than the grid of points: shrunk a little they must be apart.
            shrink = np.array([0.15, -0.15, -0.08])
            assert not rectangles_overlap(
                pose_a[k : k + 1],
                box_a[k : k + 1] + shrink,
                pose_b[k : k + 1],
                box_b[k : k + 1] + shrink,
                0.0,
            )[0]


def test_distance_to_rectangles_against_points():
    rng = np.random.default_rng(4)
    pose, box = random_boxes(rng, 100)
    xy = rng.uniform(-8, 8, (100, 2))
    u = np.stack(np.meshgrid(np.linspace(0, 1, 200), np.linspace(-1, 1, 200)), -1).reshape(-1, 2)
    for k, gap in enumerate(disc_gap_m(xy, pose, box)):
        x, y = box[k, 0] + u[:, 0] * (box[k, 1] - box[k, 0]), u[:, 1] * box[k, 2]
        c, s = np.cos(pose[k, 2]), np.sin(pose[k, 2])
        points = pose[k, :2] + np.stack([c * x - s * y, s * x + c * y], 1)
        assert gap == pytest.approx(np.hypot(*(points - xy[k]).T).min(), abs=0.03)


def test_who_is_held_back_leaves_nobody_overlapping():
    rng = np.random.default_rng(5)
    for _ in range(40):
        cars, boxes = random_boxes(rng, 12)
        cars[:, :2] *= 6
        people = rng.uniform(-30, 30, (25, 2))
        # Start from places free of overlap, as a run does.
        bad_car, bad_person = held_back(cars, cars, boxes, people, people, 0.2)
        cars, boxes, people = cars[~bad_car], boxes[~bad_car], people[~bad_person]
        cars_next = cars + rng.normal(0, 1.5, cars.shape)
        people_next = people + rng.normal(0, 1.5, people.shape)
        hold_car, hold_person = held_back(cars, cars_next, boxes, people, people_next, 0.2)
        after = np.where(hold_car[:, None], cars, cars_next)
        stand = np.where(hold_person[:, None], people, people_next)
        i, j = np.triu_indices(len(after), 1)
        assert not rectangles_overlap(after[i], boxes[i], after[j], boxes[j], 0.0).any()
        p, q = np.triu_indices(len(stand), 1)
        assert (np.hypot(*(stand[p] - stand[q]).T) >= 0.4).all()
        for k in range(len(after)):
            every = np.full(len(stand), k)
            assert (disc_gap_m(stand, after[every], boxes[every]) >= 0.2).all()
