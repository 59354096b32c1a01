"""Rigid motions: `a_from_b` maps coordinates in frame b to coordinates in frame a."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pose", "euler_from_rotation", "rotation_from_euler", "yaw_from_rotation"]


def rotation_from_euler(yaw_rad: float, pitch_rad: float = 0.0, roll_rad: float = 0.0) -> NDArray[np.float64]:
    """ISO 8855 angles to a 3x3 rotation: R = Rz(yaw) Ry(pitch) Rx(roll); positive pitch is nose down."""
    cy, sy, cp, sp, cr, sr = (f(a) for a in (yaw_rad, pitch_rad, roll_rad) for f in (np.cos, np.sin))
    return np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    )


def euler_from_rotation(rotation: NDArray[np.float64]) -> tuple[float, float, float]:
    """The yaw, pitch and roll, radians, that `rotation_from_euler` makes a rotation (3, 3) of.

    They give it back within 1e-14 at any attitude, straight up or down included.
    """
    # Pitch by atan2, for arcsin is blunt near 90 degrees; roll from what yaw and pitch leave over, so that it
    # is right even where they cannot be told apart from it.
    yaw = float(np.arctan2(rotation[1, 0], rotation[0, 0]))
    pitch = float(np.arctan2(-rotation[2, 0], np.hypot(rotation[0, 0], rotation[1, 0])))
    rest = rotation_from_euler(yaw, pitch).T @ rotation
    return yaw, pitch, float(np.arctan2(rest[2, 1], rest[1, 1]))


def yaw_from_rotation(rotation: NDArray[np.float64]) -> float:
    """Heading of the rotated x axis, radians counter-clockwise from +X seen from above."""
    return float(np.arctan2(rotation[1, 0], rotation[0, 0]))


@dataclass(frozen=True, eq=False)
class Pose:
    """A rigid motion. Name values `dst_from_src`; `(a_from_b @ b_from_c)` is `a_from_c`.

    Attributes:
        rotation: (3, 3) float64, proper rotation.
        translation_m: (3,) float64, origin of src in dst, metres.
    """

    rotation: NDArray[np.float64]
    translation_m: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.rotation.shape != (3, 3) or self.translation_m.shape != (3,):
            raise ValueError(
                f"Pose needs (3,3) and (3,), got {self.rotation.shape}, {self.translation_m.shape}"
            )

    @staticmethod
    def identity() -> Pose:
        """The motion that changes nothing."""
        return Pose(np.eye(3), np.zeros(3))

    @staticmethod
    def from_xyz_euler(
        x_m: float,
        y_m: float,
        z_m: float,
        yaw_rad: float = 0.0,
        pitch_rad: float = 0.0,
        roll_rad: float = 0.0,
    ) -> Pose:
        """Position in metres and ISO 8855 angles in radians."""
        return Pose(rotation_from_euler(yaw_rad, pitch_rad, roll_rad), np.array([x_m, y_m, z_m], float))

    @property
    def matrix(self) -> NDArray[np.float64]:
        """(4, 4) homogeneous matrix that multiplies column vectors."""
        out = np.eye(4)
        out[:3, :3] = self.rotation
        out[:3, 3] = self.translation_m
        return out

    @property
    def yaw_rad(self) -> float:
        """Heading of the x axis."""
        return yaw_from_rotation(self.rotation)

    def apply(self, points_src: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map points (..., 3) from src to dst."""
        return np.asarray(points_src @ self.rotation.T + self.translation_m)

    def inverse(self) -> Pose:
        """`src_from_dst`."""
        return Pose(self.rotation.T.copy(), -self.rotation.T @ self.translation_m)

    def __matmul__(self, other: Pose) -> Pose:
        return Pose(self.rotation @ other.rotation, self.rotation @ other.translation_m + self.translation_m)
