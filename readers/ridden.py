"""Annotations of a capture -> those of formats in which a rider and what they ride are one box."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product
from typing import Any

import numpy as np

__all__ = ["holds", "joined"]


def joined(
    annotations: Sequence[dict[str, Any]], agents: Sequence[dict[str, Any]], named: Collection[str]
) -> list[dict[str, Any]]:
    """Annotations by instance id, riders and machines as one where the format names one of the two.

    Args:
        annotations: of one capture.
        agents: of its sequence, each with `rider_of`.
        named: categories the format has a word for.

    Returns:
        Of a pair, the record that is named: both boxes, the pixels of both. If the capture shows this one
        alone, it is marked as ``is_half``: its box in space is a part of what the format has.
    """
    found = {a["instance_id"]: a for a in annotations}
    for agent in agents:
        if not agent.get("rider_of"):
            continue
        pair = [agent["instance_id"], agent["rider_of"]]
        pair.sort(key=lambda i: agents[i - 1]["category"] not in named)
        kept, other = pair
        if kept not in found or (agents[kept - 1]["category"] in named) == (
            agents[other - 1]["category"] in named
        ):
            continue
        partner = found.pop(other, None)
        found[kept] = {**found[kept], "is_half": True} if partner is None else both(found[kept], partner)
    return [found[number] for number in sorted(found)]


def both(kept: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """One record of two, with the identity of the first."""
    boxes = np.array([kept["box2d_amodal"], other["box2d_amodal"]])
    axes = np.array(kept["box3d"]["world_from_box"])[:, :3]
    points = np.concatenate([corners(a["box3d"]) for a in (kept, other)]) @ axes
    low, high = points.min(axis=0), points.max(axis=0)
    center = axes @ ((low + high) / 2)
    return {
        **kept,
        "visible_px": kept["visible_px"] + other["visible_px"],
        "box2d_amodal": [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()],
        "box3d": {
            "world_from_box": np.column_stack([axes, center]).tolist(),
            "size_lwh_m": (high - low).tolist(),
        },
    }


def corners(box: dict[str, Any]) -> np.ndarray:
    """(8, 3) in the world, metres."""
    signs = np.array(list(product((-0.5, 0.5), repeat=3)))
    world_from_box = np.array(box["world_from_box"])
    return (signs * box["size_lwh_m"]) @ world_from_box[:, :3].T + world_from_box[:, 3]


def holds(a: dict[str, Any], center_m: np.ndarray, size_lwh_m: Sequence[float], atol: float) -> bool:
    """Whether a box with these measures and the axes of the annotation's is its box; of a half, holds it."""
    world_from_box, size = np.array(a["box3d"]["world_from_box"]), np.array(a["box3d"]["size_lwh_m"])
    shift = world_from_box[:, :3].T @ (center_m - world_from_box[:, 3])
    if a.get("is_half"):
        return bool((np.abs(shift) + size / 2 <= np.array(size_lwh_m) / 2 + atol).all())
    return bool(np.allclose(shift, 0, atol=atol) and np.allclose(size, size_lwh_m, atol=atol))
