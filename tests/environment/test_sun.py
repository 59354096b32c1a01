"""Time and place -> where the sun stands, against published values."""

from __future__ import annotations

import datetime
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.environment import sun_angles_deg

_ALMANAC = (
    # UTC, latitude, longitude, azimuth from north over east, elevation without refraction (Astropy 8.0.2)
    ("2026-06-21T20:30:00+00:00", 52.5, 13.4, 323.9556, -6.6046),
    ("2026-12-21T11:00:00+00:00", 52.5, 13.4, 178.9487, 14.0546),
    ("2024-03-20T05:55:00+00:00", 0.0, 0.0, 89.9535, -3.0985),
    ("2015-01-15T22:00:00+00:00", -33.87, 151.21, 93.3091, 35.0321),
    ("2035-08-01T03:20:00+00:00", 64.1, -21.9, 25.2122, -5.3202),
    ("2026-06-21T00:30:00+00:00", 70.0, 25.0, 29.3427, 6.1892),
    ("1995-10-30T17:45:00+00:00", 40.7, -74.0, 199.0989, 33.4407),
)


@pytest.mark.parametrize(("time", "latitude_deg", "longitude_deg", "azimuth_deg", "elevation_deg"), _ALMANAC)
def test_azimuth_and_height_are_the_almanacs(time, latitude_deg, longitude_deg, azimuth_deg, elevation_deg):
    shown = sun_angles_deg(datetime.datetime.fromisoformat(time), latitude_deg, longitude_deg)
    assert (90.0 - shown[0]) % 360.0 == pytest.approx(azimuth_deg, abs=0.01)
    # Refraction only lifts, by 0.6 degrees at most at the horizon and by R = cot(h) arc minutes higher up.
    lift = shown[1] - elevation_deg
    assert -0.01 <= lift <= 0.6
    if elevation_deg > 10:
        assert lift == pytest.approx(1.0 / math.tan(math.radians(elevation_deg)) / 60.0, abs=0.01)


def test_the_example_of_the_solar_position_algorithm():
    # I. Reda and A. Andreas, NREL/TP-560-34302 (2008), table A5.1: zenith 50.11162, azimuth 194.34024.
    time = datetime.datetime.fromisoformat("2003-10-17T12:30:30-07:00")
    azimuth_deg, elevation_deg = sun_angles_deg(time, 39.742476, -105.1786)
    assert (90.0 - azimuth_deg) % 360.0 == pytest.approx(194.34024, abs=0.02)
    assert elevation_deg == pytest.approx(90.0 - 50.11162, abs=0.02)


@settings(max_examples=60, deadline=None)
@given(
    time=st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2060, 1, 1)),
    latitude_deg=st.floats(-66.0, 66.0),
    longitude_deg=st.floats(-180.0, 180.0),
)
def test_local_time_needs_no_longitude_and_noon_is_highest(time, latitude_deg, longitude_deg):
    here = sun_angles_deg(time, latitude_deg, longitude_deg)
    east = sun_angles_deg(time, latitude_deg, 0.0)
    # In twelve hours, the most that clocks may differ by here, the sun goes half a degree on among the stars.
    assert here[1] == pytest.approx(east[1], abs=0.6)
    at_noon = sun_angles_deg(time.replace(hour=12, minute=0), latitude_deg)[1]
    at_night = sun_angles_deg(time.replace(hour=0, minute=0), latitude_deg)[1]
    assert at_noon > at_night
    # The sun stands between the tropics; the equation of time is under 17 minutes, 4.2 degrees of its way.
    assert at_noon == pytest.approx(90.0 - abs(latitude_deg), abs=23.5 + 0.6 + 1.6)


@pytest.mark.parametrize(("latitude_deg", "longitude_deg"), [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0)])
def test_what_is_not_on_the_globe_is_refused(latitude_deg, longitude_deg):
    with pytest.raises(ValueError, match="wanted -"):
        sun_angles_deg(datetime.datetime(2026, 1, 1), latitude_deg, longitude_deg)
