"""Counts of one view -> the arithmetic of visibility, and who hides whom counted again in the images."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.audit.masks import amodal_masks
from sim.audit.measures import exact, measure
from sim.audit.view import Measure, View

__all__ = [
    "amodal_boxes",
    "occluder_shares",
    "occluders_agree",
    "occlusion_levels",
    "unoccluded_lists",
    "visibilities",
]

_ROUNDING = 1e-12  # of a quotient of two whole numbers
_LEVELS = ((0.8, 0), (0.4, 1), (-1.0, 2))  # KITTI: from this visibility on, this level
_UNKNOWN_LEVEL = 3
_BOX_PX = 1.5  # a pixel counts if its center is hit; far away coarser meshes are drawn than boxes are of
_CLASSES = 256


def visibilities(view: View) -> Iterator[Measure]:
    """`visibility` = visible_px / unoccluded_px, and no more is visible than there is."""
    off = []
    for thing in view.objects:
        who, seen, whole = f"instance {thing['instance_id']}", thing["visible_px"], thing["unoccluded_px"]
        says = thing["visibility"]
        if whole is None:
            continue
        if seen > whole:
            off.append((np.inf, f"{who}: {seen} pixels visible, but only {whole} unoccluded"))
            continue
        share = seen / whole if whole else 0.0
        apart = np.inf if says is None else abs(says - share)
        off.append((apart, f"{who}: visibility {says} is not {seen} / {whole}"))
    yield measure(view.where, off, _ROUNDING, "")


def unoccluded_lists(view: View) -> Iterator[Measure]:
    """`unoccluded_px` of an object is that of the capture's list."""
    listed = view.extra["unoccluded_px"]
    off = []
    for thing in view.objects:
        row = thing["instance_id"] - 1
        whole = listed[row] if 0 <= row < len(listed) else None
        sentence = f"instance {row + 1}: unoccluded_px {thing['unoccluded_px']}, in the list {whole}"
        off.append((thing["unoccluded_px"] != whole, sentence))
    yield exact(view.where, off)


def occlusion_levels(view: View) -> Iterator[Measure]:
    """KITTI's level follows from the visibility."""
    off = []
    for thing in view.objects:
        share = thing["visibility"]
        level = _UNKNOWN_LEVEL if share is None else next(n for least, n in _LEVELS if share >= least)
        sentence = f"instance {thing['instance_id']}: occlusion level {thing['occlusion_level']}, not {level}"
        off.append((thing["occlusion_level"] != level, f"{sentence} at visibility {share}"))
    yield exact(view.where, off)


def amodal_boxes(view: View) -> Iterator[Measure]:
    """The amodal box encloses the visible one and the amodal mask, and lies in the image."""
    assert view.lens is not None
    width, height = view.lens.width_px, view.lens.height_px
    masks = amodal_masks(view).pixels
    off = []
    for place, thing in enumerate(view.objects):
        who = f"instance {thing['instance_id']}"
        box = x0, y0, x1, y1 = thing["box2d_amodal"]
        beyond = max(-x0, -y0, x1 - width, y1 - height, 0.0)
        inside = x0 < x1 and y0 < y1 and beyond <= 0
        off.append((0.0 if inside else np.inf, f"{who}: amodal box {box} is empty or leaves the image"))
        inner = [("visible box", thing.get("box2d_visible"))]
        inner += [("amodal mask's box", masks[place].box_px)] if place in masks else []
        for name, other in inner:
            if other is not None:
                apart = max(x0 - other[0], y0 - other[1], other[2] - x1, other[3] - y1)
                off.append((max(apart, 0.0), f"{who}: {name} {tuple(other)} leaves the amodal box {box}"))
    yield measure(view.where, off, _BOX_PX, "px")


def occluder_shares(view: View) -> Iterator[Measure]:
    """What occluders hide and what is visible adds up to the whole; shares are quotients of it."""
    off = []
    for thing in view.objects:
        if thing.get("occluders") is None or not thing["unoccluded_px"]:
            continue
        who, whole = f"instance {thing['instance_id']}", thing["unoccluded_px"]
        hidden = sum(one["hidden_px"] for one in thing["occluders"])
        total = f"{hidden} px hidden and {thing['visible_px']} visible are not {whole} unoccluded"
        off.append((abs(hidden + thing["visible_px"] - whole) / whole, f"{who}: {total}"))
        for one in thing["occluders"]:
            sentence = (
                f"{who}: share {one['share']} of occluder {one['instance_id']} is not {one['hidden_px']}"
            )
            off.append((abs(one["share"] - one["hidden_px"] / whole), f"{sentence} / {whole}"))
    yield measure(view.where, off, _ROUNDING, "")


def occluders_agree(view: View) -> Iterator[Measure]:
    """Occluders are who owns the pixels of the amodal mask that the object does not."""
    instance, off = view.images["instance"].astype(np.int64), []
    semantic = view.images.get("semantic")
    keys = instance if semantic is None else instance * _CLASSES + semantic
    for place, mask in amodal_masks(view).pixels.items():
        thing = view.objects[place]
        if thing.get("occluders") is None:
            continue
        own = mask.of(instance) == thing["instance_id"]
        counted = dict(
            zip(*(v.tolist() for v in np.unique(mask.of(keys)[~own], return_counts=True)), strict=True)
        )
        says: dict[int, int] = {}
        for one in thing["occluders"]:
            key = one["instance_id"] * (1 if semantic is None else _CLASSES)
            key += 0 if semantic is None else one["semantic"]
            says[key] = says.get(key, 0) + one["hidden_px"]
        apart = sum(abs(counted.get(key, 0) - says.get(key, 0)) for key in counted.keys() | says.keys())
        largest_first = [one["hidden_px"] for one in thing["occluders"]]
        if largest_first != sorted(largest_first, reverse=True):
            apart = max(apart, 1)
        sentence = f"instance {thing['instance_id']}: occluders are off by {apart} px from the images"
        off.append((float(apart), sentence))
    yield measure(view.where, off, 0.0, "px")
