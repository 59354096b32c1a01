"""Rest joints of a person -> the constants of its skeleton: frames that pose functions turn into bones.

A limb's segment has a *frame*: columns (along the segment, toward its bending side, their cross product). A
posed segment's rotation is its posed frame times the transposed rest frame, so no angle is ever composed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body
from sim.bodies.people.arms import limb_frame
from sim.bodies.people.face import face_points
from sim.bodies.people.seat import Seat
from sim.bodies.people.shape import Figure, human_data, quirks
from sim.bodies.spec import PersonSpec
from sim.errors import UsageError

__all__ = ["BONES", "HELD_THINGS", "SHOE_OUT_M", "PersonSkeleton", "leg_length_m", "skeleton_of", "stacked"]

Array = NDArray[np.float64]

BONES = (
    *("pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head"),
    *(f"{bone}_{side}" for bone in ("clavicle", "upperarm", "lowerarm", "hand") for side in "lr"),
    *(f"{bone}_{side}" for bone in ("thigh", "calf", "foot", "ball") for side in "lr"),
)
"""Names of the bones, in the order of `Mesh.joints`."""

SHOE_OUT_M = 0.006
"""How far a shoe's sole stands out from the foot of an adult."""

HELD_THINGS = ("none", "umbrella", "cane", "pram")
"""What hands can hold, see `PersonSpec.held`."""

_PARENTS = (-1, 0, 1, 2, 3, 4, 3, 3, 6, 7, 8, 9, 10, 11, 0, 0, 14, 15, 16, 17, 18, 19)


@dataclass(frozen=True, eq=False)
class PersonSkeleton:
    """What `person_bones` needs of one person.

    Attributes:
        rest_m: (22, 3) where the bones begin in the bind pose, body frame, in the order of BONES.
        parents: bone -> parent bone, -1 for the pelvis.
        limb_rest: (10, 3, 3) transposed rest frames of thighs, calves, upper arms, forearms, hands; each
            left, right.
        hand_in_forearm: (2, 3, 3) the hanging hand's frame in its forearm's frame.
        leg_length_m: hip to ankle, straight.
        heel_m: distance of the heel's edge behind the ankle.
        ball_m: distance of the ball of the foot ahead of the ankle.
        stoop_rad: forward lean of the trunk.
        arm_out_rad: how far the arms hang away from the trunk.
        lean: (4,) small personal differences in -1 .. 1.
        face_m: (5, 3) nose, eyes, ears (left, right) in the bind pose; the head moves them.
        seat: the place on a two-wheeler or in a wheelchair of who rides one.
        held: number of what is held in HELD_THINGS.
        held_side: the hand that holds it, 0 left, 1 right.
        held_m: how long it is from the grip to its far end.
    """

    rest_m: Array
    parents: tuple[int, ...]
    limb_rest: Array
    hand_in_forearm: Array
    leg_length_m: float
    heel_m: float
    ball_m: float
    stoop_rad: float
    arm_out_rad: float
    lean: Array
    face_m: Array
    seat: Seat | None = None
    held: int = 0
    held_side: int = 0
    held_m: float = 0.0


def skeleton_of(spec: PersonSpec, fig: Figure) -> PersonSkeleton:
    """The skeleton of a figure; `spec` decides posture and small differences."""
    assert human_data().bones == BONES
    rest = fig.joints_m
    frames = np.zeros((5, 2, 3, 3))
    for k, side in enumerate("lr"):
        at = {b: fig.joint(f"{b}_{side}") for b in ("thigh", "calf", "foot", "upperarm", "lowerarm", "hand")}
        ahead = np.array([1.0, 0, 0])
        frames[0, k] = limb_frame(at["calf"] - at["thigh"], ahead)
        frames[1, k] = limb_frame(at["foot"] - at["calf"], ahead)
        upper, fore = at["lowerarm"] - at["upperarm"], at["hand"] - at["lowerarm"]
        frames[2, k] = limb_frame(upper, fore)
        frames[3, k] = limb_frame(fore, fore / np.linalg.norm(fore) - upper / np.linalg.norm(upper))
        fingers = fig.landmarks_m[f"knuckle_{side}"] - at["hand"]
        thumb_side = fig.landmarks_m[f"index_{side}"] - fig.landmarks_m[f"pinky_{side}"]
        frames[4, k] = limb_frame(fingers, thumb_side)
    in_forearm = frames[3].swapaxes(-1, -2) @ frames[4]
    limb_rest = frames.swapaxes(-1, -2)
    ankle = rest[BONES.index("foot_l")]
    soles = fig.points_m["shoe_l"][0]
    rng = quirks(spec, "posture")
    stoop = float(rng.uniform(0.0, 0.05)) + (float(rng.uniform(0.06, 0.2)) if spec.age == "old" else 0.0)
    girth = 0.07 * max(spec.weight, 0.0) + (0.05 if spec.top in ("coat", "jacket") else 0.0)
    leg = np.linalg.norm(rest[16] - rest[14]) + np.linalg.norm(rest[18] - rest[16])
    return PersonSkeleton(
        rest,
        _PARENTS,
        limb_rest.reshape(10, 3, 3),
        in_forearm,
        float(leg),
        float(ankle[0] - soles[:, 0].min()) + SHOE_OUT_M * fig.scale,
        float(rest[BONES.index("ball_l"), 0] - ankle[0]),
        stoop,
        0.13 + girth + float(rng.uniform(-0.02, 0.04)),
        rng.uniform(-1, 1, 4),
        face_points(fig),
    )


def leg_length_m(body: Body) -> float:
    """Length of a person's straight leg, hip to ankle, metres. UsageError if the body is not a person's."""
    if not isinstance(body.skeleton, PersonSkeleton):
        raise UsageError(f"body.kind: {body.kind!r} has no legs; pass a body made by build_person")
    return body.skeleton.leg_length_m


@dataclass(frozen=True, eq=False)
class Stacked:
    """The skeletons of many people as arrays, one row per person; names as in `PersonSkeleton`."""

    rest_m: Array
    limb_rest: Array
    hand_in_forearm: Array
    leg_m: Array
    heel_m: Array
    ball_m: Array
    stoop_rad: Array
    arm_out_rad: Array
    lean: Array
    held: NDArray[np.int64]
    held_side: NDArray[np.int64]
    held_m: Array


_HELD = ("held", "held_side", "held_m")


@lru_cache(maxsize=64)
def _stacked(bodies: tuple[Body, ...]) -> Stacked:
    skeletons = []
    for body in bodies:
        leg_length_m(body)
        assert isinstance(body.skeleton, PersonSkeleton)
        skeletons.append(body.skeleton)
    names = ("rest_m", "limb_rest", "hand_in_forearm", "leg_length_m", "heel_m", "ball_m", "stoop_rad")
    columns = [np.array([getattr(s, n) for s in skeletons]) for n in (*names, "arm_out_rad", "lean", *_HELD)]
    return Stacked(*columns)


def stacked(bodies: Sequence[Body]) -> Stacked:
    """The skeletons of people as columns, remembered for the same people. UsageError if one is no person."""
    return _stacked(tuple(bodies))
