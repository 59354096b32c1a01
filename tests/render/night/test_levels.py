"""What shines when: nothing by day, more and more through dusk, less late at night."""

import dataclasses

import numpy as np
import pytest

from sim.environment import Environment
from sim.render.night.levels import LAMP_RADIANCE, night_levels


@pytest.mark.parametrize("elevation", [4.0, 10.0, 60.0])
def test_by_day_no_lamp_lights_the_street(elevation):
    levels = night_levels(Environment(sun_elevation_deg=elevation))
    assert not levels.is_dark
    assert (levels.lamps, levels.homes, levels.shops) == (0.0, 0.0, 0.0)
    assert not levels.headlights


def test_lamps_and_windows_come_on_gradually_through_dusk():
    elevations = np.linspace(3.99, -8.0, 60)
    levels = [night_levels(Environment(sun_elevation_deg=float(e))) for e in elevations]
    for name in ("lamps", "homes"):
        values = np.array([getattr(level, name) for level in levels])
        assert (np.diff(values) >= 0).all(), name
        assert np.diff(values).max() < 0.1 * values.max(), name
    assert levels[-1].lamps == LAMP_RADIANCE
    assert all(level.is_dark and level.headlights for level in levels)


def test_late_at_night_fewer_windows_are_lit_than_in_the_evening():
    evening, late = (night_levels(Environment(sun_elevation_deg=e)) for e in (-8.0, -60.0))
    assert late.homes < 0.5 * evening.homes
    assert late.shops < evening.shops
    assert late.lamps == evening.lamps


@pytest.mark.parametrize("weather", [{"rain_mm_per_h": 2.0}, {"snow_mm_per_h": 1.0}, {"visibility_m": 500.0}])
def test_weather_by_day_lights_headlights_alone(weather):
    levels = night_levels(dataclasses.replace(Environment(), **weather))
    assert levels.headlights
    assert not levels.is_dark


def test_rooms_are_as_bright_as_the_street_at_night_and_follow_the_sky_in_dusk():
    night = night_levels(Environment(sun_elevation_deg=-20.0))
    rooms = [night.windows(radiance) for radiance in (0.0, 0.5 * LAMP_RADIANCE, 1.0)]
    assert rooms[:2] == [LAMP_RADIANCE, 2 * LAMP_RADIANCE]
    assert rooms[2] == pytest.approx(13 * LAMP_RADIANCE)
