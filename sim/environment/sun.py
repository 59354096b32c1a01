"""A time and a place on the globe -> where the sun stands.

J. Meeus, "Astronomical Algorithms" (2nd ed. 1998), chapter 25 (low accuracy, 0.01 degrees) and 12 (sidereal
time); refraction after G. Bennett, as in his chapter 16.
"""

from __future__ import annotations

import datetime
import math

__all__ = ["sun_angles_deg", "utc_of"]

_J2000 = datetime.datetime(2000, 1, 1, 12, tzinfo=datetime.UTC)
_TT_MINUS_UTC_S = 69.0


def sun_angles_deg(
    time: datetime.datetime, latitude_deg: float, longitude_deg: float = 0.0
) -> tuple[float, float]:
    """Azimuth and height of the sun's middle as it is seen, lifted by refraction near the horizon.

    Args:
        time: without an offset from UTC it is local mean solar time, see `utc_of`.
        latitude_deg: north positive.
        longitude_deg: east positive.

    Returns:
        Azimuth counter-clockwise from east, -180 to 180, and elevation, both in degrees.

    Raises:
        ValueError: a latitude or longitude that is not on the globe.
    """
    for name, value, most in (("latitude_deg", latitude_deg, 90.0), ("longitude_deg", longitude_deg, 180.0)):
        if not -most <= value <= most:
            raise ValueError(f"{name} is {value}, wanted {-most:g} to {most:g}")
    seconds = (utc_of(time, longitude_deg) - _J2000).total_seconds()
    days = seconds / 86400.0
    centuries = (seconds + _TT_MINUS_UTC_S) / 86400.0 / 36525.0
    mean_longitude = 280.46646 + centuries * (36000.76983 + centuries * 0.0003032)
    anomaly = math.radians(357.52911 + centuries * (35999.05029 - centuries * 0.0001537))
    center = (
        (1.914602 - centuries * (0.004817 + centuries * 0.000014)) * math.sin(anomaly)
        + (0.019993 - centuries * 0.000101) * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * centuries)
    nutation_deg = -0.00478 * math.sin(node)
    longitude = math.radians(mean_longitude + center - 0.00569 + nutation_deg)
    obliquity = math.radians(23.439291 - 0.0130042 * centuries + 0.00256 * math.cos(node))
    right_ascension = math.atan2(math.cos(obliquity) * math.sin(longitude), math.cos(longitude))
    declination = math.asin(math.sin(obliquity) * math.sin(longitude))
    sidereal_deg = 280.46061837 + 360.98564736629 * days + nutation_deg * math.cos(obliquity)
    hour = math.radians(sidereal_deg + longitude_deg) - right_ascension
    latitude = math.radians(latitude_deg)
    east = -math.cos(declination) * math.sin(hour)
    north = math.sin(declination) * math.cos(latitude) - math.cos(declination) * math.sin(
        latitude
    ) * math.cos(hour)
    up = math.sin(declination) * math.sin(latitude) + math.cos(declination) * math.cos(latitude) * math.cos(
        hour
    )
    elevation_deg = math.degrees(math.asin(max(-1.0, min(1.0, up))))
    return math.degrees(math.atan2(north, east)), elevation_deg + _refraction_deg(elevation_deg)


def utc_of(time: datetime.datetime, longitude_deg: float) -> datetime.datetime:
    """The time in UTC; one without an offset is local mean solar time: at 12 the sun is about due south."""
    if time.tzinfo is not None:
        return time.astimezone(datetime.UTC)
    return time.replace(tzinfo=datetime.UTC) - datetime.timedelta(hours=longitude_deg / 15.0)


def _refraction_deg(elevation_deg: float) -> float:
    """Refraction at a true elevation (Meeus 16.4, Saemundsson), for 10 degrees C and 1010 mbar.

    It fades out below the horizon, where nothing is seen through it.
    """
    if elevation_deg < -5.0:
        return 0.0
    shown = max(elevation_deg, -1.0)
    lift = 1.02 / math.tan(math.radians(shown + 10.3 / (shown + 5.11))) / 60.0
    return lift * min(1.0, (elevation_deg + 5.0) / 4.0)
