"""Road coordinates s, t, h -> world coordinates, for any points on any roads at once.

The frame of a road at s is Rz(heading) Ry(pitch) Rx(roll) with pitch = -atan(slope of the elevation) and roll
the superelevation: s ahead, t to the left in the (banked) surface, h out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.roads.pieces import Cubic, Pieces, Starts
from sim.roads.plan_view import PlanView
from sim.roads.road import Road

__all__ = ["RoadFrame", "RoadSurface"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class RoadFrame(NamedTuple):
    """Roads' own frames in the world.

    Attributes:
        xyz_m: (N, 3) points of reference lines.
        heading_rad, pitch_rad, roll_rad: (N,) ISO 8855 angles; headings are not wrapped.
        curvature: (N,) of the reference line in the plane, 1/m, left positive.
        world_from_road: (N, 3, 3) rotations; columns are the axes s, t and h.
    """

    xyz_m: Floats
    heading_rad: Floats
    pitch_rad: Floats
    roll_rad: Floats
    curvature: Floats
    world_from_road: Floats


class RoadSurface:
    """Where points of roads lie in the world.

    Args:
        roads: in the order in which they are numbered here.

    Attributes:
        length_m: (R,) lengths; distances beyond a road's ends are taken at its ends.
        lane_offset: t of the center lane, by road.
    """

    def __init__(self, roads: Sequence[Road]) -> None:
        self.length_m = np.array([road.length_m for road in roads], np.float64)
        self.lane_offset = Pieces([road.lane_offsets for road in roads])
        self._plan = PlanView([road.plan_view for road in roads])
        self._elevation = Pieces([road.elevation for road in roads])
        self._superelevation = Pieces([road.superelevation for road in roads])
        self._shapes = _Shapes(roads)

    def frame(self, road: Ints, s_m: Floats) -> RoadFrame:
        """Frames of roads (N,) at distances (N,)."""
        s_m = np.clip(s_m, 0.0, self.length_m[road])
        plan = self._plan.at(road, s_m)
        z = self._elevation.value(road, s_m)
        pitch = -np.arctan(self._elevation.slope(road, s_m))
        roll = self._superelevation.value(road, s_m)
        (ch, sh), (cp, sp), (cr, sr) = ((np.cos(a), np.sin(a)) for a in (plan.heading_rad, pitch, roll))
        rows = [
            [ch * cp, ch * sp * sr - sh * cr, ch * sp * cr + sh * sr],
            [sh * cp, sh * sp * sr + ch * cr, sh * sp * cr - ch * sr],
            [-sp, cp * sr, cp * cr],
        ]
        rotation = np.moveaxis(np.array(rows), 2, 0)
        xyz = np.column_stack([plan.xy_m, z])
        return RoadFrame(xyz, plan.heading_rad, pitch, roll, plan.curvature, rotation)

    def points(self, road: Ints, s_m: Floats, t_m: Floats, h_m: Floats | float = 0.0) -> Floats:
        """(N, 3) world points at `s_m`, `t_m` (N,), `h_m` above the surface with its shape."""
        frame = self.frame(road, s_m)
        h = h_m + self.shape_m(road, s_m, t_m)
        out = frame.xyz_m + frame.world_from_road[:, :, 1] * t_m[:, None]
        return np.asarray(out + frame.world_from_road[:, :, 2] * np.broadcast_to(h, t_m.shape)[:, None])

    def shape_m(self, road: Ints, s_m: Floats, t_m: Floats) -> Floats:
        """(N,) heights of the lateral shape over the plane of s and t, 0 where a road has none."""
        return self._shapes.height_m(road, np.clip(s_m, 0.0, self.length_m[road]), t_m)


class _Shapes:
    """Lateral profiles: cubics of t at stations along s, linear between them."""

    def __init__(self, roads: Sequence[Road]) -> None:
        stations = [sorted({shape.s_m for shape in road.shapes}) for road in roads]
        self._stations = Starts(stations)
        self._profiles = Pieces(
            [
                [Cubic(p.t_m, p.a, p.b, p.c, p.d) for p in road.shapes if p.s_m == s]
                for road, own in zip(roads, stations, strict=True)
                for s in own
            ]
        )

    def height_m(self, road: Ints, s_m: Floats, t_m: Floats) -> Floats:
        out = np.zeros(len(road))
        has = np.flatnonzero(self._stations.count[road] > 0)
        if not len(has):
            return out
        road, s_m, t_m = road[has], s_m[has], t_m[has]
        first, last = self._stations.first[road], self._stations.first[road] + self._stations.count[road] - 1
        low = np.maximum(self._stations.find(road, s_m), first)
        high = np.minimum(low + 1, last)
        span = self._stations.s_m[high] - self._stations.s_m[low]
        share = np.clip((s_m - self._stations.s_m[low]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
        before, after = self._profiles.value(low, t_m), self._profiles.value(high, t_m)
        out[has] = before + share * (after - before)
        return out
