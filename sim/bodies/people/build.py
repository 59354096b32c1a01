"""`PersonSpec` -> `Body`: figure, skin, hair, clothes, skeleton, and the extent of it all while walking."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body, PoseColumns
from sim.bodies.people.arms import with_arms_down
from sim.bodies.people.clothes import garments
from sim.bodies.people.gait import GaitColumns, steady_stride
from sim.bodies.people.hair import hair_pieces
from sim.bodies.people.head import skin_pieces
from sim.bodies.people.piece import join
from sim.bodies.people.pose import person_bones
from sim.bodies.people.shape import figure
from sim.bodies.people.skeleton import PersonSkeleton, skeleton_of
from sim.bodies.spec import PersonSpec
from sim.errors import UsageError
from sim.geometry import Mesh

__all__ = ["build_person", "pose_columns"]

_CHOICES = {
    "age": ("child", "young", "old"),
    "hair": ("bald", "short", "bob", "long"),
    "top": ("tshirt", "shirt", "jacket", "coat"),
    "bottom": ("trousers", "shorts", "skirt"),
}
_REFERENCE_LEG_M = 0.87
_MARGIN_M = 0.03


@lru_cache(maxsize=256)
def build_person(spec: PersonSpec) -> Body:
    """A person's body.

    Args:
        spec: the description; equal descriptions give the same object.

    Returns:
        A body in its bind pose (legs a little apart, arms hanging), origin on the ground below the hips.

    Raises:
        UsageError: a field of `spec` has no meaning; the message names field, value and what would be right.
    """
    _check(spec)
    fig = with_arms_down(figure(spec))
    pieces = [*skin_pieces(spec, fig), *hair_pieces(spec, fig), *garments(spec, fig)]
    mesh, coarse = join(pieces, 3), join(pieces, 2, far=True)
    skeleton = skeleton_of(spec, fig)
    size, centre = _extent(mesh, skeleton)
    return Body("person", mesh, None, (255, 255, 255), size, centre, (-0.2, 0.2, 0.2), skeleton, coarse)


def _check(spec: PersonSpec) -> None:
    for name, known in _CHOICES.items():
        value = getattr(spec, name)
        if value not in known:
            raise UsageError(f"person.{name}: {value!r} is not known; use one of {', '.join(known)}")
    for name, low in (("gender", 0.0), ("height", -1.0), ("weight", -1.0), ("muscle", -1.0)):
        value = getattr(spec, name)
        if not low <= value <= 1.0:
            raise UsageError(f"person.{name}: {value!r} is outside {low:g} .. 1")
    if len(spec.ancestry) != 3 or min(spec.ancestry) < 0 or abs(sum(spec.ancestry) - 1) > 1e-3:
        raise UsageError(f"person.ancestry: {spec.ancestry!r}; use three weights >= 0 whose sum is 1")
    for field in fields(spec):
        value = getattr(spec, field.name)
        if field.name.endswith("_srgb") and (len(value) != 3 or not all(0 <= c <= 255 for c in value)):
            raise UsageError(f"person.{field.name}: {value!r}; use three numbers 0 .. 255")
    if spec.seed < 0:
        raise UsageError(f"person.seed: {spec.seed!r}; use an integer >= 0")


@lru_cache(maxsize=1)
def _reference_strides() -> GaitColumns:
    """Strides of an adult at two speeds, eight phases each, feet relative to the body, and standing."""
    phases = np.arange(8) / 8
    strides = [steady_stride(_REFERENCE_LEG_M, v, phases) for v in (1.1, 1.7)]
    strides.append(steady_stride(_REFERENCE_LEG_M, 0.0, np.zeros(1)))
    names = GaitColumns.__dataclass_fields__
    return GaitColumns(**{n: np.concatenate([getattr(g, n) for g in strides]) for n in names})


def pose_columns(
    gait: GaitColumns,
    position_m: NDArray[np.float64],
    yaw_rad: NDArray[np.float64],
    look_yaw_rad: NDArray[np.float64] | None = None,
) -> PoseColumns:
    """The pose columns of people whose feet a gait has placed.

    Args:
        gait: feet and phase (N rows).
        position_m: (N, 3) body origins.
        yaw_rad: (N,) headings.
        look_yaw_rad: (N,) headings of the heads relative to the bodies; straight ahead if None.

    Returns:
        Columns with everything that only vehicles have set to zero.
    """
    zero = np.zeros(len(yaw_rad))
    look = zero if look_yaw_rad is None else look_yaw_rad
    return PoseColumns(
        position_m,
        yaw_rad,
        zero,
        zero,
        zero,
        zero,
        gait.phase,
        gait.weight,
        gait.foot_m,
        gait.foot_yaw_rad,
        gait.foot_pitch_rad,
        look,
        np.zeros(len(yaw_rad), np.uint8),
    )


def _extent(
    mesh: Mesh, skeleton: PersonSkeleton
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Size and centre of the box that holds the walking body; equal strides scale with the leg."""
    gait = _reference_strides()
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
    bones = person_bones([stand_in] * count, columns, np.arange(count)).reshape(count, -1, 12)
    dense = np.zeros((len(mesh.positions_m), bones.shape[1]), np.float32)
    np.add.at(dense, (np.arange(len(dense))[:, None], mesh.joints), mesh.weights)
    shares = np.ascontiguousarray(bones.transpose(1, 0, 2)).reshape(bones.shape[1], -1)
    blend = (dense @ shares).reshape(-1, count, 3, 4)
    moved = np.einsum("vpij,vj->vpi", blend[..., :3], mesh.positions_m) + blend[..., 3]
    low, high = moved.min((0, 1)).astype(float), moved.max((0, 1)).astype(float)
    low, high = low - _MARGIN_M, high + _MARGIN_M
    # The box stands on the ground and is as wide to the left as to the right.
    low[2] = 0.0
    half = max(-low[1], high[1])
    low[1], high[1] = -half, half
    size, centre = high - low, (high + low) / 2
    return tuple(float(v) for v in size), tuple(float(v) for v in centre)  # type: ignore[return-value]
