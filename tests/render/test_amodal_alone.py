"""Silhouettes of a full street against each agent drawn alone, by the label pass, with nothing in the way."""

import dataclasses

import numpy as np
import pytest

from sim.agents.state import WorldState
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import Camera

pytestmark = pytest.mark.gl

_BESIDE = Camera("beside", x_m=-1.0, y_m=0.5, z_m=1.4, width_px=640, height_px=360, hfov_deg=75.0)
CAMERAS = (
    _BESIDE,
    Camera("above", x_m=4.0, y_m=-4.5, z_m=6.0, yaw_deg=35.0, pitch_deg=28.0, width_px=322, height_px=182),
    Camera("inside", x_m=6.5, y_m=-2.0, z_m=1.2, yaw_deg=20.0, width_px=320, height_px=180, hfov_deg=90.0),
    dataclasses.replace(_BESIDE, name="wide", distortion=BrownConrady(k1=-0.28, k2=0.09, p1=0.0006)),
    dataclasses.replace(
        _BESIDE, name="fisheye", x_m=9.0, hfov_deg=190.0, distortion=KannalaBrandt(k1=0.02, k2=-0.004)
    ),
)


_FAR_BELOW_M = np.array([0.0, 0.0, 1000.0])


def only(state: WorldState, row: int) -> WorldState:
    """The same state with all others far below the ground."""
    others = np.arange(len(state.roster)) != row
    poses = state.poses
    sunk = dataclasses.replace(
        poses,
        position_m=poses.position_m - others[:, None] * _FAR_BELOW_M,
        foot_m=poses.foot_m - others[:, None, None] * _FAR_BELOW_M,
    )
    return dataclasses.replace(state, poses=sunk)


def film(world, state, cameras=CAMERAS):
    from sim.render import Renderer

    with Renderer(world, state.roster, cameras) as renderer:
        return renderer.capture(state)


@pytest.fixture(scope="module")
def together(gl, street, state):
    """One capture per camera, everybody in the street."""
    return film(street, state)


@pytest.fixture(scope="module")
def alone(gl, street, state):
    """Per agent and camera instance ids and the pixels it would own, the agent by itself."""
    from sim.render import Renderer

    # Deep below everybody, where it hides nothing: what is left of the street.
    (road, *_) = street.ground
    sunk = dataclasses.replace(
        street, ground=(dataclasses.replace(road, z_m=-50.0),), markings=(), buildings=()
    )
    out = []
    with Renderer(sunk, state.roster, CAMERAS) as renderer:
        for row in range(len(state.roster)):
            shots = renderer.capture(only(state, row))
            out.append([(shot.instance.copy(), int(shot.unoccluded_px[row])) for shot in shots])
            for shot in shots:
                shot.release()
    return out


@pytest.mark.parametrize("number", range(len(CAMERAS)), ids=[camera.name for camera in CAMERAS])
def test_silhouettes_are_the_masks_of_agents_drawn_alone(together, alone, number) -> None:
    all_of_them, hidden = together[number], 0
    for row, captures in enumerate(alone):
        instance, unoccluded_px = captures[number]
        whole = np.zeros(instance.shape, bool)
        x0, y0, x1, y1 = all_of_them.silhouettes.box_px[row]
        whole[y0:y1, x0:x1] = all_of_them.silhouettes.mask(row)
        assert np.array_equal(whole, instance == row + 1), f"agent {row}"
        assert np.isin(instance, [0, row + 1]).all(), "nobody else is in the picture"
        assert all_of_them.unoccluded_px[row] == whole.sum() == unoccluded_px
        visible = all_of_them.instance == row + 1
        assert not (visible & ~whole).any()
        hidden += int(whole.sum() - visible.sum())
    assert hidden > 100, "somebody must stand before somebody"


def test_a_camera_of_silhouettes_alone_sees_the_same_ones(together, street, state) -> None:
    cameras = [dataclasses.replace(camera, channels=("amodal",)) for camera in CAMERAS]
    for bare, full in zip(film(street, state, cameras), together, strict=True):
        assert bare.channels == {}
        assert bare.aids == {}
        for name in ("box_px", "first_word", "words"):
            assert np.array_equal(getattr(bare.silhouettes, name), getattr(full.silhouettes, name))
