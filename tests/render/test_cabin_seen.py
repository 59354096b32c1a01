"""Who sits in a car is seen through its glass, and by no label."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.bodies import VehicleSpec
from sim.render import Renderer
from sim.scenario import Camera, Scenario, Vehicle
from sim.simulation import simulate
from worlds import crossing

pytestmark = pytest.mark.gl


def test_a_driver_changes_the_color_of_glass_and_no_label() -> None:
    world = crossing.build(tree_spacing_m=0.0, furniture_per_100m=0.0)
    car = Vehicle("car", world.network.lanes[0].id, 40.0, "parked", body=VehicleSpec("estate", 1))
    ahead = Camera("ahead", "car", 7.5, 1.0, 1.5, 180.0, 2.0, hfov_deg=40.0, width_px=480, height_px=270)
    scenario = Scenario(world, (car,), (ahead,), duration_s=0.1)
    state = next(iter(simulate(scenario)))
    seen = {}
    for driven in (False, True):
        roster = dataclasses.replace(state.roster, parked=np.array([not driven]))
        with Renderer(world, roster, scenario.sensors) as renderer:
            (capture,) = renderer.capture(state)
            seen[driven] = {name: image.copy() for name, image in capture.channels.items()}
            capture.release()
    empty, taken = seen[False], seen[True]
    for name in empty.keys() - {"rgb"}:
        np.testing.assert_array_equal(empty[name], taken[name], err_msg=name)
    differs = (empty["rgb"] != taken["rgb"]).any(2)
    assert differs.sum() > 200
    # The driver is behind glass: nothing changes beside the car but what edges and the lens mix in.
    assert (differs & (empty["instance"] != 1)).sum() < 0.02 * differs.sum()
