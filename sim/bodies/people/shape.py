"""`PersonSpec` -> where every sampled point of that person lies: the macro targets, weighted and summed.

The data are samples of MakeHuman's CC0 base mesh (see `tools/derive_human_data.py`): base positions and the
offsets of 84 macro targets. A figure is the sum of those that apply.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from sim.bodies.spec import PersonSpec
from sim.randomness import stream

__all__ = ["Figure", "HumanData", "figure", "human_data", "quirks"]

Array = NDArray[np.float64]

_TALLEST, _SHORTEST = 0.31, 0.60
"""Shares of the source's height targets at height 1 and -1, about 0.22 m each: the tall ones go to 2.4 m."""


@dataclass(frozen=True, eq=False)
class HumanData:
    """What the npz holds.

    Attributes:
        base_m: (P, 3) base positions of all samples.
        offset_m: (T, P * 3) offsets of the targets.
        target_rows: name of a target -> row of `offset_m`.
        spans: part -> slice of the samples.
        grids: part -> (rows, columns) if its samples form a grid.
        faces: part -> (F, 3) if it is a piece of mesh.
        weights: (S, bones) skin weights of the samples before the joints.
        bones: names of the bones.
        joint_names, landmark_names: rows of the parts ``joint`` and ``landmark``.
    """

    base_m: NDArray[np.float32]
    offset_m: NDArray[np.float32]
    target_rows: dict[str, int]
    spans: dict[str, slice]
    grids: dict[str, tuple[int, int]]
    faces: dict[str, NDArray[np.int32]]
    weights: NDArray[np.float32]
    bones: tuple[str, ...]
    joint_names: tuple[str, ...]
    landmark_names: tuple[str, ...]


@lru_cache(maxsize=1)
def human_data() -> HumanData:
    """The shipped data, read once."""
    with resources.files(__package__).joinpath("data/human.npz").open("rb") as file:
        z = np.load(file)
        a = {k: z[k] for k in z.files}
    bones = tuple(str(b) for b in a["bones"])
    weights = np.zeros((len(a["joints"]), len(bones)), np.float32)
    np.add.at(weights, (np.arange(len(weights))[:, None], a["joints"]), a["weights"])
    spans = {
        str(n): slice(int(lo), int(hi)) for n, (lo, hi) in zip(a["part_names"], a["part_spans"], strict=True)
    }
    return HumanData(
        a["base_m"],
        a["offset_tenth_mm"].reshape(len(a["target_names"]), -1).astype(np.float32) * np.float32(1e-4),
        {str(n): i for i, n in enumerate(a["target_names"])},
        spans,
        {k[5:]: (int(v[0]), int(v[1])) for k, v in a.items() if k.startswith("grid/")},
        {k[6:]: v.astype(np.int32) for k, v in a.items() if k.startswith("faces/")},
        weights,
        bones,
        tuple(str(n) for n in a["names/joint"]),
        tuple(str(n) for n in a["names/landmark"]),
    )


def quirks(spec: PersonSpec, name: str) -> np.random.Generator:
    """The stream of a person's small differences, keyed by its seed."""
    return stream(spec.seed, f"person/{name}")


@dataclass(frozen=True, eq=False)
class Figure:
    """One naked person in the bind pose, body frame, metres.

    Attributes:
        points_m: part -> (rows, columns, 3) for grids, (n, 3) for pieces.
        weights: part -> the same shape with the bones as last axis.
        joints_m: (bones, 3), in the order of `HumanData.bones`.
        landmarks_m: name -> (3,).
        scale: height of the crown over that of an average adult.
    """

    points_m: dict[str, Array]
    weights: dict[str, Array]
    joints_m: Array
    landmarks_m: dict[str, Array]
    scale: float

    def joint(self, bone: str) -> Array:
        """(3,) where a bone begins."""
        return np.asarray(self.joints_m[human_data().bones.index(bone)])


def _target_weights(spec: PersonSpec) -> Array:
    """(T,) how much of every macro target this person has."""
    data = human_data()
    out = np.zeros(len(data.target_rows))
    old = float(quirks(spec, "age").uniform(0.55, 1.0))
    ages = {"child": {"child": 1.0}, "young": {"young": 1.0}, "old": {"old": old, "young": 1 - old}}[spec.age]
    weight = [("max" if spec.weight > 0 else "min", abs(spec.weight)), ("average", 1 - abs(spec.weight))]
    muscle = [("max" if spec.muscle > 0 else "min", abs(spec.muscle)), ("average", 1 - abs(spec.muscle))]
    for gender, g in (("female", 1 - spec.gender), ("male", spec.gender)):
        for age, a in ages.items():
            stem = f"{gender}/{age}"
            for race, r in zip(("african", "asian", "caucasian"), spec.ancestry, strict=True):
                out[data.target_rows[f"{stem}/{race}"]] += g * a * r
            for m, mw in muscle:
                for w, ww in weight:
                    out[data.target_rows[f"{stem}/{m}/{w}"]] += g * a * mw * ww
            end = "max" if spec.height > 0 else "min"
            out[data.target_rows[f"{stem}/height/{end}"]] += (
                g * a * (_TALLEST * spec.height if spec.height > 0 else -_SHORTEST * spec.height)
            )
    return out


def figure(spec: PersonSpec) -> Figure:
    """The naked person that a description means."""
    data = human_data()
    flat = data.base_m.astype(np.float64).ravel()
    weights = _target_weights(spec)
    for row in np.flatnonzero(weights):
        flat += weights[row] * data.offset_m[row]
    points: Array = flat.reshape(-1, 3)
    joints = points[data.spans["joint"]]
    hips = joints[[data.bones.index("thigh_l"), data.bones.index("thigh_r")]].mean(0)
    origin = np.array([hips[0], 0.0, points[data.spans["sole"], 2].min()])
    points -= origin
    parts, shares = {}, {}
    for name, span in data.spans.items():
        if name not in ("joint", "landmark"):
            shape = data.grids.get(name, (-1,))
            parts[name] = points[span].reshape(*shape, 3)
            shares[name] = data.weights[span].astype(np.float64).reshape(*shape, len(data.bones))
    landmarks = dict(zip(data.landmark_names, points[data.spans["landmark"]], strict=True))
    scale = float(landmarks["crown"][2]) / 1.60
    return Figure(parts, shares, points[data.spans["joint"]], landmarks, scale)
