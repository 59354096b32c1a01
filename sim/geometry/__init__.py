"""Poses, boxes, cameras and meshes: plain NumPy, no project imports."""

from sim.geometry.boxes import Box2, Box3D
from sim.geometry.camera import Intrinsics
from sim.geometry.lenses import BrownConrady, KannalaBrandt, Lens
from sim.geometry.mesh import Mesh, concatenate, vertex_normals
from sim.geometry.pose import Pose, rotation_from_euler, yaw_from_rotation

__all__ = [
    "Box2",
    "Box3D",
    "BrownConrady",
    "Intrinsics",
    "KannalaBrandt",
    "Lens",
    "Mesh",
    "Pose",
    "concatenate",
    "rotation_from_euler",
    "vertex_normals",
    "yaw_from_rotation",
]
