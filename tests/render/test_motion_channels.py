"""Motion channels: the same whatever was captured before, by either reader, and empty without neighbors."""

import dataclasses

import numpy as np
import pytest

from sim.agents.state import WorldState
from sim.frame import CHANNELS, MOTION_CHANNELS, NO_OTHER_FRAME
from sim.geometry import BrownConrady
from sim.moments import moments
from sim.scenario import Camera

pytestmark = pytest.mark.gl

_FRONT = Camera(
    "front", mount="a0", x_m=0.5, z_m=1.4, width_px=160, height_px=90, rate_hz=10, channels=tuple(CHANNELS)
)
CAMERAS = (
    _FRONT,
    dataclasses.replace(_FRONT, name="slow", rate_hz=5, width_px=96, height_px=54),
    dataclasses.replace(_FRONT, name="bent", distortion=BrownConrady(k1=-0.2, k2=0.03)),
)


@pytest.fixture(scope="module")
def states(state) -> list[WorldState]:
    """A second of everybody moving ahead, wheels rolling, people swinging their arms."""
    out = []
    for tick in range(9):
        poses, t_s = state.poses, tick / state.tick_hz
        ahead = np.stack([np.cos(poses.yaw_rad), np.sin(poses.yaw_rad), 0 * poses.yaw_rad], 1) * 3.0 * t_s
        moved = dataclasses.replace(
            poses,
            position_m=poses.position_m + ahead,
            foot_m=poses.foot_m + ahead[:, None],
            yaw_rad=poses.yaw_rad + 0.2 * t_s,
            wheel_rad=poses.wheel_rad + 9.0 * t_s,
            gait_phase=poses.gait_phase + t_s,
            gait_weight=np.ones_like(poses.gait_weight),
        )
        out.append(dataclasses.replace(state, tick=tick, poses=moved))
    return out


def copied(capture):
    return {name: array.copy() for name, array in capture.channels.items()}


@pytest.fixture(scope="module")
def in_order(gl, street, states):
    from sim.render import Renderer

    out = {}
    with Renderer(street, states[0].roster, CAMERAS) as renderer:
        for moment in moments(states, CAMERAS):
            for capture in renderer.capture(moment.state, moment.before, moment.after):
                out[capture.sensor, capture.tick] = copied(capture)
                capture.release()
    return out


def test_nothing_depends_on_what_was_captured_before(in_order, street, states) -> None:
    from sim.render import Renderer

    every = {m.state.tick: m for m in moments(states, CAMERAS)}
    with Renderer(street, states[0].roster, CAMERAS) as renderer:
        for tick in (8, 2, 4, 0, 6, 4):
            moment = every[tick]
            for capture in renderer.capture(moment.state, moment.before, moment.after):
                for name, array in capture.channels.items():
                    expected = in_order[capture.sensor, tick][name]
                    assert array.tobytes() == expected.tobytes(), (capture.sensor, tick, name)
                capture.release()


def test_both_readers_give_the_same_arrays(in_order, street, states) -> None:
    from sim.render import Renderer
    from sim.render.gl import PandaReader

    def slow(engine):
        return PandaReader(engine.panda, engine.gsg)

    moment = next(m for m in moments(states, CAMERAS) if m.state.tick == 4)
    with Renderer(street, states[0].roster, CAMERAS, reader=slow) as renderer:
        for capture in renderer.capture(moment.state, moment.before, moment.after):
            assert set(capture.channels) == set(CHANNELS)
            for name, array in capture.channels.items():
                assert np.array_equal(array, in_order[capture.sensor, 4][name], equal_nan=array.dtype == "f4")


def test_without_a_neighbor_nothing_is_said(gl, street, states) -> None:
    from sim.render import Renderer

    with Renderer(street, states[0].roster, CAMERAS) as renderer:
        for capture in renderer.capture(states[0]):
            for name in MOTION_CHANNELS:
                array = capture.channels[name]
                assert (array == NO_OTHER_FRAME).all() if array.dtype == np.uint8 else np.isnan(array).all()


def test_ends_are_empty_and_the_middle_moves(in_order) -> None:
    for camera, last in (("front", 8), ("slow", 8), ("bent", 8)):
        first_tick, last_tick = in_order[camera, 0], in_order[camera, last]
        assert np.isnan(first_tick["flow_backward"]).all()
        assert (last_tick["occlusion_forward"] == NO_OTHER_FRAME).all()
        assert np.isnan(last_tick["scene_flow"]).all()
        assert np.isfinite(first_tick["flow_forward"]).mean() > 0.9
        moving = first_tick["instance"] > 0
        assert np.abs(first_tick["scene_flow"][moving]).max() > 0.1
        assert not first_tick["scene_flow"][~moving].any()
    # Flow counts frames of the camera, not ticks: the slow one sees twice the motion.
    assert (
        in_order["slow", 0]["scene_flow"][..., 2].min()
        < 1.5 * in_order["front", 0]["scene_flow"][..., 2].min()
    )
