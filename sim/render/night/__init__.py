"""What shines after dark: street lamps, windows, lamps of vehicles. It changes color, never a label."""

from sim.render.night.levels import NightLevels, night_levels
from sim.render.night.lights import NightLights
from sim.render.night.windows import Glow, glow_of

__all__ = ["Glow", "NightLevels", "NightLights", "glow_of", "night_levels"]
