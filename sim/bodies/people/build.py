"""`PersonSpec` -> `Body`: figure, skin, hair, clothes, skeleton, and the extent of it all while walking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body, PoseColumns
from sim.bodies.people.arms import with_arms_down
from sim.bodies.people.clothes import garments
from sim.bodies.people.extent import extent
from sim.bodies.people.gait import GaitColumns
from sim.bodies.people.hair import hair_pieces
from sim.bodies.people.head import skin_pieces
from sim.bodies.people.held import held_length_m, held_pieces, held_side
from sim.bodies.people.piece import Piece, join
from sim.bodies.people.shape import figure
from sim.bodies.people.skeleton import HELD_THINGS, skeleton_of
from sim.bodies.spec import PersonSpec
from sim.errors import UsageError
from sim.geometry import Mesh, concatenate

__all__ = ["build_person", "pose_columns"]

_CHOICES = {
    "age": ("child", "young", "old"),
    "hair": ("bald", "short", "curly", "bob", "long", "ponytail", "bun"),
    "beard": ("none", "stubble", "full"),
    "top": ("tshirt", "shirt", "jacket", "coat"),
    "bottom": ("trousers", "shorts", "skirt"),
    "headwear": (
        *("none", "beanie", "cap", "hat", "headscarf", "hood"),
        *("bicycle_helmet", "motor_helmet"),
    ),
    "bag": ("none", "backpack", "shoulder", "tote"),
    "held": HELD_THINGS,
}


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
    mesh, coarse, far = join(pieces, 3), join(pieces, 2, 1), join(pieces, 2, 2)
    skeleton = skeleton_of(spec, fig)
    if spec.held != "none":
        skeleton = replace(
            skeleton,
            held=HELD_THINGS.index(spec.held),
            held_side=held_side(spec),
            held_m=held_length_m(spec, fig),
        )
        things = held_pieces(spec, fig)
        mesh, coarse, far = (_with(m, things, level) for level, m in enumerate((mesh, coarse, far)))
    size, centre = extent(coarse, skeleton)
    footprint = (-0.2, 0.2, 0.2)
    return Body("person", mesh, None, (255, 255, 255), size, centre, footprint, skeleton, coarse, far)


def _with(mesh: Mesh, things: Sequence[Piece], level: int) -> Mesh:
    return concatenate([mesh, join(things, 1, level)]) if things else mesh


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
