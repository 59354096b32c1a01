"""Light and weather change color and nothing else, whatever was filmed before."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import sim
from sim.environment import Environment
from sim.frame import CHANNELS
from sim.geometry import KannalaBrandt
from sim.render import Renderer
from sim.scenario import CAMERA_CHANNELS, PLAIN, Camera
from sim.simulation import simulate

pytestmark = pytest.mark.gl

PINHOLE_ONLY = "semantic_envelope"
OF_LIGHT = {"rgb", "rgb_clean", "weather_mask"}
ENVIRONMENTS = {
    "noon": Environment(sun_azimuth_deg=60.0, sun_elevation_deg=50.0),
    "evening": Environment(sun_azimuth_deg=-70.0, sun_elevation_deg=6.0),
    "dusk": Environment(sun_elevation_deg=-4.0, cloud_cover=0.6),
    "night": Environment(sun_elevation_deg=-40.0),
    "overcast": Environment(cloud_cover=1.0),
    "fog": Environment(visibility_m=60.0, sun_elevation_deg=20.0),
}


@pytest.fixture(scope="module")
def street():
    """A street, a pinhole and a fisheye camera, and three states of it."""
    scenario = sim.sample(
        "avenue", seed=5, vehicles=5, parked=3, people=6, cyclists=1, duration_s=0.25,
        width_px=256, height_px=144,
    )  # fmt: skip
    front = dataclasses.replace(scenario.sensors[0], channels=CAMERA_CHANNELS, response=PLAIN)
    fisheye = Camera(
        "fisheye", "ego", x_m=1.5, z_m=1.9, yaw_deg=90.0, width_px=160, height_px=120, hfov_deg=170.0,
        channels=tuple(c for c in CAMERA_CHANNELS if c != PINHOLE_ONLY),
        distortion=KannalaBrandt(-0.01, 0.002, 0.0, 0.0),
    )  # fmt: skip
    return scenario.world, (front, fisheye), [s for s in simulate(scenario) if s.tick % 2 == 0]


def film(renderer, cameras, states, environment):
    """(camera, channel) -> bytes of the middle one of three states in an environment."""
    before, state, after = (dataclasses.replace(s, environment=environment) for s in states)
    names = [camera.name for camera in cameras]
    out = {}
    for shot in renderer.capture(state, dict.fromkeys(names, before), dict.fromkeys(names, after)):
        out |= {(shot.sensor, name): np.array(image) for name, image in shot.channels.items()}
        out[shot.sensor, "silhouettes"] = shot.silhouettes.words.copy()
        shot.release()
    return out


@pytest.fixture(scope="module")
def films(street):
    world, cameras, states = street
    with Renderer(world, states[0].roster, cameras) as renderer:
        return {name: film(renderer, cameras, states, e) for name, e in ENVIRONMENTS.items()}


@pytest.mark.parametrize("name", sorted(set(ENVIRONMENTS) - {"noon"}))
def test_labels_are_the_same_bytes_in_every_light(films, name):
    assert {channel for _, channel in films[name]} == {*CHANNELS, "silhouettes"}
    for key, image in films[name].items():
        same = image.tobytes() == films["noon"][key].tobytes()
        assert same or key[1] in OF_LIGHT, key
    assert films[name]["front", "rgb"].tobytes() != films["noon"]["front", "rgb"].tobytes()


def test_a_picture_does_not_depend_on_the_light_of_the_one_before(street, films):
    world, cameras, states = street
    with Renderer(world, states[0].roster, cameras) as renderer:
        first = film(renderer, cameras, states, ENVIRONMENTS["evening"])
        again = film(renderer, cameras, states, ENVIRONMENTS["noon"])
    for key, image in first.items():
        assert image.tobytes() == films["evening"][key].tobytes(), key
        assert again[key].tobytes() == films["noon"][key].tobytes(), key


def test_shadows_turn_with_the_sun(films):
    """Sun over clouds: as light as the sun makes it, or in its shade, elsewhere at another hour."""
    road = films["noon"]["front", "semantic"] == films["noon"]["front", "semantic"][-20, 128]
    levels = {
        name: films[name]["front", "rgb"][road].astype(float).mean(1)
        for name in ("noon", "evening", "overcast")
    }
    lit = [np.log(levels[name] / levels["overcast"]) for name in ("noon", "evening")]
    in_shade = [ratio < (ratio.min() + ratio.max()) / 2 for ratio in lit]
    assert all(np.ptp(ratio) > 0.4 for ratio in lit)
    assert (in_shade[0] != in_shade[1]).mean() > 0.05


def test_fog_hides_what_is_far_and_not_what_is_near(films):
    depth, rgb = films["noon"]["front", "depth"], films["fog"]["front", "rgb"].astype(float)
    horizon = rgb[depth > 300.0].mean(0)
    assert rgb[depth > 300.0].std(0).max() < 2.0
    away = np.abs(rgb - horizon).max(2)
    # All but edges, which are smoothed together with what lies before them.
    assert np.percentile(away[depth > 60.0], 98) < 4.0
    assert away[depth < 8.0].mean() > 25.0
