"""Two consecutive views of a camera -> whether what is said to be seen or hidden there is, and ways back.

Between the centers of pixels at an edge anything may lie. A point is therefore held to be behind something
only if that shows at all four pixels around it, for certain if it does at all sixteen, and on a surface only
where the image is smooth there (`sim.audit.geometry_pixels`). Functions take `this`, `other` and the way, see
`sim.audit.geometry_flow`.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.audit.geometry_measures import quantile_of_pixels, share_of_pixels
from sim.audit.geometry_pixels import (
    Landing,
    lens_and_pose,
    moved,
    other_from_this,
    points,
    ranges,
    smooth,
    steepness,
    surface_ids,
)
from sim.audit.optics import centers, project
from sim.audit.view import Measure, View

__all__ = ["BEHIND_M", "BEHIND_SHARE", "ids_followed", "occlusion", "way_back"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

BEHIND_M, BEHIND_SHARE = 0.02, 0.01  # a point this far behind a surface is certainly hidden
_GLANCING_PX = 2.0  # the four pixels lie up to this far from the point, diagonally and after the motion
_ON_M, _ON_SHARE = 0.002, 2e-4  # this near to it certainly not: the format's own margin is 1 cm + 0.1 %
_THIN_SHARE = 2e-3  # of the judged pixels: things thinner than a pixel lie between the centers
_GAP_SHARE = 1e-2  # of those behind the four pixels alone: gaps between two near things are as thin
_BORDER_PX = 0.02  # targets this near to the border of the image may count as outside or not

_BACK_PX, _BACK_FAR_PX = 0.02, 0.5  # flow between four pixels of a surface is bent a little by perspective
_BENT_SHARE = 0.02  # of its length: what passes close by bends most between pixels
_FAR_SHARE = 0.99
_LEVEL_M = 0.025  # surfaces of an agent's levels of detail lie this far apart, and it may change its level
_IDS_SHARE = 0.05  # legs are all edge, and another level of detail has its outline up to a pixel elsewhere
_IDS_PX = 80  # what is smaller is nothing but edge


def occlusion(this: View, other: View, way: str) -> Iterator[Measure]:
    """Seen is what lies on the surface the other image shows there, hidden what lies behind or outside.

    Agents are followed by the scene flow where there is one (forward); otherwise only what stands is judged.

    Yields:
        The share of wrong pixels among those that lie behind what the other image shows, on it, and outside.
    """
    hidden = this.images[f"occlusion_{way}"].ravel()
    far = np.isinf(this.images["depth"])
    places = points(this)
    known = np.isfinite(places[0])
    if way == "forward" and "scene_flow" in this.images:
        shift = np.moveaxis(this.images["scene_flow"].astype(np.float64), -1, 0)
        places = places + np.where(far, 0.0, shift)
    else:
        known &= this.images["instance"] == 0
    there = moved(other_from_this(this, other), places, far)[:, known]
    hidden, far = hidden[known.ravel()], far[known]
    landing = Landing(project(lens_and_pose(other)[0], there), other)

    distance = np.where(far, np.inf, np.linalg.norm(there, axis=0))
    others = ranges(other)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = 1.0 / landing.between(1.0 / others)
        on = (np.abs(first - distance) < _ON_M + _ON_SHARE * distance) | (far & np.isinf(first))
        # On a surface seen at a glancing angle all four may be nearer, and still be the point's own surface.
        limit = distance * (1 - BEHIND_SHARE) - BEHIND_M - _GLANCING_PX * steepness(this)[known]
    on &= landing.on(smooth(other))
    behind = _nearer(landing, others, limit)
    deep = _nearer(landing, cv2.dilate(others, np.ones((3, 3), np.uint8)), limit)
    seen = hidden == 0
    outside = _outside(landing)
    yield _wrong(this, way, "behind what is seen there are said to be seen", seen, behind, _GAP_SHARE)
    yield _wrong(this, way, "well behind what is seen there are said to be seen", seen, deep, _THIN_SHARE)
    yield _wrong(this, way, "on what is seen there are said to be hidden", ~seen, on, _THIN_SHARE)
    yield _wrong(this, way, "outside the image are said to be seen", seen, outside, 0.0)


def way_back(this: View, other: View, way: str) -> Iterator[Measure]:
    """What is seen there comes back to where it was: the other flow at the target is the opposite.

    Yields:
        The error that half of the pixels, and that nearly all, do not exceed.
    """
    returning = other.images["flow_backward" if way == "forward" else "flow_forward"]
    pixels, landing = _followed(this, other, way, np.ones(this.images["depth"].shape, np.bool_))
    # All four pixels show the same thing where the surface is smooth.
    same = next(landing.four(surface_ids(other))) == surface_ids(this).ravel()[pixels]
    judged = same & landing.on(smooth(other))
    flow = this.images[f"flow_{way}"].reshape(-1, 2)[pixels]
    back_u, back_v = (landing.between(returning[..., k]) for k in (0, 1))
    error = np.hypot(flow[:, 0] + back_u, flow[:, 1] + back_v)
    bent = _BENT_SHARE + _level_share(this).ravel()[pixels]
    error = np.maximum(error - bent * np.hypot(flow[:, 0], flow[:, 1]), 0.0)[judged]
    what = f"flow_{way} there and back"
    yield quantile_of_pixels(this, what, error, 0.5, _BACK_PX, "px")
    yield quantile_of_pixels(this, what, error, _FAR_SHARE, _BACK_FAR_PX, "px")


def ids_followed(this: View, other: View, way: str) -> Iterator[Measure]:
    """What is said to be seen there is next to a pixel of the same instance there."""
    instance = this.images["instance"]
    areas = np.bincount(instance.ravel())
    areas[0] = 0
    pixels, landing = _followed(this, other, way, areas[instance] >= _IDS_PX)
    ids = instance.ravel()[pixels]
    match = np.any([near == ids for near in landing.four(other.images["instance"])], axis=0)
    yield share_of_pixels(
        this,
        lambda wrong, of: f"flow_{way} leads {wrong} of {of} px of agents to another instance",
        landing.inside & ~match,
        int(landing.inside.sum()),
        _IDS_SHARE,
    )


def _level_share(view: View) -> Array:
    """(H, W) share of its range an agent's pixel moves by with its level of detail, 0 for all else."""
    far_m, focal_px = ranges(view), lens_and_pose(view)[0].fx_px
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.hypot(1.0, steepness(view) * focal_px / far_m) * _LEVEL_M / far_m
    return np.where(view.images["instance"] > 0, share, 0.0)


def _followed(this: View, other: View, way: str, among: Mask) -> tuple[NDArray[np.intp], Landing]:
    """Flat indices of those pixels that are seen there, and where the flow leads them."""
    flow = this.images[f"flow_{way}"]
    seen = among & (this.images[f"occlusion_{way}"] == 0) & np.isfinite(flow[..., 0])
    pixels = np.flatnonzero(seen)
    start = centers(lens_and_pose(this)[0]).reshape(2, -1)[:, pixels]
    return pixels, Landing(start + flow.reshape(-1, 2)[pixels].T, other)


def _nearer(landing: Landing, ranges_m: Array, limit_m: Array) -> Mask:
    """(N,) bool: an (H, W) image is nearer than the limit at all four pixels around."""
    out = landing.inside
    for near_m in landing.four(ranges_m):
        out = out & (near_m < limit_m)
    return out


def _outside(landing: Landing) -> Mask:
    """(N,) bool: certainly not in the other image, or nowhere in it."""
    lens = lens_and_pose(landing.other)[0]
    u, v = landing.pixels
    with np.errstate(invalid="ignore"):
        within = (u > -_BORDER_PX) & (u < lens.width_px + _BORDER_PX)
        within &= (v > -_BORDER_PX) & (v < lens.height_px + _BORDER_PX)
    return np.asarray(~within)


def _wrong(view: View, way: str, sentence: str, wrong: Mask, judged: Mask, limit: float) -> Measure:
    return share_of_pixels(
        view,
        lambda count, of: f"occlusion_{way}: {count} of {of} px {sentence}",
        wrong & judged,
        int(judged.sum()),
        limit,
    )
