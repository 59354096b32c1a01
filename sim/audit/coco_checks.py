"""Views of a COCO file -> do ids refer to something, and boxes, masks, areas and keypoints agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.audit.checks import CHECKS, Check, Scope
from sim.audit.history import History
from sim.audit.masks import visible_masks
from sim.audit.measures import exact, measure
from sim.audit.rle import Mask
from sim.audit.view import Measure, Record, View

__all__ = ["COCO_CHECKS"]

_RLE_BOX_PX = 0.5  # boxes of masks are whole numbers; half a pixel lets rounding be, not an off-by-one
_POLYGON_BOX_PX = 1.5  # a polygon's fill and its exact box differ by up to a pixel on each side
_OUTSIDE_PX = 1.0
_RLE_AREA = 0.5
_BEYOND_MASK = 0.1  # of the box' diagonal: annotators put joints beside the outlines they drew
_BEYOND_MASK_PX = 3.0


def references(history: History) -> Iterator[Measure]:
    """Ids are there once, count from 1, and refer to something."""
    data = history.extra["coco"]
    off = []
    for part in ("images", "annotations", "categories"):
        for number, times in Counter(row.get("id") for row in data[part]).items():
            off.append((times > 1, f"id {number} is there {times} times in {part}"))
    known = {part: {row["id"] for row in data[part]} for part in ("images", "categories")}
    for row in data["annotations"]:
        who = f"annotation {row.get('id')}"
        # Evaluation takes 0 for "no match".
        off.append((not isinstance(row.get("id"), int) or row["id"] < 1, f"{who}: ids count from 1"))
        for part, field in (("images", "image_id"), ("categories", "category_id")):
            off.append((row.get(field) not in known[part], f"{who}: no {field} {row.get(field)} in {part}"))
        crowd = row.get("iscrowd", 0)
        off.append((crowd not in (0, 1), f"{who}: iscrowd is {crowd}"))
    yield exact(history.sequence, off, "ids")


def pictures(view: View) -> Iterator[Measure]:
    """Every image is there and has the size that is told."""
    image = view.extra["image"]
    wanted = (image["height"], image["width"])
    found = view.images["rgb"].shape[:2] if "rgb" in view.images else None
    sentence = f"{image['file_name']} is " + ("not there" if found is None else f"{found}, not {wanted}")
    yield exact(view.where, [(found != wanted, sentence)], "images")


def boxes_inside(view: View) -> Iterator[Measure]:
    """Boxes have a size and lie in the image."""
    width, height, off = view.extra["image"]["width"], view.extra["image"]["height"], []
    for thing in view.objects:
        if thing["box2d_visible"] is not None:
            x0, y0, x1, y1 = thing["box2d_visible"]
            beyond = max(-x0, -y0, x1 - width, y1 - height, 0.0)
            amount = beyond if x1 > x0 and y1 > y0 else np.inf
            off.append((amount, f"{_who(thing)}: box {(x0, y0, x1, y1)} is empty or leaves the image"))
    yield measure(view.where, off, _OUTSIDE_PX, "px")


def boxes_match_masks(view: View) -> Iterator[Measure]:
    """The box is that of the mask."""
    for polygon, limit in ((False, _RLE_BOX_PX), (True, _POLYGON_BOX_PX)):
        off = []
        for thing, mask in _masked(view, polygon):
            if thing["box2d_visible"] is not None:
                apart = float(np.abs(np.subtract(thing["box2d_visible"], mask.box_px)).max())
                sentence = f"{_who(thing)}: box {thing['box2d_visible']}, its mask's is {mask.box_px}"
                off.append((apart, sentence))
        yield measure(view.where, off, limit, "px")


def areas_match_masks(view: View) -> Iterator[Measure]:
    """The area is that of the mask; of polygons give or take half a pixel along the outline."""
    off = []
    for polygon in (False, True):
        for thing, mask in _masked(view, polygon):
            if thing["area"] is None:
                continue
            allowed = _outline_px(mask) / 2 + _RLE_AREA if polygon else _RLE_AREA
            sentence = f"{_who(thing)}: area is {thing['area']}, its mask has {mask.area_px} px"
            off.append((abs(thing["area"] - mask.area_px) / allowed, sentence))
    yield measure(view.where, off, 1.0, "of allowed")


def keypoints_on_masks(view: View) -> Iterator[Measure]:
    """Keypoints are triples that add up, lie in the image, and those in sight on or near the mask."""
    image, off = view.extra["image"], []
    masks = visible_masks(view).pixels
    for place, thing in enumerate(view.objects):
        if thing["joints"] is None:
            continue
        who, numbers = _who(thing), np.asarray(thing["joints"], np.float64)
        if numbers.size % 3 or not np.isin(numbers[2::3], (0, 1, 2)).all():
            off.append((np.inf, f"{who}: keypoints are no triples x, y, flag of 0, 1 or 2"))
            continue
        x, y, flag = numbers.reshape(-1, 3).T
        told = int((flag > 0).sum())
        wrong = told != thing["num_keypoints"]
        off.append(
            (np.inf if wrong else 0.0, f"{who}: num_keypoints {thing['num_keypoints']}, it has {told}")
        )
        inside = (x >= -0.5) & (y >= -0.5) & (x <= image["width"]) & (y <= image["height"])
        outside = int(((flag > 0) & ~inside).sum())
        off.append((np.inf if outside else 0.0, f"{who}: {outside} labelled keypoints lie outside the image"))
        seen = flag == 2
        if place in masks and seen.any() and not outside:
            off.append(_beyond_mask(who, masks[place], np.stack([x, y])[:, seen]))
    yield measure(view.where, off, 1.0, "of allowed")


def tracks_once(view: View) -> Iterator[Measure]:
    """No track is in an image twice."""
    times = Counter(thing["instance_id"] for thing in view.objects)
    off = [
        (times[thing["instance_id"]] > 1, f"{_who(thing)}: its track is there twice")
        for thing in view.objects
    ]
    yield exact(view.where, off, "tracks")


def _beyond_mask(who: str, mask: Mask, pixels: NDArray[np.float64]) -> tuple[float, str]:
    """How far the farthest of (2, N) keypoints lies from the mask, by what is allowed."""
    x0, y0, x1, y1 = mask.box_px
    allowed = max(_BEYOND_MASK_PX, _BEYOND_MASK * float(np.hypot(x1 - x0, y1 - y0)))
    rows, columns = np.nonzero(mask.pixels)
    apart = 0.0
    for u, v in pixels.T:
        apart = max(apart, float(np.hypot(columns + x0 - u, rows + y0 - v).min(initial=np.inf)))
    return apart / allowed, f"{who}: a keypoint in sight is {apart:.1f} px off the mask"


def _outline_px(mask: Mask) -> float:
    """Length of a mask's outlines."""
    found, _ = cv2.findContours(mask.pixels.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    return float(sum(cv2.arcLength(one, closed=True) for one in found)) + 4.0


def _masked(view: View, polygon: bool) -> Iterator[tuple[Record, Mask]]:
    """Objects with a mask of one kind."""
    for place, mask in visible_masks(view).pixels.items():
        if view.objects[place]["is_polygon"] == polygon:
            yield view.objects[place], mask


def _who(thing: Record) -> str:
    return f"annotation {thing['annotation_id']}"


def _ours(names: str) -> Iterable[Check]:
    """Checks of the native format that hold for what our COCO says beyond COCO."""
    return (check for check in CHECKS if check.name in names.split())


COCO_CHECKS: tuple[Check, ...] = (
    Check("coco-ids", "ids are unique and refer to something", Scope.SEQUENCE, ("coco",), references),
    Check("coco-images", "images are there in their size", Scope.VIEW, (), pictures),
    Check("coco-boxes", "boxes lie in the image", Scope.VIEW, ("box2d_visible",), boxes_inside),
    Check("coco-box-mask", "boxes are those of the masks", Scope.VIEW, ("mask_rle",), boxes_match_masks),
    Check("coco-area", "areas are those of the masks", Scope.VIEW, ("mask_rle",), areas_match_masks),
    Check("coco-keypoints", "keypoints lie on the masks", Scope.VIEW, ("joints",), keypoints_on_masks),
    Check("coco-tracks", "no track is in an image twice", Scope.VIEW, ("has_tracks",), tracks_once),
    *_ours("amodal-mask amodal-area visibility occlusion-level occluder-shares track-category"),
)
"""What is verified of a COCO folder."""
