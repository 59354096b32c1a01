"""A body description -> the body; bodies and their rows -> bone matrices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES, Body, PoseColumns
from sim.bodies.people import build_person, person_bones
from sim.bodies.spec import BodySpec, PersonSpec
from sim.bodies.vehicles import build_vehicle, vehicle_bones

__all__ = ["bone_matrices", "build_body"]

_BONES = {"vehicle": vehicle_bones, "person": person_bones}


def build_body(spec: BodySpec) -> Body:
    """The body a description stands for; equal descriptions share one body. Raises UsageError."""
    return build_person(spec) if isinstance(spec, PersonSpec) else build_vehicle(spec)


def bone_matrices(bodies: Sequence[Body], columns: PoseColumns) -> NDArray[np.float32]:
    """world_from_bind of every bone of every agent.

    Args:
        bodies: one body per row.
        columns: the rows.

    Returns:
        (N, MAX_BONES, 3, 4) float32; bones a body does not have are identity.
    """
    out = np.tile(np.eye(3, 4, dtype=np.float32), (len(bodies), MAX_BONES, 1, 1))
    for kind, pose in _BONES.items():
        rows = np.array([i for i, body in enumerate(bodies) if body.kind == kind], np.intp)
        if len(rows):
            out[rows] = pose([bodies[i] for i in rows], columns, rows)
    return out
