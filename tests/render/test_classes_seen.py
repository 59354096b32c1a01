"""What the cameras see of drawn streets: every pixel has a class, and sky is where nothing is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.frame import PANOPTIC_CLASS
from sim.randomness import stream
from sim.render import Renderer
from sim.scenario import Camera
from sim.scenario.population import default_scenario
from sim.simulation import simulate
from sim.taxonomy import Semantic
from worlds import avenue, crossing

pytestmark = pytest.mark.gl

LOOK = {
    "width_px": 480,
    "height_px": 300,
    "hfov_deg": 100.0,
    "channels": ("depth", "instance", "semantic", "panoptic"),
}


@pytest.mark.parametrize("module", [avenue, crossing], ids=["avenue", "crossing"])
def test_every_pixel_has_a_class(module):
    world = module.sample(stream(3, "seen"))
    scenario = default_scenario(world, 3, duration_s=0.1, vehicles=12, parked=6, people=10)
    views = [Camera(f"yaw{yaw}", "ego", x_m=1.0, z_m=2.0, yaw_deg=yaw) for yaw in (0, 90, 180, 270)]
    above = Camera("above", "ego", z_m=25.0, pitch_deg=50.0)
    cameras = [dataclasses.replace(camera, **LOOK) for camera in (*views, above)]
    state = next(simulate(scenario))
    renderer = Renderer(world, state.roster, cameras)
    seen = set()
    for capture in renderer.capture(state):
        classes, nothing = capture.semantic, np.isinf(capture.depth_m)
        seen |= {Semantic(int(v)) for v in np.unique(classes)}
        assert ((classes == Semantic.SKY) == nothing).all()
        assert ((classes >= Semantic.PERSON) == (capture.instance > 0)).all()
        panoptic = capture.channels["panoptic"]
        assert (panoptic == classes.astype(np.int32) * PANOPTIC_CLASS + capture.instance).all()
        capture.release()
    renderer.close()
    assert Semantic.VOID not in seen
    assert seen >= {
        Semantic.ROAD, Semantic.MARKING, Semantic.PAVEMENT, Semantic.KERB, Semantic.BUILDING,
        Semantic.VEGETATION, Semantic.SKY, Semantic.POLE, Semantic.CAR,
    }  # fmt: skip
