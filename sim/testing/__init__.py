"""Published helpers for tests: streets and cameras that need neither assets nor OpenGL."""

from sim.testing.flat import FlatRenderer
from sim.testing.toys import ToyStreet, box_body, toy_bones

__all__ = ["FlatRenderer", "ToyStreet", "box_body", "toy_bones"]
