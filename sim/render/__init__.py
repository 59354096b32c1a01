"""The only package that knows Panda3D: a state goes in, captures come out."""

from sim.render.engine import GlInfo, engine
from sim.render.renderer import Renderer

__all__ = ["GlInfo", "Renderer", "engine"]
