"""Published helpers for tests: streets and cameras without assets or OpenGL, images against stored ones."""

from sim.testing.flat import FlatRenderer
from sim.testing.golden import Tolerance, assert_golden
from sim.testing.toys import ToyStreet, box_body, toy_bones

__all__ = ["FlatRenderer", "Tolerance", "ToyStreet", "assert_golden", "box_body", "toy_bones"]
