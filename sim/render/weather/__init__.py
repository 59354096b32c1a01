"""Weather in the picture: what falls, what it wets, what it leaves on the lens. Color alone, never labels."""

from sim.render.weather.surfaces import Surfaces
from sim.render.weather.weather import Weather, is_fair, plain_exposure_s

__all__ = ["Surfaces", "Weather", "is_fair", "plain_exposure_s"]
