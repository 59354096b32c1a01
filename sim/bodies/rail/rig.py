"""Bodies and rows of pose columns in, bone matrices out: how trams bend.

Bone k is section k, from the rear. The last one has the attitude of the body; each of the others is turned
against the one behind it as far as an arc of the curvature that `steer_rad` stands for turns between their
middles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES, Body, PoseColumns
from sim.bodies.cycles.rig import attitude, chained
from sim.bodies.rail.models import TramModel

__all__ = ["TramSkeleton", "tram_bones"]

_TIGHTEST_M = 18.0
"""Radius of the tightest curve that a tram takes."""


@dataclass(frozen=True, eq=False)
class TramSkeleton:
    """What bends on a tram.

    Attributes:
        model: its sections.
    """

    model: TramModel
    wheel_radius_m: float = 0.3

    @property
    def wheelbase_m(self) -> float:
        """Between the first and the last bogie."""
        return self.model.wheelbase_m


def tram_bones(
    bodies: Sequence[Body], columns: PoseColumns, rows: NDArray[np.integer]
) -> NDArray[np.float32]:
    """Bone matrices of trams.

    Args:
        bodies: the body of each row in `rows`.
        columns: poses of all agents.
        rows: (R,) indices into `columns`.

    Returns:
        (R, MAX_BONES, 3, 4) float32, world_from_bind; bones without use are the identity.
    """
    out = np.zeros((len(rows), MAX_BONES, 3, 4), np.float32)
    out[..., :3] = np.eye(3, dtype=np.float32)
    frame = attitude(columns, rows)
    for k, body in enumerate(bodies):
        assert isinstance(body.skeleton, TramSkeleton)
        m = body.skeleton.model
        bend = np.tan(columns.steer_rad[rows[k]]) / m.wheelbase_m
        bend = float(np.clip(bend, -1 / _TIGHTEST_M, 1 / _TIGHTEST_M))
        middles = np.array([(rear + front) / 2 for rear, front in m.spans_m])
        heading = bend * (middles - middles[0])
        at = np.array([m.spans_m[0][0], 0.0])
        rest = np.array([m.spans_m[0][0], *m.joints_m])
        local = np.tile(np.eye(3, 4), (m.sections, 1, 1))
        for n, angle in enumerate(heading):
            c, s = np.cos(angle), np.sin(angle)
            local[n, :2, :2] = [[c, -s], [s, c]]
            local[n, :2, 3] = at - np.array([c, s]) * rest[n]
            if n + 1 < m.sections:
                at = at + np.array([c, s]) * (rest[n + 1] - rest[n])
        out[k, : m.sections] = chained(frame[k], local)
    return out
