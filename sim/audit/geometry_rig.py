"""Views of several cameras, or of one camera in time -> how far poses, depths and labels are apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from sim.audit.geometry_hidden import BEHIND_M, BEHIND_SHARE
from sim.audit.geometry_measures import quantile_of_pixels, share_of_pixels
from sim.audit.geometry_pixels import Landing, lens_and_pose, moved, other_from_this, points, ranges, smooth
from sim.audit.geometry_poses import world_from_body, world_from_mount
from sim.audit.optics import project
from sim.audit.view import Measure, View

__all__ = ["camera_poses", "depth_between_cameras", "depth_in_time", "same_objects", "steady_mounts"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_POSE = 1e-6  # metres, and sine of an angle: two ways to multiply the same matrices
_MIDDLE_SHARE = 1e-3  # half of the points agree better than this share of their distance
_THIN_SHARE = 0.02  # things thinner than a pixel of the other camera lie between its centers
_OVERLAP = 0.25  # of a camera's points, from which on two cameras are compared
_SAMPLE = 16  # pixels between the points by which that is decided


def camera_poses(view: View) -> Iterator[Measure]:
    """A camera stands where the states have its carrier, at its place on it; a fixed one at its place.

    Yields:
        The largest difference of an entry of `world_from_camera`, and of `world_from_carrier`.
    """
    camera = view.extra["camera"]
    expected = world_from_mount(camera)
    if camera["mount"]:
        row = [agent["name"] for agent in view.extra["agents"]].index(camera["mount"])
        carrier = world_from_body(view.extra["state"], row)
        expected = carrier @ expected
        found = view.extra.get("world_from_carrier")
        yield _apart(view, "world_from_carrier against the states", found, carrier)
    yield _apart(view, "world_from_camera against its mount", view.world_from_camera, expected)


def steady_mounts(before: View, view: View) -> Iterator[Measure]:
    """A camera does not move on its carrier, nor a fixed one in the world."""
    poses = []
    for one in (before, view):
        carrier = one.extra.get("world_from_carrier")
        pose = lens_and_pose(one)[1]
        poses.append(pose if carrier is None else np.linalg.inv(carrier) @ pose)
    yield _apart(view, "place of the camera on its carrier against the frame before", poses[1], poses[0])


def depth_in_time(before: View, view: View) -> Iterator[Measure]:
    """Points that stand still are where the next frame's depth and pose have them, or hidden there.

    Yields:
        The first two of what `depth_between_cameras` yields.
    """
    yield from _depths_agree(before, view, static=True)


def depth_between_cameras(views: Sequence[View]) -> Iterator[Measure]:
    """Cameras of one carrier that look the same way agree on every point; for stereo: disparity and depth.

    Yields:
        Per pair the error that half of the points do not exceed, the share that lies in front of what the
        other camera sees, which cannot be, and the share that lies on another instance.
    """
    for this, other in permutations(views, 2):
        mounts = [view.extra.get("camera", {}).get("mount") for view in (this, other)]
        if mounts[0] and mounts[0] == mounts[1] and _overlap(this, other) >= _OVERLAP:
            yield from _depths_agree(this, other, static=False)


def same_objects(views: Sequence[View]) -> Iterator[Measure]:
    """One id is one object over all cameras: the same category, boxes and velocity at one tick, exactly."""
    first = views[0]
    known = {thing["instance_id"]: (view, thing) for view in reversed(views) for thing in view.objects}
    compared, wrong = 0, []
    for view in views:
        for thing in view.objects:
            origin, original = known[thing["instance_id"]]
            if origin is view or origin.tick != view.tick:
                continue
            compared += 1
            fields = (
                "name",
                "category",
                "box3d",
                "box3d_posed",
                "velocity_mps",
                "yaw_rate_radps",
                "activity",
            )
            differing = [name for name in fields if thing.get(name) != original.get(name)]
            if differing:
                wrong.append(
                    f"instance {thing['instance_id']} differs between {origin.sensor} and {view.sensor} in "
                    + ", ".join(differing)
                )
    yield Measure(compared, len(wrong), 0.0, "objects", first.where, tuple(wrong))


def _depths_agree(this: View, other: View, *, static: bool) -> Iterator[Measure]:
    """Points of one view against the depth of another."""
    far = np.isinf(this.images["depth"])
    places = points(this)
    known = ~far & np.isfinite(places[0])
    if static:
        known &= this.images["instance"] == 0
    there = moved(other_from_this(this, other), places, far)[:, known]
    landing = Landing(project(lens_and_pose(other)[0], there), other)
    judged = landing.on(smooth(other))
    distance = np.linalg.norm(there, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = 1.0 / landing.between(1.0 / ranges(other))
    margin = BEHIND_M + BEHIND_SHARE * distance
    hidden = judged & (first < distance - margin)
    front = judged & (first > distance + margin)
    what = f"points of {this.where} in {other.where}"
    error = np.abs(first - distance)[judged & ~hidden] / distance[judged & ~hidden]
    yield quantile_of_pixels(this, f"{what}: distance", error, 0.5, _MIDDLE_SHARE, "of the distance")
    in_front = partial(_lying, what, "in front of what is seen there")
    yield share_of_pixels(this, in_front, front, int(judged.sum()), _THIN_SHARE)
    if static:
        return
    own = this.images["instance"][known]
    ids = next(landing.four(other.images["instance"]))  # all four are alike where the surface is smooth
    agents = judged & ~hidden & ~front & ((ids > 0) | (own > 0))
    elsewhere = partial(_lying, what, "on another instance there")
    yield share_of_pixels(this, elsewhere, agents & (ids != own), int(agents.sum()), _THIN_SHARE)


def _lying(what: str, sentence: str, wrong: int, of: int) -> str:
    return f"{what}: {wrong} of {of} px lie {sentence}"


def _overlap(this: View, other: View) -> float:
    """Share of a view's points, on a grid, that the other camera has in its image."""
    lens = lens_and_pose(other)[0]
    grid = (slice(None), slice(None, None, _SAMPLE), slice(None, None, _SAMPLE))
    far = np.isinf(this.images["depth"][grid[1:]])
    u, v = project(lens, moved(other_from_this(this, other), points(this)[grid], far))
    with np.errstate(invalid="ignore"):
        inside = (u > 0) & (u < lens.width_px) & (v > 0) & (v < lens.height_px)
    return float(inside.mean())


def _apart(view: View, what: str, found: Array | None, expected: Array) -> Measure:
    """Two poses, entry by entry."""
    if found is None:
        return Measure(1, np.inf, _POSE, "m", view.where, (f"{what}: there is none",))
    worst = float(np.abs(found - expected).max())
    said = f"{what}: entries differ by up to {worst:.3g}"
    return Measure(1, worst, _POSE, "m", view.where, (said,) if worst > _POSE else ())
