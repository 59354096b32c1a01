"""Light and weather as values: sun, sky, rain, snow, fog, and how they change during a run."""

from sim.environment.environment import RANGES, Environment
from sim.environment.plan import EnvironmentPlan, WeatherChange
from sim.environment.sun import sun_angles_deg

__all__ = ["RANGES", "Environment", "EnvironmentPlan", "WeatherChange", "sun_angles_deg"]
