"""Bodies as data: meshes, skeletons, gaits, materials; and the one function that poses them.

`bone_matrices` is the only way from an agent's row to its triangles: the vertex shader, the labelers and the
ray-cast oracle of the tests all start from its result.
"""

from sim.bodies.body import (
    MAX_BONES,
    Body,
    BodyTextures,
    LampGroup,
    Lights,
    PoseColumns,
    posed_vertices,
)
from sim.bodies.build import bone_matrices, build_body
from sim.bodies.spec import BodySpec, PersonSpec, VehicleSpec

__all__ = [
    "MAX_BONES",
    "Body",
    "BodySpec",
    "BodyTextures",
    "LampGroup",
    "Lights",
    "PersonSpec",
    "PoseColumns",
    "VehicleSpec",
    "bone_matrices",
    "build_body",
    "posed_vertices",
]
