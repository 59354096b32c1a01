"""Trailers: they hang at the kingpin, roll without slipping sideways, and nobody runs into them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.bodies import VehicleSpec
from sim.bodies.vehicles import TRACTOR_HITCH_X_M
from sim.errors import UsageError
from sim.scenario import Vehicle
from sim.scenario.population import default_scenario
from sim.simulation import simulate
from worlds import avenue, crossing


@pytest.mark.parametrize("module", [avenue, crossing], ids=["avenue", "crossing"])
def test_trailers_hang_at_the_kingpin_and_do_not_slip(module) -> None:
    scenario = default_scenario(module.build(), 1, duration_s=18.0, vehicles=6, people=0, articulated=2)
    before, travelled = None, 0.0
    for state in simulate(scenario):
        xy, yaw = state.poses.position_m[:, :2], state.poses.yaw_rad
        heading = np.stack([np.cos(yaw), np.sin(yaw)], 1)
        for trailer, tractor in state.roster.towed_by.items():
            length = state.roster.bodies[trailer].skeleton.wheelbase_m
            kingpin = xy[tractor] + TRACTOR_HITCH_X_M * heading[tractor]
            np.testing.assert_allclose(xy[trailer] + length * heading[trailer], kingpin, atol=1e-9)
            assert state.poses.lights[trailer] == state.poses.lights[tractor]
            if before is not None:
                step = xy[trailer] - before.poses.position_m[trailer, :2]
                middle = heading[trailer] + np.array([np.cos(a := before.poses.yaw_rad[trailer]), np.sin(a)])
                across = np.array([-middle[1], middle[0]]) / np.hypot(*middle)
                assert abs(step @ across) < 3e-3
                mean = (state.velocity_mps[trailer] + before.velocity_mps[trailer]) / 2
                np.testing.assert_allclose(step * state.tick_hz, mean, atol=0.12)
                rolled = state.poses.wheel_rad[trailer] - before.poses.wheel_rad[trailer]
                radius = state.roster.bodies[trailer].skeleton.wheel_radius_m
                assert rolled * radius == pytest.approx(np.hypot(*step), abs=1e-9)
                travelled += float(np.hypot(*step))
        assert state.memory["last_resort"] == 0
        before = state
    assert before is not None
    assert [before.roster.categories[row].name for row in before.roster.towed_by] == ["vehicle.trailer"] * 2
    assert [before.roster.names[row] for row in before.roster.towed_by] == [
        "lorry1.trailer",
        "lorry2.trailer",
    ]
    assert travelled > 30.0


def test_only_tractors_pull_and_only_semitrailers_are_pulled() -> None:
    scenario = default_scenario(avenue.build(), 0, vehicles=2, people=0, parked=0)
    first = scenario.agents[0]
    assert isinstance(first, Vehicle)
    trailer = VehicleSpec("semitrailer")
    wrong = (
        (dataclasses.replace(first, trailer=trailer), "behind a hatchback, wanted a tractor"),
        (dataclasses.replace(first, body=VehicleSpec("tractor"), trailer=VehicleSpec("bus")), "pulls no bus"),
    )
    for agent, words in wrong:
        with pytest.raises(UsageError, match=words):
            next(simulate(dataclasses.replace(scenario, agents=(agent,))))
