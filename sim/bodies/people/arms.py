"""A figure with half-raised arms, as the source mesh has them -> the same figure with its arms hanging.

Clothes and skin deform least near the pose they are bound in, and arms hang nearly always.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.shape import Figure, human_data

__all__ = ["limb_frame", "with_arms_down"]

Array = NDArray[np.float64]

_OUT_RAD, _BEND_RAD, _DROP_RAD = 0.15, 0.25, 0.09
_TWIST_SHARE = 0.45


def limb_frame(along: Array, toward: Array) -> Array:
    """(3, 3) with columns along, the part of `toward` at right angles to it, and their cross product."""
    t = along / np.linalg.norm(along)
    q = toward - t * (t @ toward)
    q = q / np.linalg.norm(q)
    return np.stack([t, q, np.cross(t, q)], -1)


def with_arms_down(fig: Figure) -> Figure:
    """The figure with hanging arms, slightly bent, palms to the thighs; all parts moved with their weights.

    Around the armholes weights go from the arms to the collar bones; ``armhole`` keeps the trunk's old ones.
    """
    bones = human_data().bones
    turn, shift = np.tile(np.eye(3), (len(bones), 1, 1)), np.zeros((len(bones), 3))
    landmarks, joints = dict(fig.landmarks_m), fig.joints_m.copy()
    for side, sign in (("l", 1.0), ("r", -1.0)):
        names = [f"{b}_{side}" for b in ("clavicle", "upperarm", "lowerarm", "hand")]
        rows = [bones.index(n) for n in names]
        at = [fig.joints_m[r] for r in rows]
        knuckle, index, pinky = (fig.landmarks_m[f"{n}_{side}"] for n in ("knuckle", "index", "pinky"))
        rotations = [_drop(sign), *_arm(at, knuckle, index - pinky, sign)]
        place = at[0]
        for k, (row, r) in enumerate(zip(rows, rotations, strict=True)):
            if k:
                place = place + rotations[k - 1] @ (at[k] - at[k - 1])
            turn[row], shift[row], joints[row] = r, place - r @ at[k], place
        for name in (f"knuckle_{side}", f"index_{side}", f"pinky_{side}"):
            landmarks[name] = turn[rows[3]] @ landmarks[name] + shift[rows[3]]
    matrix = np.concatenate([turn, shift[..., None]], -1).reshape(len(bones), 12)
    points, weights = dict(fig.points_m), dict(fig.weights)
    weights["armhole"] = fig.weights["torso"]
    weights["torso"] = _unarmed(fig.weights["torso"])
    for side in "lr":
        arm = fig.weights[f"arm_{side}"]
        held = np.array([1.0, 0.75, 0.25, *[0.0] * (len(arm) - 3)])[:, None, None]
        weights[f"arm_{side}"] = held * _unarmed(arm) + (1 - held) * arm
    for name in ("torso", "arm_l", "arm_r", "hand_l", "hand_r"):
        p, w = points[name], weights[name]
        blend = (w @ matrix).reshape(*p.shape[:-1], 3, 4)
        points[name] = (blend[..., :3] @ p[..., None])[..., 0] + blend[..., 3]
    return replace(fig, points_m=points, weights=weights, joints_m=joints, landmarks_m=landmarks)


def _unarmed(weights: Array) -> Array:
    """Cloth around an armhole hardly follows the arm: most of the arm's share goes to its collar bone."""
    bones, out = human_data().bones, weights.copy()
    for side in "lr":
        arm, collar = bones.index(f"upperarm_{side}"), bones.index(f"clavicle_{side}")
        moved = 0.75 * out[..., arm]
        out[..., arm] -= moved
        out[..., collar] += moved
    return out


def _drop(sign: float) -> Array:
    """A collar bone's rotation: shoulders sink when arms hang."""
    c, s = np.cos(_DROP_RAD), -sign * np.sin(_DROP_RAD)
    return np.array([[1.0, 0, 0], [0, c, -s], [0, s, c]])


def _arm(at: list[Array], knuckle: Array, thumb_side: Array, sign: float) -> list[Array]:
    """Rotations of upper arm, forearm and hand from the raised to the hanging pose."""
    upper, fore = at[2] - at[1], at[3] - at[2]
    bent = fore / np.linalg.norm(fore) - upper / np.linalg.norm(upper)
    down = np.array([0.0, sign * np.sin(_OUT_RAD), -np.cos(_OUT_RAD)])
    hang = limb_frame(down, np.array([1.0, -0.18 * sign, 0]))
    c, s = np.cos(_BEND_RAD), np.sin(_BEND_RAD)
    elbow = hang @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    fingers = elbow[:, 0] * 0.97 - np.array([0.12, 0.05 * sign, 0])
    hand = limb_frame(fingers, np.array([np.cos(0.5), -sign * np.sin(0.5), 0.15]))
    in_forearm = elbow.T @ hand
    raw = elbow @ limb_frame(fore, bent).T
    carried = elbow.T @ raw @ limb_frame(knuckle - at[3], thumb_side)
    angle = np.arctan2(in_forearm[2, 1], in_forearm[1, 1]) - np.arctan2(carried[2, 1], carried[1, 1])
    angle = _TWIST_SHARE * ((angle + np.pi) % (2 * np.pi) - np.pi)
    c, s = np.cos(angle), np.sin(angle)
    twisted = elbow @ np.array([[1.0, 0, 0], [0, c, -s], [0, s, c]]) @ limb_frame(fore, bent).T
    return [hang @ limb_frame(upper, fore).T, twisted, hand @ limb_frame(knuckle - at[3], thumb_side).T]
