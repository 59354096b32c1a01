"""Color in every quality: near the others, repeatable; and labels that do not depend on it, byte for byte."""

import dataclasses

import numpy as np
import pytest

import sim
from sim.frame import CHANNELS
from sim.geometry import KannalaBrandt
from sim.render import Renderer
from sim.scenario import CAMERA_CHANNELS, QUALITIES, Camera
from sim.simulation import simulate

pytestmark = pytest.mark.gl

CHANNELS_OF_COLOR = {"rgb", "rgb_clean"}


@pytest.fixture(scope="module")
def street():
    """An avenue with trees, which have holes, and two states of it, a frame apart."""
    scenario = sim.sample(
        "avenue", seed=5, season="summer", vehicles=6, parked=4, people=8, duration_s=0.25,
        width_px=320, height_px=180,
    )  # fmt: skip
    front = dataclasses.replace(scenario.sensors[0], channels=CAMERA_CHANNELS)
    fisheye = Camera(
        "fisheye", "ego", x_m=1.5, z_m=1.9, yaw_deg=90.0, width_px=200, height_px=160, hfov_deg=170.0,
        channels=CAMERA_CHANNELS, distortion=KannalaBrandt(-0.01, 0.002, 0.0, 0.0),
    )  # fmt: skip
    states = [state for state in simulate(scenario) if state.tick % 2 == 0]
    return scenario.world, (front, fisheye), states


def film(street, quality):
    """Copies of all channels, by camera, of the middle one of three states, and the words of silhouettes."""
    world, cameras, (before, state, after) = street
    names = [camera.name for camera in cameras]
    out = {}
    with Renderer(world, state.roster, cameras, quality=quality) as renderer:
        for shot in renderer.capture(state, dict.fromkeys(names, before), dict.fromkeys(names, after)):
            out[shot.sensor] = {name: np.array(image) for name, image in shot.channels.items()}
            out[shot.sensor]["silhouettes"] = shot.silhouettes.words.copy()
            shot.release()
    return out


@pytest.fixture(scope="module")
def films(street):
    return {quality: film(street, quality) for quality in QUALITIES}


def test_labels_are_the_same_bytes_in_every_quality(films):
    usual = films["standard"]
    for quality in QUALITIES:
        for camera, images in films[quality].items():
            assert set(images) == {*CHANNELS, "silhouettes"}
            for name in set(images) - CHANNELS_OF_COLOR:
                assert images[name].tobytes() == usual[camera][name].tobytes(), (quality, camera, name)


def test_leaves_with_holes_are_in_the_picture(films):
    vegetation = int(sim.taxonomy.Semantic.VEGETATION)
    assert (films["standard"]["front"]["semantic"] == vegetation).mean() > 0.02


def test_color_is_another_but_shows_the_same(films):
    for quality in ("draft", "high"):
        for camera, images in films[quality].items():
            apart = np.abs(images["rgb"].astype(int) - films["standard"][camera]["rgb"])
            assert 0.1 < apart.mean() < 6.0
            # Where edges and shadows end may differ, no more.
            assert (apart.max(-1) > 60).mean() < 0.03


def test_a_quality_repeats(street, films):
    again = film(street, "draft")
    for camera, images in films["draft"].items():
        assert images["rgb"].tobytes() == again[camera]["rgb"].tobytes()
