"""A mesh and its skeleton -> the box that holds the body while it walks, turns and is pushed."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body, PoseColumns
from sim.bodies.people.footing import rotated
from sim.bodies.people.gait import GaitColumns, advance_gait, start_gait, steady_stride
from sim.bodies.people.pose import person_bones
from sim.bodies.people.skeleton import PersonSkeleton
from sim.geometry import Mesh

__all__ = ["extent"]

Triple = tuple[float, float, float]

_REFERENCE_LEG_M = 0.87
_MARGIN_M = 0.03
_PUSH_MPS, _PUSH_KEPT = 0.2, 0.85
_TICK_S = 0.05


def extent(mesh: Mesh, skeleton: PersonSkeleton) -> tuple[Triple, Triple]:
    """The box of a body; strides of equal shape scale with the leg.

    Args:
        mesh: bind pose, body frame; the coarse one will do.
        skeleton: of the same person.

    Returns:
        Size (length, width, height) and center in the body frame, metres. The box stands on the ground and
        reaches as far to the left as to the right.
    """
    gait = _reference_poses()
    scale = skeleton.leg_length_m / _REFERENCE_LEG_M
    count = len(gait.phase)
    zero = np.zeros(count)
    columns = PoseColumns(
        np.zeros((count, 3)),
        zero,
        zero,
        zero,
        zero,
        zero,
        gait.phase,
        gait.weight,
        gait.foot_m * scale,
        gait.foot_yaw_rad,
        gait.foot_pitch_rad,
        zero,
        np.zeros(count, np.uint8),
    )
    stand_in = Body("person", mesh, None, (0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0), skeleton)
    bones = person_bones([stand_in] * count, columns, np.arange(count))
    # Number by number of the matrices: planes of many poses and vertices take a third of the time of triples.
    planes = np.ascontiguousarray(bones.transpose(2, 3, 0, 1))
    moved = np.zeros((3, count, len(mesh.positions_m)), np.float32)
    for k in range(mesh.joints.shape[1]):
        used = np.flatnonzero(mesh.weights[:, k])
        joints, weights = mesh.joints[used, k].astype(np.intp), mesh.weights[used, k]
        x, y, z = mesh.positions_m[used].T
        for axis, row in enumerate(planes):
            a, b, c, d = (plane.take(joints, 1) * weights for plane in row)
            moved[axis][:, used] += a * x + b * y + c * z + d
    low = moved.min((1, 2)).astype(float) - _MARGIN_M
    high = moved.max((1, 2)).astype(float) + _MARGIN_M
    half = max(-low[1], high[1])
    size = (float(high[0] - low[0]), float(2 * half), float(high[2]))
    return size, (float(high[0] + low[0]) / 2, 0.0, float(high[2]) / 2)


@lru_cache(maxsize=1)
def _reference_poses() -> GaitColumns:
    """An adult standing, striding at two speeds, and in the widest steps; feet relative to the body."""
    phases = np.arange(8) / 8
    poses = [steady_stride(_REFERENCE_LEG_M, v, phases) for v in (1.1, 1.7)]
    poses.append(steady_stride(_REFERENCE_LEG_M, 0.0, np.zeros(1)))
    poses.append(_widest_steps())
    names = GaitColumns.__dataclass_fields__
    return GaitColumns(**{n: np.concatenate([getattr(g, n) for g in poses]) for n in names})


def _widest_steps() -> GaitColumns:
    """Steps of people who turn and are pushed, those with a foot farthest out to the left or right."""
    speed, turning, push = (
        a.ravel() for a in np.meshgrid([0.0, 0.7, 1.3, 1.7], [-0.57, 0.0, 0.57], np.arange(8) * np.pi / 4)
    )
    n = len(speed)
    leg, position, yaw = np.full(n, _REFERENCE_LEG_M), np.zeros((n, 3)), np.zeros(n)
    gait = start_gait(leg, position, yaw, _level)
    seen: list[GaitColumns] = []
    for tick in range(70):
        yaw = yaw + turning * _TICK_S
        pushed = _PUSH_MPS * _PUSH_KEPT ** (tick % 25) if tick >= 20 else 0.0
        ahead = np.stack([speed + pushed * np.cos(push), pushed * np.sin(push)], -1)
        velocity = rotated(ahead, yaw)
        position = position + np.concatenate([velocity * _TICK_S, np.zeros((n, 1))], 1)
        gait = advance_gait(gait, leg, position, yaw, velocity, turning, _TICK_S, _level)
        seen.append(_from_body(gait, position, yaw))
    names = GaitColumns.__dataclass_fields__
    every = {k: np.concatenate([getattr(g, k) for g in seen]) for k in names}
    aside = every["foot_m"][..., 1]
    chosen = np.concatenate([np.argsort(-aside[:, 0], kind="stable")[:4], np.argsort(aside[:, 1])[:4]])
    return GaitColumns(**{k: v[chosen] for k, v in every.items()})


def _from_body(gait: GaitColumns, position: NDArray[np.float64], yaw: NDArray[np.float64]) -> GaitColumns:
    """The same with feet where the body sees them."""
    foot = gait.foot_m - position[:, None]
    for k in (0, 1):
        foot[:, k, :2] = rotated(foot[:, k, :2], -yaw)
    columns = {n: getattr(gait, n) for n in GaitColumns.__dataclass_fields__}
    return GaitColumns(**columns | {"foot_m": foot, "foot_yaw_rad": gait.foot_yaw_rad - yaw[:, None]})


def _level(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.zeros(len(xy))
