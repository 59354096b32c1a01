"""Light and weather in scenario files and as settings: there and back, by time and place, drawn, refused."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.environment import RANGES, Environment, WeatherChange, sun_angles_deg
from sim.errors import UsageError
from sim.randomization import LEVELS
from sim.scenario import Camera, Scenario
from sim.scenario.files import dump, from_dict, load, to_dict
from sim.scenario.sampling import sample, with_settings
from worlds import avenue

BASE = Scenario(avenue.build(length_m=80.0), (), (Camera("mast", z_m=6.0),), seed=3)
PLAIN = {key: value for key, value in to_dict(BASE).items() if key not in ("environment", "drawn")}

environments = st.builds(
    Environment,
    **{name: st.floats(low, high) for name, (low, high) in RANGES.items()},
    cloud_seed=st.integers(0, 2**31 - 1),
)
changes = st.lists(st.tuples(st.floats(0.01, 30.0), environments), max_size=3)


@settings(max_examples=15, deadline=None)
@given(start=environments, steps=changes)
def test_what_is_written_is_read_back_to_the_last_bit(tmp_path_factory, start, steps):
    times = [sum(s for s, _ in steps[: k + 1]) for k in range(len(steps))]
    weather = tuple(WeatherChange(t, e) for t, (_, e) in zip(times, steps, strict=True))
    scenario = dataclasses.replace(BASE, environment=start, weather_changes=weather)
    path = tmp_path_factory.mktemp("files") / "s.yaml"
    path.write_text(dump(scenario))
    assert load(path) == scenario


def test_a_change_leaves_alone_what_it_does_not_name():
    data = PLAIN | {
        "environment": {"rain_mm_per_h": 2.0, "wetness": 0.5},
        "weather_changes": [
            {"time_s": 2.0, "environment": {"rain_mm_per_h": 9.0}},
            {"time_s": 4.0, "environment": {"visibility_m": 300.0}},
        ],
    }
    first, second = from_dict(data).weather_changes
    assert first.environment == Environment(rain_mm_per_h=9.0, wetness=0.5)
    assert second.environment == Environment(rain_mm_per_h=9.0, wetness=0.5, visibility_m=300.0)


def test_the_sun_may_be_given_by_time_and_place():
    import datetime

    section = {"time": "2026-06-21T19:30", "latitude_deg": 52.0}
    found = from_dict(PLAIN | {"environment": section}).environment
    wanted = sun_angles_deg(datetime.datetime(2026, 6, 21, 19, 30), 52.0)
    assert (found.sun_azimuth_deg, found.sun_elevation_deg) == pytest.approx(wanted, abs=1e-4)
    assert found.sun_elevation_deg == pytest.approx(5.2, abs=1.0)
    assert (
        sample(
            "avenue", seed=1, people=0, vehicles=1, time="2026-06-21T19:30", latitude_deg=52.0
        ).environment.sun_elevation_deg
        == found.sun_elevation_deg
    )
    evening = {"time_s": 5.0, "environment": {"time": "2026-06-21T21:30", "latitude_deg": 52.0}}
    later = from_dict(PLAIN | {"environment": section, "weather_changes": [evening]})
    assert later.weather_changes[0].environment.sun_elevation_deg < -5.0


def test_a_section_of_distributions_is_drawn_from_the_seed():
    section = {"level": "wide", "rain_mm_per_h": [3.0, 4.0], "camera.key": 0.3, "weather": "rain_night"}
    data = PLAIN | {"randomize": section, "environment": {"wetness": 0.25}}
    drawn = [from_dict(data, seed=seed) for seed in range(5)]
    assert drawn == [from_dict(data, seed=seed) for seed in range(5)]
    assert [one.seed for one in drawn] == list(range(5))
    assert len({one.environment.rain_mm_per_h for one in drawn}) == 5
    for one in drawn:
        assert 3.0 <= one.environment.rain_mm_per_h <= 4.0
        assert one.environment.sun_elevation_deg < -9.0
        assert one.environment.wetness == 0.25
        assert one.sensors[0].response.key == 0.3
        assert one.drawn["weather"] == "rain_night"
        assert one.drawn["environment.rain_mm_per_h"] == one.environment.rain_mm_per_h
        assert "environment.wetness" not in one.drawn
        assert from_dict(to_dict(one)) == one


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"environment": {"rain_mm_per_h": -1.0}}, "environment: rain_mm_per_h is -1.0, wanted 0 to 100"),
        ({"environment": {"rain": 1.0}}, "environment.rain: unknown key 'rain'"),
        ({"environment": {"wetness": "wet"}}, "environment.wetness: 'wet' is not a number"),
        ({"environment": {"time": "noon", "latitude_deg": 5.0}}, "time: 'noon' is no date and time"),
        ({"environment": {"time": "2026-01-01T10:00"}}, "environment: latitude_deg: missing"),
        ({"environment": {"time": "2026-01-01T10:00", "latitude_deg": 99.0}}, "latitude_deg is 99.0"),
        (
            {"environment": {"time": "2026-01-01T10:00", "latitude_deg": 9.0, "sun_elevation_deg": 4.0}},
            "sun_elevation_deg: the sun's place follows",
        ),
        (
            {"weather_changes": [{"time_s": 3.0, "environment": {"wetness": 7.0}}]},
            r"weather_changes\[0\]: environment: wetness is 7.0, wanted 0 to 1",
        ),
        ({"weather_changes": [{"time_s": 0.0, "environment": {}}]}, r"weather_changes\[0\]: time_s is 0.0"),
        ({"weather_changes": [{"environment": {}}]}, r"weather_changes\[0\].time_s: missing"),
        ({"randomize": {"level": "wild"}}, "level of randomization 'wild': did you mean 'wide'"),
        ({"randomize": {"rian_mm_per_h": 3}}, "'rian_mm_per_h': did you mean 'rain_mm_per_h'"),
        ({"randomize": {"rain_mm_per_h": [3]}}, r"randomize: environment.rain_mm_per_h: \[3\]: wanted"),
        ({"randomize": {"people.age": "child"}}, "people.age: the street and everybody"),
        ({"randomize": {"camera.kee": 1}}, "parameter of camera 'kee': did you mean 'key'"),
        ({"randomize": {"camera.key": "dark"}}, "camera.key: 'dark', wanted something like 0.18"),
        (
            {"randomize": {}, "weather_changes": [{"time_s": 1.0, "environment": {}}]},
            "randomize: stands beside weather_changes",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(sections, told):
    with pytest.raises(UsageError, match=rf"^s.yaml: .*{told}|^s.yaml: {told}"):
        from_dict(PLAIN | sections, "s.yaml")


def test_settings_of_a_file_hold_at_every_time():
    weather = (WeatherChange(2.0, Environment(rain_mm_per_h=9.0)),)
    scenario = dataclasses.replace(BASE, weather_changes=weather)
    changed = with_settings(scenario, {"visibility_m": 500.0, "environment.wetness": 1.0})
    assert changed.environment == Environment(visibility_m=500.0, wetness=1.0)
    assert changed.weather_changes[0].environment == Environment(
        rain_mm_per_h=9.0, visibility_m=500.0, wetness=1.0
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"wetness": 3.0}, "setting wetness is 3.0, wanted 0 to 1"),
        ({"wetness": "wet"}, "setting wetness: 'wet' is not a number"),
        ({"environment.wett": 1.0}, "parameter of environment 'wett': did you mean 'wetness'"),
        ({"weather": "rian"}, "weather 'rian': did you mean 'rain'"),
        ({"randomize": "nowhere.yaml"}, "nowhere.yaml: no such file"),
        ({"randomize.sky": 1}, "parameter to randomize 'sky'"),
        ({"time": "2026-06-21T19:30"}, "latitude_deg: missing"),
        ({"latitude_deg": 50.0}, "time: missing"),
        ({"time": "2026-06-21T19:30", "latitude_deg": "north"}, "latitude_deg: 'north' is not a number"),
        ({"time": "2026-06-21T19:30", "latitude_deg": 5.0, "sun_azimuth_deg": 3.0}, "the sun's place"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_named(given, told):
    with pytest.raises(UsageError, match=told):
        with_settings(BASE, given)


def test_a_file_of_distributions_and_single_ones_go_together(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("level: none\nrain_mm_per_h: {log: [1, 2]}\nwetness: [0.2, 0.4]\n")
    got = with_settings(BASE, {"randomize": str(path), "randomize.wetness": "0.6..0.7"})
    assert got.drawn["level"] == "none"
    assert 1.0 <= got.environment.rain_mm_per_h <= 2.0
    assert 0.6 <= got.environment.wetness <= 0.7


@pytest.mark.parametrize("level", LEVELS)
def test_sampled_scenarios_say_what_was_drawn(level):
    one = sample("avenue", seed=5, people=4, vehicles=3, cyclists=0, parked=2, randomize=level)
    assert one.drawn["level"] == level
    for name, value in one.drawn.items():
        group, _, rest = name.partition(".")
        if group == "environment":
            assert getattr(one.environment, rest) == value
        elif group == "world":
            assert one.world.recipe.parameters[rest] == value
        elif group == "camera":
            camera, field = rest.split(".")
            assert getattr(next(c for c in one.sensors if c.name == camera).response, field) == value
    assert ("camera.front.key" in one.drawn) == (level == "wide")
    assert from_dict(to_dict(one)) == one


def test_shares_of_people_and_vehicles_are_reached():
    own = {"randomize.people.age": "child:1", "randomize.vehicles.paint_srgb": "9 8 7"}
    one = sample("avenue", seed=5, people=6, vehicles=4, cyclists=0, motorcyclists=0, parked=2, **own)
    people = [a.body for a in one.agents if hasattr(a, "goal_m")]
    cars = [
        a.body for a in one.agents if hasattr(a, "lane") and a.body.shape in ("sedan", "suv", "hatchback")
    ]
    assert {body.age for body in people} == {"child"}
    assert cars
    assert {body.paint_srgb for body in cars if not body.livery} == {(9, 8, 7)}
