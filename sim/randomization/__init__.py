"""How scenarios look, drawn: named distributions in one table, its levels, a user's own on top."""

from sim.randomization.distributions import Distribution, Drawn, Scalar, distribution_of
from sim.randomization.look import GROUPS, LEVELS, Look, look_of, weather_names

__all__ = [
    "GROUPS",
    "LEVELS",
    "Distribution",
    "Drawn",
    "Look",
    "Scalar",
    "distribution_of",
    "look_of",
    "weather_names",
]
