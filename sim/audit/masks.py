"""Masks of one view -> do they agree with the instance image, with boxes, counts and each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.audit.measures import exact, measure
from sim.audit.memo import per_view
from sim.audit.rle import Mask, checked_rle, decode, shared_px
from sim.audit.view import Measure, Record, View

__all__ = [
    "amodal_areas",
    "amodal_holds_visible",
    "amodal_masks",
    "ids_agree",
    "masks_agree",
    "unique_ids",
    "visible_areas",
    "visible_boxes",
    "visible_masks",
]


@dataclass(frozen=True, eq=False)
class Masks:
    """Masks of a view's objects.

    Attributes:
        rles: place in `View.objects` -> checked RLE.
        pixels: place in `View.objects` -> mask.
    """

    rles: Mapping[int, dict[str, object]]
    pixels: Mapping[int, Mask]


@per_view
def visible_masks(view: View) -> Masks:
    """Of `mask_rle`. Raises UsageError if one is broken."""
    return _masks(view, "mask_rle")


@per_view
def amodal_masks(view: View) -> Masks:
    """Of `amodal_rle`. Raises UsageError if one is broken."""
    return _masks(view, "amodal_rle")


def _masks(view: View, field: str) -> Masks:
    rles = {
        place: checked_rle(thing[field], f"{view.where}: {field} of {_who(thing)}")
        for place, thing in enumerate(view.objects)
        if thing.get(field) is not None
    }
    return Masks(rles, {place: decode(rle) for place, rle in rles.items()})


def unique_ids(view: View) -> Iterator[Measure]:
    """No id is there twice, and they count from 1."""
    ids = [thing["instance_id"] for thing in view.objects]
    off = [
        (ids.count(one) > 1 or one < 1, f"instance id {one} is there {ids.count(one)} times") for one in ids
    ]
    yield exact(view.where, off, "ids")


def ids_agree(view: View) -> Iterator[Measure]:
    """Ids in the instance image are those of the objects with visible pixels."""
    areas = np.bincount(view.images["instance"].ravel().clip(0))
    seen = set(np.flatnonzero(areas[1:]) + 1) if view.images["instance"].min() >= 0 else {-1}
    labelled = {thing["instance_id"] for thing in view.objects if thing["visible_px"]}
    off = [
        (one not in seen or one not in labelled, _missing_id(int(one), one in seen))
        for one in sorted(seen | labelled)
    ]
    yield exact(view.where, off, "ids")


def _missing_id(one: int, in_image: bool) -> str:
    here, there = ("the instance image", "the labels") if in_image else ("the labels", "the instance image")
    return f"instance {one} is in {here}, not in {there}"


def masks_agree(view: View) -> Iterator[Measure]:
    """`mask_rle` is what the instance image has."""
    instance = view.images["instance"]
    painted: NDArray[np.int32] = np.zeros(instance.shape, np.int32)
    off = []
    for place, mask in visible_masks(view).pixels.items():
        thing = view.objects[place]
        height, width = (int(v) for v in thing["mask_rle"]["size"])
        if (height, width) != instance.shape:
            sentence = f"mask_rle of {_who(thing)} is {height} by {width}, the image {instance.shape}"
            off.append((float(mask.area_px), sentence))
            continue
        x0, y0, x1, y1 = mask.box_px
        painted[y0:y1, x0:x1][mask.pixels] = thing["instance_id"]
        off.append((0.0, ""))
    wrong = painted != instance
    if wrong.any():
        for one in np.unique(np.concatenate([painted[wrong], instance[wrong]])).tolist():
            if one > 0:
                apart = int(np.count_nonzero((painted[wrong] == one) | (instance[wrong] == one)))
                off.append(
                    (apart, f"mask_rle of instance {one} is off by {apart} px from the instance image")
                )
    yield measure(view.where, off, 0.0, "px")


def visible_boxes(view: View) -> Iterator[Measure]:
    """`box2d_visible` is tight on the mask."""
    off = []
    masks = visible_masks(view).pixels
    for place, thing in enumerate(view.objects):
        box, mask = thing.get("box2d_visible"), masks.get(place)
        if box is None and mask is None:
            continue
        if box is None or mask is None:
            off.append((np.inf, f"{_who(thing)} has only one of visible box and mask"))
            continue
        apart = float(np.abs(np.subtract(box, mask.box_px)).max())
        off.append((apart, f"visible box {_short(box)} of {_who(thing)}, its mask's is {mask.box_px}"))
    yield measure(view.where, off, 0.0, "px")


def visible_areas(view: View) -> Iterator[Measure]:
    """`visible_px` is the area of the mask."""
    masks = visible_masks(view).pixels
    off = []
    for place, thing in enumerate(view.objects):
        area = masks[place].area_px if place in masks else 0
        sentence = f"visible_px of {_who(thing)} is {thing['visible_px']}, its mask has {area}"
        off.append((abs(thing["visible_px"] - area), sentence))
    yield measure(view.where, off, 0.0, "px")


def amodal_holds_visible(view: View) -> Iterator[Measure]:
    """The mask as if nothing hid it contains the visible one."""
    visible, amodal = visible_masks(view), amodal_masks(view)
    off = []
    for place, rle in visible.rles.items():
        whole, area = amodal.rles.get(place), visible.pixels[place].area_px
        same = whole is not None and whole["size"] == rle["size"]
        outside = area - (shared_px(rle, whole) if same and whole is not None else 0)
        sentence = f"{outside} visible px of {_who(view.objects[place])} lie outside its amodal mask"
        off.append((float(outside), sentence))
    yield measure(view.where, off, 0.0, "px")


def amodal_areas(view: View) -> Iterator[Measure]:
    """`unoccluded_px` is the area of the amodal mask."""
    masks = amodal_masks(view).pixels
    off = []
    for place, thing in enumerate(view.objects):
        if thing.get("unoccluded_px") is not None:
            area = masks[place].area_px if place in masks else 0
            sentence = (
                f"unoccluded_px of {_who(thing)} is {thing['unoccluded_px']}, its amodal mask has {area}"
            )
            off.append((float(abs(thing["unoccluded_px"] - area)), sentence))
    yield measure(view.where, off, 0.0, "px")


def _who(thing: Record) -> str:
    return f"instance {thing.get('instance_id')}"


def _short(box: Record | tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(float(v), 3) for v in box)
