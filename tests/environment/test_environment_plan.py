"""Light and weather over a run: keyframes, linear in between."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.environment import RANGES, Environment, EnvironmentPlan, WeatherChange

environments = st.builds(
    Environment,
    **{name: st.floats(low, high) for name, (low, high) in RANGES.items()},
    cloud_seed=st.integers(0, 2**31 - 1),
)


@settings(max_examples=40, deadline=None)
@given(start=environments, second=environments, third=environments, share=st.floats(0.0, 1.0))
def test_between_two_changes_every_number_is_linear(start, second, third, share):
    plan = EnvironmentPlan(start, (WeatherChange(2.0, second), WeatherChange(6.0, third)))
    for time_s, before, after, part in (
        (2.0 * share, start, second, share),
        (2.0 + 4.0 * share, second, third, share),
    ):
        now = plan.at(time_s)
        for name, (low, high) in RANGES.items():
            value = (1 - part) * getattr(before, name) + part * getattr(after, name)
            assert getattr(now, name) == pytest.approx(value, rel=1e-9, abs=1e-6)
            assert low <= getattr(now, name) <= high
        assert now.cloud_seed == start.cloud_seed


def test_before_the_first_and_after_the_last_nothing_changes():
    wet = Environment(rain_mm_per_h=7.0, cloud_seed=5)
    plan = EnvironmentPlan(Environment(), (WeatherChange(3.0, wet),))
    assert plan.at(-5.0) == plan.at(0.0) == Environment()
    assert plan.at(3.0) == plan.at(1e4) == dataclasses.replace(wet, cloud_seed=0)
    assert EnvironmentPlan(wet).at(8.0) is wet


@pytest.mark.parametrize(("times", "told"), [((2.0, 2.0), "change 1"), ((3.0, 1.0), "wanted more than 3.0")])
def test_times_that_do_not_grow_are_refused(times, told):
    with pytest.raises(ValueError, match=told):
        EnvironmentPlan(Environment(), tuple(WeatherChange(t, Environment()) for t in times))


@pytest.mark.parametrize("name", sorted(RANGES))
def test_a_number_out_of_its_range_is_named(name):
    low, high = RANGES[name]
    for value in (low - 1.0, high * 1.01 + 1.0, float("nan")):
        with pytest.raises(ValueError, match=rf"{name} is .*, wanted {low:g} to {high:g}"):
            Environment(**{name: value})
