"""How surfaces move against a camera, against bones posed twice; where agents that move may be."""

import dataclasses

import numpy as np
import pytest

from sim.bodies import bone_matrices
from sim.scenario import Camera, camera_pose, intrinsics

CAMERA = Camera("driven", "a0", x_m=2.2, z_m=1.4, pitch_deg=4.0, width_px=320, height_px=180, hfov_deg=75.0)
EXPOSURE_S = 1 / 20


@pytest.fixture(scope="module")
def moving(state):
    rng = np.random.default_rng(5)
    count = len(state.roster)
    return dataclasses.replace(
        state, velocity_mps=rng.normal(0, 6, (count, 2)), yaw_rate_radps=rng.normal(0, 0.5, count)
    )


def measured(state):
    from sim.render.moving_tiles import motions

    pose = camera_pose(CAMERA, state)[0]
    return motions(CAMERA, intrinsics(CAMERA), state, pose, EXPOSURE_S, shows_carrier=False)


def test_agents_move_as_their_bones_do(moving):
    from sim.render.moving_tiles import later

    end = later(moving, EXPOSURE_S / 2)
    bodies = moving.roster.bodies
    here, there = (camera_pose(CAMERA, s)[0] for s in (moving, end))
    now, then = (bone_matrices(bodies, s.poses)[:, 0].astype(float) for s in (moving, end))
    found = measured(moving)
    point = np.array([0.3, -0.2, 0.9, 1.0])
    for row in range(len(bodies)):
        seen = here.inverse().apply((now[row] @ point)[None])[0]
        wanted = there.inverse().apply((then[row] @ point)[None])[0]
        # Knees of people whose feet stand where they stood give as their bodies move on.
        gives_m = 0.06 if moving.roster.categories[row].name.startswith("human.pedestrian") else 1e-5
        assert found.of_agents[row + 1, :3] @ [*seen, 1.0] == pytest.approx(wanted, abs=gives_m), row
        assert found.of_agents[row + 1, 3, 0] == 1.0
    standing = here.inverse().apply(point[None, :3])[0]
    wanted = there.inverse().apply(point[None, :3])[0]
    for matrix in (found.of_standing, found.of_agents[0]):
        assert (matrix @ [*standing, 1.0])[:3] == pytest.approx(wanted, abs=1e-9)
    # Who carries the camera rests before it.
    assert np.array_equal(found.of_agents[1 + found.carrier, :3], np.eye(4)[:3])


def test_only_tiles_around_agents_that_move_pay_for_them(moving):
    resting = dataclasses.replace(
        moving, velocity_mps=0 * moving.velocity_mps, yaw_rate_radps=0 * moving.yaw_rate_radps
    )
    assert not measured(resting).tiles.any()
    assert np.array_equal(measured(resting).of_standing, np.eye(4))
    classes = measured(moving).tiles
    assert set(np.unique(classes)) <= {0.0, 1.0, 2.0, 3.0}
    assert (classes == 3.0).any()
    # Beside a tile of a class lie tiles of at least the next lower one.
    for axis in (0, 1):
        assert (np.abs(np.diff(classes, axis=axis)) <= 1).all()
