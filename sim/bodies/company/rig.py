"""Bodies and rows of pose columns in, bone matrices out: how prams and wheelchairs stand and roll.

Bone 0 is the frame, 1 the front wheels, 2 the rear wheels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES, Body, PoseColumns
from sim.bodies.company.models import Wheeled
from sim.bodies.cycles.rig import attitude, chained, spun

__all__ = ["FRAME", "FRONT", "REAR", "WheeledSkeleton", "wheeled_bones"]

FRAME, FRONT, REAR = range(3)


@dataclass(frozen=True, eq=False)
class WheeledSkeleton:
    """What rolls on a pram or wheelchair.

    Attributes:
        wheels: their places.
    """

    wheels: Wheeled

    @property
    def wheelbase_m(self) -> float:
        """Between the axles."""
        return self.wheels.wheelbase_m

    @property
    def wheel_radius_m(self) -> float:
        """Distance rolled per radian of `wheel_rad`: that of the rear wheels."""
        return self.wheels.rear_radius_m


def wheeled_bones(
    bodies: Sequence[Body], columns: PoseColumns, rows: NDArray[np.integer]
) -> NDArray[np.float32]:
    """Bone matrices of prams and wheelchairs.

    Args:
        bodies: the body of each row in `rows`.
        columns: poses of all agents.
        rows: (R,) indices into `columns`.

    Returns:
        (R, MAX_BONES, 3, 4) float32, world_from_bind; bones without use are the identity.
    """
    out = np.zeros((len(rows), MAX_BONES, 3, 4), np.float32)
    out[..., :3] = np.eye(3, dtype=np.float32)
    frame = attitude(columns, rows)
    for k, body in enumerate(bodies):
        assert isinstance(body.skeleton, WheeledSkeleton)
        w, rolled = body.skeleton.wheels, columns.wheel_rad[rows[k : k + 1]]
        # The front wheels roll as far as the rear ones, whatever their size.
        front = spun((w.wheelbase_m, w.front_radius_m), rolled * w.rear_radius_m / w.front_radius_m)
        rear = spun((0.0, w.rear_radius_m), rolled)
        out[k, :3] = chained(frame[k], np.stack([np.eye(3, 4), front, rear]))
    return out
