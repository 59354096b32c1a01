"""Bodies and bone matrices -> COCO's 17 keypoints of people, in the world."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body
from sim.bodies.people.skeleton import BONES, PersonSkeleton

__all__ = ["KEYPOINT_NAMES", "keypoints_world"]

_LIMBS = {
    "shoulder": "upperarm",
    "elbow": "lowerarm",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "calf",
    "ankle": "foot",
}
"""Joint -> the bone that begins in it."""

KEYPOINT_NAMES = (
    *("nose", "left_eye", "right_eye", "left_ear", "right_ear"),
    *(f"{side}_{joint}" for joint in _LIMBS for side in ("left", "right")),
)
"""COCO's order (Lin et al. 2014, keypoint annotations). Left and right are the person's."""

_BONE = np.array(
    [BONES.index("head")] * 5 + [BONES.index(f"{bone}_{side}") for bone in _LIMBS.values() for side in "lr"]
)


def keypoints_world(bodies: Sequence[Body], bones: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where the keypoints of people are.

    Joints are the centers of rotation inside the limbs; of the face, the tip of the nose and the middles of
    eyeballs and ears.

    Args:
        bodies: (N) bodies of any kind.
        bones: (N, MAX_BONES, 3, 4) world_from_bind, as `bone_matrices` makes them.

    Returns:
        (N, 17, 3) metres, in the order of KEYPOINT_NAMES; NaN for bodies that are no people.
    """
    bind = _bind(tuple(bodies))
    moved = np.asarray(bones)[:, _BONE].astype(np.float64)
    return np.asarray((moved[..., :3] @ bind[..., None])[..., 0] + moved[..., 3])


@lru_cache(maxsize=64)
def _bind(bodies: tuple[Body, ...]) -> NDArray[np.float64]:
    """(N, 17, 3) keypoints in the bind pose, body frame."""
    out = np.full((len(bodies), len(KEYPOINT_NAMES), 3), np.nan)
    for row, body in enumerate(bodies):
        if isinstance(body.skeleton, PersonSkeleton):
            out[row, :5] = body.skeleton.face_m
            out[row, 5:] = body.skeleton.rest_m[_BONE[5:]]
    return out
