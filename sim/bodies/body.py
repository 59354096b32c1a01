"""What a body is: a skinned mesh, its textures, its skeleton; and the columns that pose it.

A body's mesh is in its bind pose in the *body frame* (ISO 8855: x forward, y left, z up; the origin is on
the ground, below the middle of the rear axle for vehicles and below the pelvis for people).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.geometry import Mesh

__all__ = [
    "COARSE_FROM_M",
    "FAR_FROM_M",
    "MAX_BONES",
    "Body",
    "BodyTextures",
    "LampGroup",
    "Lights",
    "PoseColumns",
    "mesh_at",
    "posed_vertices",
]

MAX_BONES = 24
"""No body has more bones; the renderer's bone texture is this wide."""

COARSE_FROM_M = 22.0
"""Distance from camera to body origin from which on the coarse mesh is seen at REFERENCE_FOCAL_PX."""

FAR_FROM_M = 60.0
"""The same for the far mesh; 7 cm at 60 m are one pixel."""

REFERENCE_FOCAL_PX = 880.0
"""Focal length of a 1280 pixel wide image of 72 degrees; 2.5 cm at 22 m are one pixel there."""


class Lights(IntFlag):
    """What lights an agent shows. BRAKE also drives the third brake light."""

    NONE = 0
    BRAKE = 1
    LEFT = 2
    RIGHT = 4
    HEAD = 8


class LampGroup(IntFlag):
    """Values of `Mesh.part` in bodies: which lamp a face belongs to (0 = not a lamp)."""

    NONE = 0
    HEAD = 1
    TAIL = 2
    BRAKE = 3
    LEFT = 4
    RIGHT = 5


@dataclass(frozen=True, eq=False)
class BodyTextures:
    """Textures of a body; bodies with the same key share them on the GPU.

    They are painted when they are first looked at: who only simulates never waits for them.

    Attributes:
        key: names the content; equal keys mean equal arrays.
        paint: makes `albedo` and `material`.
    """

    key: str
    paint: Callable[[], tuple[NDArray[np.uint8], NDArray[np.uint8]]]

    @property
    def albedo(self) -> NDArray[np.uint8]:
        """(S, S, 4) uint8, row 0 at the top; RGB sRGB, A the paint mask (255 = multiply by the paint)."""
        return self._pictures[0]

    @property
    def material(self) -> NDArray[np.uint8]:
        """(S, S, 4) uint8: roughness, F0 (255 = 1.0), emission, ambient occlusion."""
        return self._pictures[1]

    @cached_property
    def _pictures(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        return self.paint()


@dataclass(frozen=True, eq=False)
class Body:
    """One agent's shape.

    Attributes:
        kind: ``vehicle`` or ``person``: which shader draws it and which pose function moves it.
        mesh: bind pose, body frame, skinned with at most MAX_BONES bones.
        textures: albedo and material atlases, or None if vertex colours say it all.
        paint_srgb: tint where the paint mask is on, 0..255.
        size_lwh_m: extent over its whole motion; the size of `box3d`.
        centre_m: centre of that extent in the body frame.
        footprint_m: (x_min, x_max, half_width) of its ground rectangle in the body frame.
        skeleton: what the pose function of this kind needs; opaque to everybody else.
        coarse: the same shape in far fewer triangles, on the same bones and textures, inside the extent of
            `mesh`; None if the body has only one mesh.
        far: the same again in a third of the triangles of `coarse`; None if the body has no such mesh.
        cabin: what the glass shader sees behind windows, see `sim.bodies.vehicles.cabin`; None: nothing.
    """

    kind: str
    mesh: Mesh
    textures: BodyTextures | None
    paint_srgb: tuple[int, int, int]
    size_lwh_m: tuple[float, float, float]
    centre_m: tuple[float, float, float]
    footprint_m: tuple[float, float, float]
    skeleton: object
    coarse: Mesh | None = None
    far: Mesh | None = None
    cabin: tuple[float, ...] | None = None


@dataclass(frozen=True, eq=False)
class PoseColumns:
    """Everything that moves a body, one row per agent: all that `bone_matrices` reads.

    Attributes:
        position_m: (N, 3) float64, origin of the body frame in the world, on the ground.
        yaw_rad, pitch_rad, roll_rad: (N,) float64, ISO 8855 attitude of the body (pitch > 0: nose down).
        wheel_rad: (N,) float64, angle the wheels have rolled (forward positive, not wrapped).
        steer_rad: (N,) float64, angle of the front wheels, left positive.
        gait_phase: (N,) float64, walking cycles done (1.0 = two steps), not wrapped.
        gait_weight: (N,) float64, 0 standing .. 1 walking: how much arms and pelvis swing.
        foot_m: (N, 2, 3) float64, world position of the sole below each ankle (left, right).
        foot_yaw_rad: (N, 2) float64, heading of each foot.
        foot_pitch_rad: (N, 2) float64, pitch of each foot about the ball, positive: heel up.
        look_yaw_rad: (N,) float64, heading of the head relative to the body, left positive.
        lights: (N,) uint8, `Lights` flags.
    """

    position_m: NDArray[np.float64]
    yaw_rad: NDArray[np.float64]
    pitch_rad: NDArray[np.float64]
    roll_rad: NDArray[np.float64]
    wheel_rad: NDArray[np.float64]
    steer_rad: NDArray[np.float64]
    gait_phase: NDArray[np.float64]
    gait_weight: NDArray[np.float64]
    foot_m: NDArray[np.float64]
    foot_yaw_rad: NDArray[np.float64]
    foot_pitch_rad: NDArray[np.float64]
    look_yaw_rad: NDArray[np.float64]
    lights: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.position_m)


def mesh_at(body: Body, distance_m: float, focal_px: float = REFERENCE_FOCAL_PX) -> Mesh:
    """The mesh of a body that a camera at a distance sees.

    The renderer, the label code and the oracle of the tests all choose through this function, so that what is
    drawn and what is labelled are the same triangles.

    Args:
        body: the body.
        distance_m: from the camera to the origin of the body frame, in three dimensions.
        focal_px: focal length of the camera; a body is as coarse as it is small in the image.

    Returns:
        `body.far` from where it is as small as at FAR_FROM_M and REFERENCE_FOCAL_PX, else `body.coarse` from
        where it is as small as at COARSE_FROM_M, else `body.mesh`; meshes that the body lacks are skipped.
    """
    if body.far is not None and distance_m * REFERENCE_FOCAL_PX >= FAR_FROM_M * focal_px:
        return body.far
    if body.coarse is not None and distance_m * REFERENCE_FOCAL_PX >= COARSE_FROM_M * focal_px:
        return body.coarse
    return body.mesh


def posed_vertices(body: Body, bones: NDArray[np.floating], mesh: Mesh | None = None) -> NDArray[np.float64]:
    """World positions of a body's vertices, as the vertex shader computes them.

    Args:
        body: the body.
        bones: (B, 3, 4) world_from_bind matrices, a row of `bone_matrices`.
        mesh: which mesh of the body to pose; `body.mesh` by default.

    Returns:
        (V, 3) float64 metres.
    """
    mesh = body.mesh if mesh is None else mesh
    out = np.zeros((len(mesh.positions_m), 3))
    homogeneous = np.concatenate([mesh.positions_m, np.ones((len(out), 1), np.float32)], 1)
    for k in range(4):
        weight = mesh.weights[:, k : k + 1]
        used = weight[:, 0] > 0
        if used.any():
            moved = np.einsum("vij,vj->vi", bones[mesh.joints[used, k]], homogeneous[used])
            out[used] += weight[used] * moved
    return out
