"""The table of distributions: what it draws, how a user's own take their place, what is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from sim.environment import RANGES, Environment
from sim.errors import UsageError
from sim.randomization import LEVELS, distribution_of, look_of, weather_names
from sim.scenario.looks import drawn_environment
from sim.scenario.weather_settings import LookSettings

SEEDS = range(400)


@pytest.mark.parametrize(
    ("written", "law"),
    [
        ([2.0, 6.0], stats.uniform(2.0, 4.0)),
        ("2..6", stats.uniform(2.0, 4.0)),
        ({"log": [1.0, 100.0]}, stats.loguniform(1.0, 100.0)),
        ({"normal": [5.0, 0.5]}, stats.truncnorm(-3, 3, 5.0, 0.5)),
    ],
)
def test_numbers_follow_their_law(written, law):
    rng = np.random.default_rng(0)
    drawn = [distribution_of(written, "x").draw(rng) for _ in range(2000)]
    assert stats.kstest(drawn, law.cdf).pvalue > 0.01


def test_shares_are_kept_and_need_not_add_up_to_one():
    for written in ({"a": 3, "b": 1, "c": 0}, "a:3,b:1,c:0"):
        rng = np.random.default_rng(1)
        drawn = [distribution_of(written, "x").draw(rng) for _ in range(2000)]
        assert set(drawn) == {"a", "b"}
        assert stats.binomtest(drawn.count("a"), 2000, 0.75).pvalue > 0.01


def test_colors_come_channel_by_channel_or_as_they_are():
    rng = np.random.default_rng(2)
    drawn = np.array([distribution_of([10, 20], "x").draw(rng, is_color=True) for _ in range(200)])
    assert drawn.shape == (200, 3)
    assert drawn.min() >= 10
    assert drawn.max() <= 20
    assert len({tuple(color) for color in drawn.tolist()}) > 100
    assert distribution_of("1 2 255", "x").draw(rng, is_color=True) == (1, 2, 255)
    assert distribution_of({"7 8 9": 1}, "x").draw(rng, is_color=True) == (7, 8, 9)


@pytest.mark.parametrize(
    "written",
    [
        [1], [1, 2, 3], [2, 1], ["a", "b"], [1.0, float("inf")], {}, {"log": [0, 1]}, {"log": 3},
        {"normal": [1, 0]}, {"a": -1}, {"a": 0}, {"a": "much"}, {"a": True}, None, "1..x", "5..2", "a:b,c:1",
    ],
)  # fmt: skip
def test_what_is_no_distribution_is_refused(written):
    with pytest.raises(UsageError, match=r"^randomize: speed: "):
        distribution_of(written, "speed")


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_gives_environments_and_is_reproducible(level):
    settings = LookSettings(level)
    drawn = [drawn_environment(settings, seed) for seed in SEEDS]
    assert drawn[:20] == [drawn_environment(settings, seed) for seed in SEEDS[:20]]
    assert all(kind in weather_names() for kind, _ in drawn)
    different = len({repr(environment) for _, environment in drawn})
    assert different == (1 if level == "none" else len(SEEDS))


def test_wide_draws_every_weather_and_default_only_daylight():
    wide = [drawn_environment(LookSettings("wide"), seed) for seed in SEEDS]
    assert {kind for kind, _ in wide} == set(weather_names())
    assert any(e.sun_elevation_deg < -12 and e.rain_mm_per_h > 0 for _, e in wide)
    usual = [drawn_environment(LookSettings(), seed) for seed in SEEDS]
    assert all(e.sun_elevation_deg > 3 and e.rain_mm_per_h == 0 == e.snow_cover for _, e in usual)
    share = sum(kind == "overcast" for kind, _ in usual)
    assert stats.binomtest(share, len(usual), 0.25).pvalue > 0.01


@pytest.mark.parametrize("kind", weather_names())
def test_a_kind_of_weather_is_what_it_is_called(kind):
    for seed in range(30):
        drawn, e = drawn_environment(LookSettings(weather=kind), seed)
        assert drawn == kind
        assert (e.rain_mm_per_h > 0) == kind.startswith("rain")
        assert (e.snow_mm_per_h > 0) == (kind in ("snow", "snow_night"))
        assert (e.visibility_m < 1000) == kind.startswith("fog") or kind.startswith("snow")
        assert e.is_dark == (kind in ("dawn", "dusk") or kind.endswith("night"))


def test_own_distributions_win_and_leave_the_other_draws_alone():
    fixed = {"environment.rain_mm_per_h": [4, 5]}
    for seed in range(20):
        plain, own = (drawn_environment(LookSettings("wide", own=o), seed)[1] for o in ({}, fixed))
        assert 4 <= own.rain_mm_per_h <= 5
        assert dataclasses.replace(own, rain_mm_per_h=plain.rain_mm_per_h) == plain


def test_fields_that_are_set_are_not_drawn():
    got = drawn_environment(LookSettings("wide", fields={"sun_elevation_deg": -33.0}), 3)[1]
    assert got.sun_elevation_deg == -33.0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("wild",), "level of randomization 'wild': did you mean 'wide'"),
        (("default", {}, "rian"), "weather 'rian': did you mean 'rain'"),
        (("default", {"sky.color": 3}), "wanted 'weather' or a name that begins with one of environment., "),
        (("default", {"environment": 3}), "wanted 'weather' or a name"),
    ],
)
def test_unknown_names_are_refused(arguments, told):
    with pytest.raises(UsageError, match=told):
        look_of(*arguments)


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"environment.rian_mm_per_h": 3}, "'rian_mm_per_h': did you mean 'rain_mm_per_h'"),
        ({"environment.rain_mm_per_h": 300}, "environment.rain_mm_per_h is 300.0, wanted 0 to 100"),
        ({"environment.rain_mm_per_h": "much"}, "environment.rain_mm_per_h: 'much' is no number"),
        ({"weather": {"rian": 1}}, "weather 'rian': did you mean 'rain'"),
    ],
)
def test_values_no_environment_can_have_are_refused(own, told):
    with pytest.raises(UsageError, match=told):
        drawn_environment(LookSettings(own=own), 0)


def test_every_distribution_in_the_table_stays_in_the_ranges():
    assert set(RANGES) | {"cloud_seed"} == {field.name for field in dataclasses.fields(Environment)}
    for level in LEVELS:
        for seed in range(100):
            drawn_environment(LookSettings(level), seed)


@pytest.mark.parametrize("kind", weather_names())
def test_snow_comes_in_winter_unless_one_says_otherwise(kind):
    for level in LEVELS:
        season = look_of(level, weather=kind).draw("world", 4).get("season")
        assert (season == "winter") or not kind.startswith("snow")
    own = {"world.season": "summer"}
    assert look_of("wide", own, kind).draw("world", 4)["season"] == "summer"
