"""Pictures after dark: lamps light what is below and before them, and no label knows that it is night."""

import dataclasses

import numpy as np
import pytest

from sim.environment import Environment
from sim.scenario import Camera
from sim.taxonomy import Semantic
from sim.world import Prop, SignalHead

pytestmark = pytest.mark.gl

NIGHT = Environment(sun_elevation_deg=-20.0)
ALL = ("rgb", "depth", "instance", "semantic", "panoptic", "normal")
CAMERAS = (
    Camera("front", x_m=-1.0, y_m=0.5, z_m=1.4, width_px=320, height_px=180, hfov_deg=75.0, channels=ALL),
    Camera(
        "above", x_m=10.0, z_m=40.0, pitch_deg=90.0, width_px=240, height_px=180, hfov_deg=70.0, channels=ALL
    ),
)
LAMPS = (Prop("lamp", 10.0, 5.5, 0.12, -np.pi / 2, 0.0, 1), Prop("lamp", 36.0, 5.5, 0.12, -np.pi / 2, 0.0, 1))


@pytest.fixture(scope="module")
def lit_street(street):
    return dataclasses.replace(street, props=LAMPS)


def filmed(world, states, cameras=CAMERAS):
    """Copies of all channels of each state, by one renderer."""
    from sim.render import Renderer

    out = []
    with Renderer(world, states[0].roster, cameras) as renderer:
        for state in states:
            captures = renderer.capture(state)
            out.append([{n: a.copy() for n, a in c.channels.items()} for c in captures])
            for capture in captures:
                capture.release()
    return out


def at_night(state, **changes):
    return dataclasses.replace(state, environment=NIGHT, **changes)


@pytest.fixture(scope="module")
def pictures(gl, lit_street, state):
    """By day, by night, by day again."""
    return filmed(lit_street, [state, at_night(state), dataclasses.replace(state, tick=state.tick)])


def test_labels_are_the_same_bytes_by_day_and_by_night(pictures):
    day, night, _ = pictures
    for a, b in zip(day, night, strict=True):
        assert not np.array_equal(a["rgb"], b["rgb"])
        for name in ALL[1:]:
            assert a[name].tobytes() == b[name].tobytes(), name


def test_a_night_leaves_nothing_in_the_pictures_of_the_next_day(pictures):
    day, _, again = pictures
    for a, b in zip(day, again, strict=True):
        assert a["rgb"].tobytes() == b["rgb"].tobytes()


def test_filming_a_night_twice_gives_the_same_bytes(pictures, lit_street, state):
    (night,) = filmed(lit_street, [at_night(state)])
    for a, b in zip(pictures[1], night, strict=True):
        assert a["rgb"].tobytes() == b["rgb"].tobytes()


def brightness_at(picture, camera, points_m):
    """Mean light of 5 x 5 pixels of a camera that looks straight down, at points of the ground (N, 2)."""
    from sim.scenario import body_from_camera, intrinsics

    optics = intrinsics(camera)
    seen = body_from_camera(camera).inverse().apply(np.column_stack([points_m, np.zeros(len(points_m))]))
    u, v = optics.project(seen).T
    gray = ((picture["rgb"] / 255.0) ** 2).mean(2)  # linear but for the shoulder of the tone curve
    return np.array(
        [gray[int(b) - 2 : int(b) + 3, int(a) - 2 : int(a) + 3].mean() for a, b in zip(u, v, strict=True)]
    )


def nobody(state):
    """The state with everybody far away and all lamps of vehicles off."""
    away = np.array([500.0, 0.0, 0.0])
    poses = dataclasses.replace(
        state.poses,
        position_m=state.poses.position_m + away,
        foot_m=state.poses.foot_m + away,
        lights=np.zeros_like(state.poses.lights),
    )
    return dataclasses.replace(state, poses=poses)


def test_below_a_lamp_it_is_brighter_than_between_lamps(gl, lit_street, state):
    ((night,),) = filmed(lit_street, [at_night(nobody(state))], CAMERAS[1:])
    below, between = brightness_at(night, CAMERAS[1], np.array([[10.0, 3.5], [23.0, 3.5]]))
    assert below > 1.5 * between > 0


def test_without_lamps_the_street_is_darker(gl, street, lit_street, state):
    dark = nobody(state)
    ((lit,),) = filmed(lit_street, [at_night(dark)], CAMERAS[1:])
    ((unlit,),) = filmed(street, [at_night(dark)], CAMERAS[1:])
    assert lit["rgb"].mean() > 1.5 * unlit["rgb"].mean()


def test_beams_light_the_road_ahead_and_tail_lamps_that_behind(gl, street, state):
    # One car heads along +X at the origin of the picture, all others are away and parked.
    place = nobody(state)
    position = place.poses.position_m.copy()
    position[0] = (0.0, 0.0, 0.0)
    yaw = place.poses.yaw_rad.copy()
    yaw[0] = 0.0
    poses = dataclasses.replace(place.poses, position_m=position, yaw_rad=yaw)
    everybody = np.ones(len(state.roster), bool)
    only = everybody.copy()
    only[0] = False
    states = [
        at_night(place, poses=poses, roster=dataclasses.replace(state.roster, parked=parked))
        for parked in (everybody, only)
    ]
    off, on = (p[0] for p in filmed(street, states, CAMERAS[1:]))
    places = np.array([[10.0, 0.0], [2.0, 4.0], [-3.5, 0.0]])
    ahead, aside, behind = brightness_at(on, CAMERAS[1], places) - brightness_at(off, CAMERAS[1], places)
    assert ahead > 0.02
    assert ahead > 5 * max(aside, behind)
    gained = on["rgb"].astype(int) - off["rgb"].astype(int)
    assert (gained == 0).all(2).mean() > 0.1  # a part of the street alone
    assert (gained[..., 0] - gained[..., 1]).max() > 5  # tail lamps


def test_signs_send_the_beam_back_and_lenses_of_signals_that_are_off_do_not(gl, street, state):
    place = nobody(state)
    position, yaw = place.poses.position_m.copy(), place.poses.yaw_rad.copy()
    position[0], yaw[0] = 0.0, 0.0
    poses = dataclasses.replace(place.poses, position_m=position, yaw_rad=yaw)
    parked = np.ones(len(state.roster), bool)
    parked[0] = False
    drives = at_night(place, poses=poses, roster=dataclasses.replace(state.roster, parked=parked))
    mount = state.roster.names[0]
    eye = Camera(
        "eye", mount, 2.0, 0.0, 1.3, pitch_deg=-3.0, width_px=480, height_px=270, hfov_deg=50.0,
        channels=("rgb", "semantic"),
    )  # fmt: skip
    head = SignalHead("head", "unlit", "vehicle", 16.0, 2.0, 0.0, np.pi)
    plate = Prop("sign_speed30", 16.0, -2.0, 0.0, np.pi, 0.0, 1)
    world = dataclasses.replace(street, signal_heads=(head,), props=(plate,))
    ((night,),) = filmed(world, [drives], (eye,))
    of_sign, of_head = (
        night["rgb"][night["semantic"] == kind] for kind in (Semantic.SIGN, Semantic.TRAFFIC_LIGHT)
    )
    assert len(of_sign) > 50
    assert len(of_head) > 50
    assert of_sign.max() > 150
    assert of_head.max() < 100
