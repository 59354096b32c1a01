"""Views -> points of their pixels, what lies on one surface, and where pixels fall in another view.

Points are (3, H, W), pixels (2, H, W): component first, as in `sim.audit.optics`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.audit.memo import per_view
from sim.audit.optics import center_rays
from sim.audit.view import Lens, View

__all__ = [
    "Landing",
    "lens_and_pose",
    "moved",
    "other_from_this",
    "points",
    "ranges",
    "same_surface",
    "smooth",
    "steepness",
    "surface_ids",
]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_SKY_M = 1e9  # farther than anything, and still a number to subtract
_BENT = 1e-3  # of the inverse depth: a pixel whose neighbors leave their plane by more lies on an edge


def lens_and_pose(view: View) -> tuple[Lens, Array]:
    """Lens and (4, 4) world_from_camera of a view that is known to have both."""
    assert view.lens is not None
    assert view.world_from_camera is not None
    return view.lens, view.world_from_camera


def other_from_this(this: View, other: View) -> Array:
    """(4, 4) motion from the camera axes of one view to those of another."""
    return np.asarray(np.linalg.inv(lens_and_pose(other)[1]) @ lens_and_pose(this)[1])


def points(view: View) -> Array:
    """(3, H, W) float64 surface points in camera axes; directions (the rays) where the depth is inf."""
    depth = np.abs(view.images["depth"].astype(np.float64))
    np.copyto(depth, 1.0, where=np.isinf(depth))
    return np.asarray(center_rays(lens_and_pose(view)[0]) * depth)


@per_view
def ranges(view: View) -> Array:
    """(H, W) float64 distance of each pixel's surface from the camera, inf where there is none."""
    rays = center_rays(lens_and_pose(view)[0])
    return np.asarray(np.abs(view.images["depth"]) * np.sqrt(np.einsum("chw,chw->hw", rays, rays)))


def steepness(view: View) -> Array:
    """(H, W) float64 metres by which the range of a pixel's surface changes from pixel to pixel.

    Of two neighbors on an axis one that shows the same surface is taken, and of two such the nearer in range,
    for the other may show something else; of the two axes the steeper.
    """
    far_m = np.minimum(ranges(view), _SKY_M)
    ids, apart_m = surface_ids(view), 2 * _SKY_M
    steepest = np.zeros_like(far_m)
    for axis in (0, 1):
        # What stands on the road is as far away as the road there, and not as steep.
        step = np.abs(np.diff(far_m, axis=axis)) + np.where(np.diff(ids, axis=axis) != 0, apart_m, 0.0)
        ends = [(1, 0) if one == axis else (0, 0) for one in (0, 1)]
        after = np.pad(step, [end[::-1] for end in ends], constant_values=np.inf)
        ahead = np.pad(step, ends, constant_values=np.inf)
        nearer = np.minimum(after, ahead)
        np.maximum(steepest, np.where(nearer >= apart_m, nearer - apart_m, nearer), out=steepest)
    return steepest


def moved(motion: Array, places: Array, far: Mask) -> Array:
    """Points after a motion; what is infinitely far is only turned.

    Args:
        motion: (4, 4).
        places: (3, H, W) points, directions where `far`.
        far: (H, W) bool.

    Returns:
        (3, H, W) float64.
    """
    turned = motion[:3, :3] @ places.reshape(3, -1)
    turned += np.where(far.ravel(), 0.0, motion[:3, 3:])
    return turned.reshape(places.shape)


def surface_ids(view: View) -> NDArray[np.float32]:
    """(H, W) float32 of whole numbers below 2^24: instance and, if recorded, semantic class of each pixel."""
    ids = view.images["instance"].astype(np.float32)
    if "semantic" in view.images:
        ids = ids * np.float32(256) + view.images["semantic"]
    return ids


@per_view
def smooth(view: View) -> Mask:
    """(H, W) bool: pixels whose eight neighbors show the same thing, on nearly the same plane."""
    return same_surface(view, _BENT)


def same_surface(view: View, bent: float) -> Mask:
    """Where an image shows one surface.

    On a plane the inverse of the depth is an affine function of the pixel, exactly for a pinhole and nearly,
    from one pixel to the next, through a lens; its second differences vanish.

    Args:
        view: with depth and instances.
        bent: second difference allowed, relative to the inverse depth.

    Returns:
        (H, W) bool: all eight neighbors show the same thing, and those beside, above and below continue the
        pixel's plane.
    """
    ids = surface_ids(view)
    square = np.ones((3, 3), np.uint8)
    same = np.asarray(cv2.erode(ids, square) == cv2.dilate(ids, square))
    with np.errstate(divide="ignore"):
        nearness = 1.0 / view.images["depth"].astype(np.float64)
    nearness[~np.isfinite(nearness)] = 0.0
    limit = bent * np.abs(nearness)
    for axis in (0, 1):
        bend = np.abs(np.diff(nearness, 2, axis=axis))
        inner = (slice(1, -1), slice(None)) if axis == 0 else (slice(None), slice(1, -1))
        same[inner] &= bend <= limit[inner]
    same[0] = same[-1] = same[:, 0] = same[:, -1] = False
    return same


@dataclass(frozen=True, eq=False)
class Landing:
    """Where pixels fall in another view, among the centers of four of its pixels each.

    Attributes:
        pixels: (2, N) float64 positions in the other image.
        other: the other view.
    """

    pixels: Array
    other: View

    @cached_property
    def inside(self) -> Mask:
        """(N,) bool: between four pixel centers of the image."""
        lens = lens_and_pose(self.other)[0]
        u, v = self.pixels
        within = (u >= 0.5) & (u < lens.width_px - 0.5) & (v >= 0.5)
        return np.asarray(within & (v < lens.height_px - 0.5))

    @cached_property
    def _corner(self) -> NDArray[np.intp]:
        """(N,) flat index of the upper left one of the four pixels; 0 outside."""
        width = lens_and_pose(self.other)[0].width_px
        u, v = np.where(self.inside, self.pixels, 0.5) - 0.5
        return np.asarray(v.astype(np.intp) * width + u.astype(np.intp))

    @cached_property
    def _past(self) -> Array:
        """(2, N) how far right of and below the upper left center, 0 to 1."""
        shifted = self.pixels - 0.5
        return np.asarray(shifted - np.floor(shifted))

    def four(self, image: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """(N,) values of an (H, W) image at each of the four pixels: left, right, then the row below."""
        width, flat = image.shape[1], np.ascontiguousarray(image).ravel()
        return (flat[self._corner + step] for step in (0, 1, width, width + 1))

    def between(self, image: NDArray[np.floating]) -> Array:
        """(N,) bilinear value of an (H, W) image at the positions; meaningless where not inside."""
        a, b, c, d = self.four(image)
        s, t = self._past
        with np.errstate(invalid="ignore"):
            upper = a + (b - a) * s
            lower = c + (d - c) * s
            return np.asarray(upper + (lower - upper) * t, np.float64)

    def on(self, flags: Mask) -> Mask:
        """(N,) bool: inside and all four pixels are flagged in an (H, W) image."""
        whole = flags[:-1, :-1] & flags[:-1, 1:] & flags[1:, :-1] & flags[1:, 1:]
        held = np.zeros(flags.shape, np.bool_)
        held[:-1, :-1] = whole
        return np.asarray(self.inside & held.ravel()[self._corner])
