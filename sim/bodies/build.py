"""A body description -> the body; bodies and their rows -> bone matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES, Body, PoseColumns
from sim.bodies.company import DogSkeleton, WheeledSkeleton, build_companion, dog_bones, wheeled_bones
from sim.bodies.cycles import CYCLE_SHAPES, CycleSkeleton, build_cycle, cycle_bones
from sim.bodies.own import build_own
from sim.bodies.people import build_person, build_rider, person_bones, rider_bones
from sim.bodies.people.skeleton import PersonSkeleton
from sim.bodies.rail import RAIL_SHAPES, TramSkeleton, build_tram, tram_bones
from sim.bodies.spec import BodySpec, CompanionSpec, PersonSpec, RiderSpec
from sim.bodies.vehicles import build_vehicle, vehicle_bones

__all__ = ["bone_matrices", "build_body"]

Pose = Callable[[Any, PoseColumns, Any], NDArray[np.float32]]

_BONES: dict[str, Pose] = {"vehicle": vehicle_bones, "person": person_bones}
_BONES_OF: dict[type, Pose] = {
    CycleSkeleton: cycle_bones,
    DogSkeleton: dog_bones,
    TramSkeleton: tram_bones,
    WheeledSkeleton: wheeled_bones,
}


def build_body(spec: BodySpec) -> Body:
    """The body a description stands for; equal descriptions share one body. Raises UsageError."""
    if isinstance(spec, PersonSpec):
        return build_person(spec)
    if isinstance(spec, RiderSpec):
        return build_rider(spec)
    if isinstance(spec, CompanionSpec):
        return build_companion(spec)
    if spec.own is not None or spec.shape == "own":
        return build_own(spec)
    if spec.shape in RAIL_SHAPES:
        return build_tram(spec)
    return build_cycle(spec) if spec.shape in CYCLE_SHAPES else build_vehicle(spec)


def bone_matrices(bodies: Sequence[Body], columns: PoseColumns) -> NDArray[np.float32]:
    """world_from_bind of every bone of every agent.

    Args:
        bodies: one body per row.
        columns: the rows.

    Returns:
        (N, MAX_BONES, 3, 4) float32; bones a body does not have are identity.
    """
    out = np.tile(np.eye(3, 4, dtype=np.float32), (len(bodies), MAX_BONES, 1, 1))
    rows_of: dict[Pose, list[int]] = {}
    for row, body in enumerate(bodies):
        rows_of.setdefault(_pose_of(body), []).append(row)
    for pose, rows in rows_of.items():
        out[rows] = pose([bodies[i] for i in rows], columns, np.array(rows, np.intp))
    return out


def _pose_of(body: Body) -> Pose:
    """The function that moves a body."""
    if type(body.skeleton) in _BONES_OF:
        return _BONES_OF[type(body.skeleton)]
    if isinstance(body.skeleton, PersonSkeleton) and body.skeleton.seat is not None:
        return rider_bones
    return _BONES[body.kind]
