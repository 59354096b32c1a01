"""Two consecutive views of a camera -> how far agents' flow is from the motion of their bodies and boxes.

Functions take `this`, `other` and the way, see `sim.audit.geometry_flow`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.audit.geometry_flow import seen_error
from sim.audit.geometry_measures import quantile_of_pixels
from sim.audit.geometry_pixels import lens_and_pose, points
from sim.audit.geometry_poses import world_from_body
from sim.audit.optics import centers, project
from sim.audit.solids import rigid
from sim.audit.view import Measure, Record, View

__all__ = ["agents_flow", "vehicles_flow"]

Array = NDArray[np.float64]

_BODY_PX = 0.05  # single precision of poses and vertices; a body that does not move as one is off by pixels
_LENS_BODY_PX = 0.1  # through a lens the motion of a turning body is taken between pixels of its source
_BODY_SHARE = 0.98  # the rest may be small parts that move on their own
_ABOVE_WHEELS_M = 0.8  # above it no car or van has a wheel,
_ABOVE_LARGE_WHEELS_M = 1.2  # nor a truck or bus
_LARGE_M = 2.8  # height from which on a vehicle may have large wheels

_STEERED = ("vehicle.bicycle", "vehicle.motorcycle", "vehicle.tram")  # what is above their wheels turns, too

_AGENT_PX = 30  # fewer pixels may all be of one limb
_AGENT_VISIBILITY, _AGENT_TRUNCATION = 0.7, 0.3  # nor legs alone: one stands while the body goes on
_SWAY_M, _SWAY_SHARE = 0.03, 0.5  # how far the middle one of a body's pixels may leave its box in one step


def vehicles_flow(this: View, other: View, way: str) -> Iterator[Measure]:
    """Above the wheels a vehicle moves as its body does in the states.

    Yields:
        Per vehicle the pixel error that `_BODY_SHARE` of its pixels do not exceed.
    """
    lens, world_from_camera = lens_and_pose(this)
    other_lens, world_from_other = lens_and_pose(other)
    places = _homogeneous(this)
    for pixels, thing in _agents(this):
        row = thing["instance_id"] - 1
        rigid_body = thing["category"].startswith("vehicle.") and thing["category"] not in _STEERED
        if not rigid_body or row >= len(this.extra["state"]["x_m"]):
            continue
        body, later = (world_from_body(view.extra["state"], row) for view in (this, other))
        tall = thing["box3d"]["size_lwh_m"][2] > _LARGE_M
        in_body = np.linalg.inv(body) @ world_from_camera @ places[:, pixels]
        above = in_body[2] > (_ABOVE_LARGE_WHEELS_M if tall else _ABOVE_WHEELS_M)
        there = np.linalg.inv(world_from_other) @ later @ in_body[:, above]
        expected = project(other_lens, there[:3])
        found = _flow_at(this, way, pixels[above]) + centers(lens).reshape(2, -1)[:, pixels[above]]
        error = seen_error(other_lens, found, expected)
        what = f"flow_{way} of instance {row + 1} against its body in the states"
        limit_px = _BODY_PX if other_lens.model == "pinhole" else _LENS_BODY_PX
        yield quantile_of_pixels(this, what, error[np.isfinite(expected[0])], _BODY_SHARE, limit_px, "px")


def agents_flow(this: View, other: View, way: str) -> Iterator[Measure]:
    """The middle one of an agent's pixels moves about as its box does.

    Yields:
        Per agent that is well in view how far its median pixel leaves its box, over what is allowed.
    """
    lens, world_from_camera = lens_and_pose(this)
    other_lens, world_from_other = lens_and_pose(other)
    places = _homogeneous(this)
    later = {thing["instance_id"]: thing for thing in other.objects}
    for pixels, thing in _agents(this):
        match = later.get(thing["instance_id"])
        if match is None or len(pixels) < _AGENT_PX or not _well_in_view(thing):
            continue
        box, then = (rigid(one["box3d"]["world_from_box"]) for one in (thing, match))
        carried = np.linalg.inv(world_from_other) @ then @ np.linalg.inv(box) @ world_from_camera
        there = (carried @ places[:, pixels])[:3]
        found = _flow_at(this, way, pixels) + centers(lens).reshape(2, -1)[:, pixels]
        off_px = found - project(other_lens, there)
        usable = np.isfinite(off_px[0])
        if usable.sum() < _AGENT_PX:
            continue
        scale = np.linalg.norm(there, axis=0) / other_lens.fx_px
        off_m = float(np.hypot(*np.median(off_px[:, usable] * scale[usable], axis=1)))
        allowed_m = _SWAY_M + _SWAY_SHARE * float(np.linalg.norm((then - box)[:3, 3]))
        said = (
            f"flow_{way} of instance {thing['instance_id']} leaves its box by {off_m:.3f} m in a frame, "
            f"{allowed_m:.3f} m allowed"
        )
        failures = (said,) if off_m > allowed_m else ()
        yield Measure(int(usable.sum()), off_m / allowed_m, 1.0, "of what is allowed", this.where, failures)


def _agents(view: View) -> Iterator[tuple[NDArray[np.intp], Record]]:
    """Flat indices of the pixels of every agent that has any and a record."""
    ids = view.images["instance"].ravel()
    on = np.flatnonzero(ids)
    on = on[np.argsort(ids[on], kind="stable")]
    owned, starts = np.unique(ids[on], return_index=True)
    pixels = dict(zip(owned.tolist(), np.split(on, starts[1:]), strict=True)) if len(on) else {}
    for thing in view.objects:
        if thing["instance_id"] in pixels:
            yield pixels[thing["instance_id"]], thing


def _homogeneous(view: View) -> Array:
    """(4, H * W) homogeneous points of all pixels in camera axes."""
    places = points(view).reshape(3, -1)
    return np.concatenate([places, np.ones((1, places.shape[1]))])


def _flow_at(view: View, way: str, pixels: NDArray[np.intp]) -> Array:
    """(2, N) flow of pixels given by flat index."""
    return np.asarray(view.images[f"flow_{way}"].reshape(-1, 2)[pixels].T, np.float64)


def _well_in_view(thing: Record) -> bool:
    visibility, truncation = thing.get("visibility"), thing.get("truncation")
    whole = truncation is None or truncation <= _AGENT_TRUNCATION
    return visibility is not None and visibility >= _AGENT_VISIBILITY and whole
