"""Drivers differ as people do, by their own streams alone, and look before they pull away."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.temper import temper_of
from sim.scenario import Scenario, Vehicle
from sim.scenario.casting import setting_of
from sim.simulation import simulate
from worlds import avenue

BARE = {"tree_spacing_m": 0.0, "furniture_per_100m": 0.0, "parking": False}


@pytest.fixture(scope="module")
def many():
    """Tempers of 400 drivers of eight seeds."""
    street = avenue.build(length_m=600.0, zebras=0, **BARE)
    cars = tuple(Vehicle(f"car{k}", "eastbound_0", 10.0 * k + 20) for k in range(50))
    settings = [setting_of(Scenario(street, cars, (), seed=seed)) for seed in range(8)]
    return [temper_of(setting, np.arange(50)) for setting in settings]


def together(many, name):
    return np.concatenate([getattr(temper, name) for temper in many])


def test_drivers_are_drawn_from_the_distributions_that_are_cited(many):
    assert together(many, "speed_share").mean() == pytest.approx(1.0, abs=0.015)
    assert together(many, "speed_share").std() == pytest.approx(0.1 * 0.96, abs=0.01)
    reaction = together(many, "reaction_s")
    assert np.median(reaction) == pytest.approx(0.72, abs=0.06)
    # A quarter is slower than the median times 1.2 / 0.9.
    assert (reaction > 0.72 * 1.2 / 0.9).mean() == pytest.approx(0.25, abs=0.06)
    assert np.median(together(many, "headway_s")) == pytest.approx(1.05, abs=0.05)
    for name in ("speed_share", "headway_s", "standstill_m", "accel_mps2", "brake_mps2", "reaction_s"):
        values = together(many, name)
        assert values.min() > 0
        assert len(np.unique(values)) > 340


def test_no_two_figures_of_a_driver_are_one(many):
    names = ("speed_share", "headway_s", "standstill_m", "accel_mps2", "brake_mps2", "reaction_s")
    columns = np.array([np.log(together(many, name)) for name in names])
    assert np.abs(np.corrcoef(columns) - np.eye(len(names))).max() < 0.15


def test_heavy_vehicles_are_slower_off_the_mark():
    from sim.bodies import VehicleSpec

    street = avenue.build(length_m=400.0, zebras=0, **BARE)
    agents = (
        Vehicle("one", "eastbound_0", 40.0, body=VehicleSpec(shape="bus")),
        Vehicle("two", "eastbound_0", 80.0),
    )
    setting = setting_of(Scenario(street, agents, ()))
    temper = temper_of(setting, np.arange(2))
    same = temper_of(setting_of(Scenario(street, (Vehicle("one", "eastbound_0", 40.0),), ())), np.arange(1))
    assert temper.accel_mps2[0] == pytest.approx(0.65 * same.accel_mps2[0])


def test_who_stands_pulls_away_after_the_reaction_time_and_not_before():
    street = avenue.build(length_m=400.0, zebras=0, **BARE)
    cars = tuple(Vehicle(f"car{k}", "eastbound_0", 30.0 + 30.0 * k) for k in range(8))
    scenario = Scenario(street, cars, (), duration_s=3.0)
    reaction_s = temper_of(setting_of(scenario), np.arange(8)).reaction_s
    speed = np.array([np.hypot(*state.velocity_mps.T) for state in simulate(scenario)])
    started_s = (speed > 0).argmax(0) / 20
    assert (started_s >= reaction_s).all()
    # One tick to notice, one until it shows.
    assert (started_s <= reaction_s + 0.11).all()
