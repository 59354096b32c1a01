"""Two consecutive views of a camera -> how far flow and scene flow are from depth, poses and boxes.

Every function takes `this`, `other` and the way: with ``"forward"`` `other` is the next frame, with
``"backward"`` the one before.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.audit.geometry_measures import among_pixels, share_of_pixels
from sim.audit.geometry_pixels import lens_and_pose, moved, other_from_this, points
from sim.audit.optics import centers, project
from sim.audit.view import Lens, Measure, View

__all__ = ["scene_flow_projected", "scene_flow_static", "seen_error", "static_flow"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_STATIC_PX = 0.01  # the promise: static pixels move as depth and poses say
_SCENE_PX = 0.02  # two float32 channels meet here, each rounded on its own
_EDGE_OF_SIGHT = 1e-4  # points this share of their distance from where a lens stops mapping may go either way


def static_flow(this: View, other: View, way: str) -> Iterator[Measure]:
    """Flow of what stands still is the reprojection by its depth and both poses; of the sky, by the turn.

    Yields:
        The worst static pixel, and how many are NaN though the other camera can see them, or the reverse.
    """
    lens = lens_and_pose(other)[0]
    depth = this.images["depth"]
    there = moved(other_from_this(this, other), points(this), np.isinf(depth))
    static = (this.images["instance"] == 0) & np.isfinite(there[0])
    yield from _against(this, f"flow_{way} of static pixels", lens, there, static, _STATIC_PX, way)


def scene_flow_static(this: View, other: View, way: str) -> Iterator[Measure]:
    """Scene flow is exactly zero where no agent is."""
    flow = this.images["scene_flow"]
    error = np.abs(flow).max(-1)
    yield among_pixels(this, "scene_flow of static pixels", error, this.images["instance"] == 0, 0.0, "m")


def scene_flow_projected(this: View, other: View, way: str) -> Iterator[Measure]:
    """A point moved by its scene flow is seen by the next camera where the flow says.

    Yields:
        The worst pixel, and how many are NaN in one channel against the other.
    """
    lens = lens_and_pose(other)[0]
    far = np.isinf(this.images["depth"])
    shift = np.moveaxis(this.images["scene_flow"].astype(np.float64), -1, 0)
    there = moved(other_from_this(this, other), points(this) + np.where(far, 0.0, shift), far)
    yield from _against(
        this, "flow_forward against scene_flow", lens, there, np.isfinite(there[0]), _SCENE_PX, way
    )


def _against(
    view: View, what: str, lens: Lens, there: Array, judged: Mask, limit_px: float, way: str
) -> Iterator[Measure]:
    """The flow of a view against points in the other camera's axes."""
    expected = project(lens, there)
    flow = np.moveaxis(view.images[f"flow_{way}"], -1, 0)
    own = centers(lens_and_pose(view)[0])
    both = judged & np.isfinite(expected[0]) & np.isfinite(flow[0])
    error = seen_error(lens, own + flow, expected)
    yield among_pixels(view, what, error, both, limit_px, "px")
    odd = judged & (np.isnan(expected[0]) != np.isnan(flow[0]))
    odd[odd] = ~_on_edge_of_sight(lens, there[:, odd])
    yield share_of_pixels(
        view,
        lambda wrong, of: f"{what}: {wrong} of {of} px are NaN though the point can be seen, or the reverse",
        odd,
        int(judged.sum()),
        0.0,
    )


def seen_error(lens: Lens, found: Array, expected: Array) -> Array:
    """Distance in pixels; outside the image the angle between both, times the focal length.

    A point that comes close to the plane of the camera flies off the image without bound, and any rounding of
    its depth with it. What stays comparable there is the direction: pixels stretch by 1 + tan^2 of the angle.
    """
    off_x, off_y = found - expected
    error = np.hypot(off_x, off_y)
    u, v = expected
    with np.errstate(invalid="ignore"):
        outside = (u < 0) | (v < 0) | (u > lens.width_px) | (v > lens.height_px)
    x, y = (u[outside] - lens.cx_px) / lens.fx_px, (v[outside] - lens.cy_px) / lens.fy_px
    error[outside] /= 1 + x * x + y * y
    return np.asarray(error)


def _on_edge_of_sight(lens: Lens, there: Array) -> Mask:
    """(N,) bool: whether a small step decides if the lens maps a point (3, N)."""
    step = _EDGE_OF_SIGHT * np.linalg.norm(there, axis=0)
    ahead, back = (there + np.stack([0 * step, 0 * step, sign * step]) for sign in (1, -1))
    return np.asarray(np.isnan(project(lens, ahead)[0]) != np.isnan(project(lens, back)[0]))
