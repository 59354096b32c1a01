"""Bodies that users bring: their triangles as text in a description, and the body that is built from them."""

from sim.bodies.own.build import build_own, check_own
from sim.bodies.own.packing import MAX_FACES, MAX_VERTICES, Triangles, packed, unpacked

__all__ = ["MAX_FACES", "MAX_VERTICES", "Triangles", "build_own", "check_own", "packed", "unpacked"]
