"""The next frame, fetched through the flow, is this frame, as well as DIS flow explains it by looking."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from sim.moments import moments
from sim.render import Renderer
from sim.scenario import Camera
from sim.scenario.population import default_scenario
from sim.simulation import simulate
from worlds import crossing

pytestmark = pytest.mark.gl

WIDTH_PX, HEIGHT_PX = 480, 270
CHANNELS = ("rgb", "instance", "flow_forward", "flow_backward", "occlusion_forward", "occlusion_backward")
TEXTURED = 1e-4  # of the smaller eigenvalue of the structure tensor: a pattern in both directions
DIRECTIONS = ("forward", "backward")


def film(seed):
    """{camera: [channels of two consecutive frames]}, {camera: instance id it looks at}.

    One camera drives, one stands beside somebody who walks, one beside somebody who drives.
    """
    scenario = default_scenario(
        crossing.build(), seed, duration_s=0.3, warmup_s=3.0, vehicles=8, parked=4, people=12
    )
    states = list(simulate(scenario))
    first = states[0]
    look = {"width_px": WIDTH_PX, "height_px": HEIGHT_PX, "channels": CHANNELS}
    cameras = [Camera("front", "ego", x_m=1.5, z_m=1.6, rate_hz=10, **look)]
    speed = np.hypot(*first.velocity_mps.T)
    drives = np.array([kind.is_vehicle for kind in first.roster.categories])
    subjects = {"front": 0}
    for name, rows, away_m, height_m in (
        ("person", ~drives & (speed > 1), 3.5, 1.4),
        ("car", drives & (speed > 3) & (np.arange(len(drives)) > 0), 7.0, 1.8),
    ):
        row = int(np.flatnonzero(rows)[0])
        x, y, z = first.poses.position_m[row]
        side = first.poses.yaw_rad[row] + np.pi / 2 + 0.4
        at = (float(x + away_m * np.cos(side)), float(y + away_m * np.sin(side)), float(z + height_m))
        facing = float(np.degrees(side)) + 180
        cameras.append(Camera(name, "", *at, facing, 5.0, rate_hz=20, **look))
        subjects[name] = row + 1
    shots = {camera.name: [] for camera in cameras}
    renderer = Renderer(scenario.world, first.roster, cameras)
    for moment in moments(states, cameras):
        for capture in renderer.capture(moment.state, moment.before, moment.after):
            shots[capture.sensor].append({name: image.copy() for name, image in capture.channels.items()})
            capture.release()
    renderer.close()
    return {name: frames[1:3] for name, frames in shots.items()}, subjects, float(speed[0])


@pytest.fixture(scope="module", params=[1, 4])
def filmed(request):
    return film(request.param)


def explained(here, there, flow, chosen):
    """Mean difference of the colors of chosen pixels to those where the flow says they are."""
    rows, columns = np.indices(flow.shape[:2], np.float32)
    to = np.nan_to_num(flow)
    fetched = cv2.remap(
        there["rgb"].astype(np.float32), columns + to[..., 0], rows + to[..., 1], cv2.INTER_LINEAR
    )
    return float(np.abs(fetched - here["rgb"]).mean(2)[chosen].mean())


def compare(frames, direction):
    """Frame here, frame there, our flow, DIS flow, and which pixels are textured and seen in both."""
    here, there = frames if direction == "forward" else frames[::-1]
    gray, other = (cv2.cvtColor(frame["rgb"], cv2.COLOR_RGB2GRAY) for frame in (here, there))
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(gray, other, None)
    flow = here[f"flow_{direction}"]
    seen = (here[f"occlusion_{direction}"] == 0) & np.isfinite(flow).all(2)
    return here, there, flow, dis, seen & (cv2.cornerMinEigenVal(gray, 5) > TEXTURED)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_flow_of_a_driving_camera_explains_the_other_frame(filmed, direction):
    shots, _, speed_mps = filmed
    assert speed_mps > 3
    here, there, flow, dis, chosen = compare(shots["front"], direction)
    assert chosen.mean() > 0.2
    ours, still = (explained(here, there, f, chosen) for f in (flow, np.zeros_like(flow)))
    assert ours <= 1.2 * explained(here, there, dis, chosen)
    assert ours < 0.4 * still
    assert np.median(np.hypot(*np.moveaxis(dis - flow, -1, 0))[chosen]) < 0.5


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("subject", ["person", "car"])
def test_flow_of_bodies_that_move_explains_them(filmed, subject, direction):
    shots, subjects, _ = filmed
    here, there, flow, dis, chosen = compare(shots[subject], direction)
    chosen &= here["instance"] == subjects[subject]
    assert chosen.sum() > 500
    ours, still = (explained(here, there, f, chosen) for f in (flow, np.zeros_like(flow)))
    assert ours <= 1.2 * explained(here, there, dis, chosen)
    assert ours < 0.4 * still


@pytest.mark.parametrize(
    "wrong", [lambda f: -f, lambda f: 0.5 * f, lambda f: f[..., ::-1], lambda f: f + 1.0]
)
def test_wrong_flow_would_be_noticed(filmed, wrong):
    """Sign, scale, order of the axes, an offset of a pixel: each breaks the limits above."""
    shots, _, _ = filmed
    here, there, flow, dis, chosen = compare(shots["front"], "forward")
    assert explained(here, there, wrong(flow), chosen) > 1.2 * explained(here, there, dis, chosen)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_shadow_that_moves_does_not_move_the_ground(filmed, direction):
    """Before a standing camera scenery has no flow at all, though its colors change where shadows pass."""
    shots, _, _ = filmed
    for subject in ("person", "car"):
        here, there, flow, _, _ = compare(shots[subject], direction)
        scenery = here["instance"] == 0
        assert (flow[scenery] == 0).all()
    # The last is beside a car: its shadow passes over the road.
    ground = scenery & (there["instance"] == 0) & (here[f"occlusion_{direction}"] == 0)
    within = cv2.erode(ground.astype(np.uint8), np.ones((5, 5))) > 0
    changed = np.abs(here["rgb"].astype(int) - there["rgb"]).max(2) > 12
    assert (changed & within).sum() > 200
