"""Bodies as data: meshes, skeletons, gaits, materials; and the one function that poses them.

`bone_matrices` is the only way from an agent's row to its triangles: the vertex shader, the labelers and the
ray-cast oracle of the tests all start from its result.
"""

from sim.bodies.body import (
    COARSE_FROM_M,
    FAR_FROM_M,
    MAX_BONES,
    Body,
    BodyTextures,
    LampGroup,
    Lights,
    PoseColumns,
    mesh_at,
    posed_vertices,
)
from sim.bodies.build import bone_matrices, build_body
from sim.bodies.keypoints import KEYPOINT_NAMES, keypoints_world
from sim.bodies.spec import BodySpec, CompanionSpec, OwnBody, PersonSpec, RiderSpec, VehicleSpec

__all__ = [
    "COARSE_FROM_M",
    "FAR_FROM_M",
    "KEYPOINT_NAMES",
    "MAX_BONES",
    "Body",
    "BodySpec",
    "BodyTextures",
    "CompanionSpec",
    "LampGroup",
    "Lights",
    "OwnBody",
    "PersonSpec",
    "PoseColumns",
    "RiderSpec",
    "VehicleSpec",
    "bone_matrices",
    "build_body",
    "keypoints_world",
    "mesh_at",
    "posed_vertices",
]
