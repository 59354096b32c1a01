"""Classes and instance ids of pixels -> COCO's panoptic segments, and the categories they have.

A segment's id is its category + 256 * instance id, so R is the category, G and B the instance id; 0 is void.
Categories are those of ``panoptic_coco_categories.json`` (panopticapi).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.labels.masks import instance_masks
from sim.taxonomy import TARGETS, Semantic
from sim.writers.pixels import class_table

__all__ = ["panoptic_categories", "segment_ids", "segment_records"]

# Name -> supercategory, is it a thing, color: the rows of COCO's ``panoptic_coco_categories.json`` we need.
_CATEGORIES: dict[str, tuple[str, bool, tuple[int, int, int]]] = {
    "person": ("person", True, (220, 20, 60)),
    "bicycle": ("vehicle", True, (119, 11, 32)),
    "car": ("vehicle", True, (0, 0, 142)),
    "motorcycle": ("vehicle", True, (0, 0, 230)),
    "bus": ("vehicle", True, (0, 60, 100)),
    "train": ("vehicle", True, (0, 80, 100)),
    "truck": ("vehicle", True, (0, 0, 70)),
    "dog": ("animal", True, (0, 226, 252)),
    "traffic light": ("outdoor", True, (250, 170, 30)),
    "bench": ("outdoor", True, (250, 0, 30)),
    "light": ("furniture-stuff", False, (255, 228, 255)),
    "road": ("ground", False, (128, 64, 128)),
    "tree-merged": ("plant", False, (107, 142, 35)),
    "fence-merged": ("structural", False, (190, 153, 153)),
    "sky-other-merged": ("sky", False, (70, 130, 180)),
    "pavement-merged": ("ground", False, (96, 96, 96)),
    "grass-merged": ("plant", False, (152, 251, 152)),
    "building-other-merged": ("building", False, (116, 112, 0)),
}

_CLASSES = TARGETS["coco"].classes
_INSTANCE = 256  # factor of the instance id in a segment's id


def _name(semantic: Semantic) -> str:
    return semantic.name.lower().replace("_", " ")


_CATEGORY_IDS = class_table("coco", 0, np.int32)


def segment_ids(
    semantic: NDArray[np.integer], instance: NDArray[np.integer], min_visible_px: int
) -> NDArray[np.int32]:
    """COCO's segment of every pixel.

    Args:
        semantic: (H, W) `sim.taxonomy.Semantic`.
        instance: (H, W) instance ids, 0 where there is no agent.
        min_visible_px: agents with fewer pixels are void.

    Returns:
        (H, W) category + 256 * instance id; 0 where COCO has no word.
    """
    words = _CATEGORY_IDS[semantic]
    area_px = np.bincount(instance.reshape(-1))
    few = area_px < min_visible_px
    few[0] = False
    if (few & (area_px > 0)).any():
        words = np.where(few[instance], 0, words)
    return np.where(words > 0, words + _INSTANCE * instance.astype(np.int32, copy=False), 0)


def segment_records(ids: NDArray[np.int32]) -> list[dict[str, Any]]:
    """COCO's record of every segment, by id, with ``instance_id`` where it is an agent.

    Args:
        ids: (H, W) as `segment_ids` gives them.
    """
    found = instance_masks(ids)
    out = []
    for number, area_px, box in zip(
        found.ids.tolist(), found.area_px.tolist(), found.box2d.tolist(), strict=True
    ):
        instance_id, category_id = divmod(number, _INSTANCE)
        x0, y0, x1, y1 = box
        record = {
            "id": number,
            "category_id": category_id,
            "area": area_px,
            "bbox": [x0, y0, x1 - x0, y1 - y0],
            # A thing without an instance id may be several of them.
            "iscrowd": int(not instance_id and category_id in _THINGS),
        }
        out.append({**record, "instance_id": instance_id} if instance_id else record)
    return out


def panoptic_categories() -> list[dict[str, Any]]:
    """COCO's panoptic categories that our classes map to, with the names of these classes."""
    entries: dict[int, dict[str, Any]] = {}
    for semantic, label in _CLASSES.items():
        if label is None or label.id is None:
            continue
        supercategory, is_thing, color = _CATEGORIES[label.name]
        entry = {
            "id": label.id,
            "name": label.name,
            "supercategory": supercategory,
            "isthing": int(is_thing),
            "color": list(color),
            "roadreel_classes": [],
        }
        entries.setdefault(label.id, entry)["roadreel_classes"].append(_name(semantic))
    return [entries[number] for number in sorted(entries)]


_THINGS = {entry["id"] for entry in panoptic_categories() if entry["isthing"]}
