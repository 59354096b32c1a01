"""Motion blur against the mean of many instants, and where there is none."""

import dataclasses

import numpy as np
import pytest

from sim.geometry import BrownConrady
from sim.scenario import Camera, CameraResponse, intrinsics

pytestmark = pytest.mark.gl

INSTANTS = 24
SHARP = CameraResponse(
    headroom_ev=0.0, tone="gamma", aperture_f=16.0, lowest_iso=10.0, longest_s=1 / 20, lens_blur_px=0.5
)
BLURRED = dataclasses.replace(SHARP, motion_blur=True)
SIZE = {"width_px": 256, "height_px": 144, "hfov_deg": 75.0, "channels": ("rgb",)}
CAMERAS = {
    "driven": Camera("driven", "a0", x_m=2.2, z_m=1.4, pitch_deg=4.0, **SIZE),
    "fixed": Camera("fixed", x_m=-1.0, y_m=0.5, z_m=1.4, **SIZE),
    "lens": Camera(
        "lens", "a0", x_m=2.2, z_m=1.4, pitch_deg=4.0, distortion=BrownConrady(-0.2, 0.03), **SIZE
    ),
}


def film(street, states, cameras):
    from sim.render import Renderer

    with Renderer(street, states[0].roster, cameras) as renderer:
        for state in states:
            captures = renderer.capture(state)
            yield {c.sensor: (np.array(c.rgb), c.exposure) for c in captures}
            for capture in captures:
                capture.release()


@pytest.fixture(scope="module")
def moving(state):
    """Vehicles drive, one of them turns; people stand."""
    velocity = np.zeros((len(state.roster), 2))
    velocity[0], velocity[1] = (8 * np.cos(0.3), 8 * np.sin(0.3)), (9 * np.cos(3.1), 9 * np.sin(3.1))
    turning = np.zeros(len(state.roster))
    turning[0] = 0.4
    return dataclasses.replace(state, velocity_mps=velocity, yaw_rate_radps=turning)


@pytest.fixture(scope="module")
def pictures(gl, street, moving):
    """Camera -> its blurred picture, its sharp one, and the mean of sharp ones, linear."""
    from sim.render.moving_tiles import later

    cameras = [
        dataclasses.replace(camera, name=f"{name}_{kind}", response=response)
        for name, camera in CAMERAS.items()
        for kind, response in (("sharp", SHARP), ("blurred", BLURRED))
    ]
    once = next(iter(film(street, [moving], cameras)))
    exposure_s = once["driven_sharp"][1].exposure_s
    assert exposure_s == pytest.approx(1 / 20)
    times = (np.arange(INSTANTS) + 0.5) / INSTANTS * exposure_s - exposure_s / 2
    states = [dataclasses.replace(later(moving, t), tick=2 * k) for k, t in enumerate(times)]
    sums = dict.fromkeys(CAMERAS, 0.0)
    for shots in film(street, states, [c for c in cameras if c.name.endswith("sharp")]):
        for name in CAMERAS:
            sums[name] += linear(shots[f"{name}_sharp"][0]) / INSTANTS
    return {
        name: (linear(once[f"{name}_blurred"][0]), linear(once[f"{name}_sharp"][0]), sums[name])
        for name in CAMERAS
    }


def linear(rgb):
    return (rgb / 255.0) ** 2.2


@pytest.mark.parametrize("name", sorted(CAMERAS))
def test_a_blurred_picture_is_the_mean_of_many_instants(pictures, name):
    blurred, sharp, mean = pictures[name]
    before, after = np.abs(sharp - mean), np.abs(blurred - mean)
    moved = before.max(-1) > 0.03
    assert moved.mean() > (0.01 if name == "fixed" else 0.05)
    # Shadows belong to no surface that moves: they stay sharp.
    assert after[moved].mean() < (0.5 if name == "fixed" else 0.4) * before[moved].mean()
    assert after[~moved].mean() < 0.006
    assert np.percentile(after, 99) < 0.6 * np.percentile(before, 99)


def test_what_rests_is_not_blurred(pictures):
    """Before a camera that rests only what moves changes."""
    blurred, sharp, mean = pictures["fixed"]
    rests = np.abs(sharp - mean).max(-1) < 1e-9
    assert rests.mean() > 0.4
    assert (np.abs(blurred - sharp).max(-1)[rests] > 0).mean() < 0.06  # shadows' and bodies' surroundings


def test_nothing_is_drawn_for_streaks_nobody_sees(moving):
    from sim.render.motion_blur import streak_px

    camera = CAMERAS["driven"]
    optics = intrinsics(camera)
    short, longer = (streak_px(camera, optics, moving, t) for t in (1e-4, 1e-3))
    assert longer == pytest.approx(10 * short, rel=0.05)
    assert short < 1 < streak_px(camera, optics, moving, 1 / 30)
    resting = dataclasses.replace(
        moving, velocity_mps=0 * moving.velocity_mps, yaw_rate_radps=0 * moving.yaw_rate_radps
    )
    assert streak_px(camera, optics, resting, 1 / 30) < 1e-6
