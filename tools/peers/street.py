"""What every contestant draws, as plain data, and the loop in which it answers the driver.

Needs the standard library and NumPy only: it runs in the environment of each contestant.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Images = tuple[np.ndarray, np.ndarray, np.ndarray]
"""(H, W, 3) uint8 color, (H, W) float32 metres along the optical axis, (H, W) integer ids."""

FIRST_AGENT_ID, GROUND_ID, FIRST_BUILDING_ID = 1, 999, 1000
"""Ids that contestants give: agents are numbered on as they are listed, buildings likewise; 0 is all else."""


@dataclass(frozen=True)
class Street:
    """A street of simple shapes at some moments.

    Attributes:
        width_px, height_px, vertical_fov_rad: of the camera.
        eye_m, look_at_m: (3,) where it stands and looks, world, z up.
        to_sun: (3,) direction.
        buildings: ``center_m``, ``half_m``, ``yaw_rad``, ``rgb`` (0..1) of each box.
        agents: ``kind`` (vehicle or person), ``size_m`` (length, width, height), ``center_m`` in the body
            frame, ``rgb``.
        frames: for each frame x, y, z, yaw of all agents.
    """

    width_px: int
    height_px: int
    vertical_fov_rad: float
    eye_m: list[float]
    look_at_m: list[float]
    to_sun: list[float]
    buildings: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    frames: list[list[list[float]]]

    @staticmethod
    def load(path: str) -> Street:
        return Street(**json.loads(Path(path).read_text()))

    def poses(self, number: int) -> list[list[float]]:
        """Of the frame with a number; after the last comes the first."""
        return self.frames[number % len(self.frames)]


def parts_of(agent: dict[str, Any]) -> list[tuple[str, tuple[float, ...], tuple[float, ...], list[float]]]:
    """The shapes an agent is made of where it has no model: name, half sizes, center in the body, color.

    A vehicle has two boxes and four wheels (``cylinder``: radius, half width; its axis is the body's y), a
    person a ``capsule`` (radius, half length without its ends) and a head (``sphere``: radius).
    """
    length, width, height = agent["size_m"]
    x, y, _ = agent["center_m"]
    if agent["kind"] == "person":
        body = (0.22, height / 2 - 0.45)
        return [
            ("capsule", body, (x, y, height / 2 - 0.13), agent["rgb"]),
            ("sphere", (0.12,), (x, y, height - 0.12), [0.9, 0.7, 0.6]),
        ]
    low = 0.3 * height
    parts = [
        ("box", (length / 2, width / 2, low), (x, y, 0.25 + low), agent["rgb"]),
        ("box", (length / 4, 0.9 * width / 2, 0.2 * height), (x, y, 0.8 * height), [0.2, 0.25, 0.3]),
    ]
    for along in (-0.32 * length, 0.32 * length):
        for across in (-0.46 * width, 0.46 * width):
            parts.append(("cylinder", (0.32, 0.1), (x + along, y + across, 0.32), [0.1, 0.1, 0.1]))
    return parts


def quaternion(yaw_rad: float) -> tuple[float, float, float, float]:
    """Of a turn about z: w, x, y, z."""
    return math.cos(yaw_rad / 2), 0.0, 0.0, math.sin(yaw_rad / 2)


def cpu_s() -> float:
    """CPU seconds of this process so far: user and system, all threads."""
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def answer(draw: Callable[[int], Images], facts: dict[str, Any], keep: str = "") -> None:
    """Draw blocks of frames as the driver asks for them, a line ``FIRST COUNT`` on standard input each.

    Args:
        draw: frame number -> images.
        facts: what is told with the first line of the answer, before anything is asked for.
        keep: file (.npz) the first images are kept in, to look at; "" for none.
    """
    for number in range(2):
        draw(number)  # programs compile and memory is taken at the first frames
    rgb, depth_m, ids = draw(0)
    if keep:
        np.savez_compressed(keep, rgb=rgb, depth_m=depth_m, ids=ids)
    if rgb.shape[:2] != depth_m.shape or ids.shape != depth_m.shape:
        raise ValueError(f"images of different sizes: {rgb.shape}, {depth_m.shape}, {ids.shape}")
    agents = np.unique(ids)
    agents = agents[(agents >= FIRST_AGENT_ID) & (agents < GROUND_ID)] - FIRST_AGENT_ID
    print(json.dumps({**facts, "seen": agents.tolist()}), flush=True)
    for line in sys.stdin:
        first, count = (int(word) for word in line.split())
        start = cpu_s()
        for number in range(first, first + count):
            draw(number)
        print(json.dumps({"cpu_ms": 1000 * (cpu_s() - start) / count}), flush=True)
