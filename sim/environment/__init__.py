"""Light and weather as values: sun, sky, rain, snow, fog, and how they change during a run."""

from sim.environment.environment import RANGES, Environment
from sim.environment.plan import EnvironmentPlan, WeatherChange
from sim.environment.sampling import sample_environment

__all__ = ["RANGES", "Environment", "EnvironmentPlan", "WeatherChange", "sample_environment"]
