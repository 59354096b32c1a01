"""A figure -> the five points of its face that annotators mark."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.shape import Figure, human_data

__all__ = ["face_points"]

_TIP_M = 0.006
"""The nose's tip is as far as this behind its foremost point."""
_EAR_OUT_M, _EAR_BELOW_M = 0.070, 0.03
"""Ears stand out farther from the middle than this and end no lower than this below the head's joint."""


def face_points(fig: Figure) -> NDArray[np.float64]:
    """(5, 3) nose, left eye, right eye, left ear, right ear; bind pose, body frame, metres.

    The tip of the nose, the middles of the eyeballs and of the ears; left and right are the person's.
    """
    head = fig.points_m["head"]
    nose, ear_l, ear_r = (head[rows].mean(0) for rows in _samples())
    eye_l, eye_r = (fig.points_m[f"eye_{side}"].mean(0) for side in "lr")
    return np.stack([nose, eye_l, eye_r, ear_l, ear_r])


@lru_cache(maxsize=1)
def _samples() -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Samples of the head at the nose's tip and in each ear, found on the base mesh: the same for all."""
    data = human_data()
    head = data.base_m[data.spans["head"]]
    lowest = data.base_m[data.spans["joint"]][data.bones.index("head"), 2] - _EAR_BELOW_M
    beside = head[:, 2] > lowest
    return (
        np.flatnonzero(head[:, 0] > head[:, 0].max() - _TIP_M),
        np.flatnonzero(beside & (head[:, 1] > _EAR_OUT_M)),
        np.flatnonzero(beside & (head[:, 1] < -_EAR_OUT_M)),
    )
