"""Classes and instance ids of pixels -> the images of ids Cityscapes stores, and records of its segments.

The numbers are those of cityscapesScripts 2.3 (``helpers/labels.py``); what a segment is, that of its
``preparation/createPanopticImgs.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.labels.masks import instance_masks
from sim.taxonomy import TARGETS, Semantic
from sim.writers.pixels import areas_px, class_table

__all__ = ["MAX_ID", "CityImages", "city_categories", "city_images", "city_segments"]

_UNLABELED, _EGO_VEHICLE, _NOT_EVALUATED = 0, 1, 255
_INSTANCE = 1000  # factor of the class in the number of an instance
MAX_ID = _INSTANCE - 1
"""Agents with larger ids have none here."""

# What is evaluated: id for training, in that order -> name, id, group, is it a thing, color.
_EVALUATED: tuple[tuple[str, int, str, bool, tuple[int, int, int]], ...] = (
    ("road", 7, "flat", False, (128, 64, 128)),
    ("sidewalk", 8, "flat", False, (244, 35, 232)),
    ("building", 11, "construction", False, (70, 70, 70)),
    ("wall", 12, "construction", False, (102, 102, 156)),
    ("fence", 13, "construction", False, (190, 153, 153)),
    ("pole", 17, "object", False, (153, 153, 153)),
    ("traffic light", 19, "object", False, (250, 170, 30)),
    ("traffic sign", 20, "object", False, (220, 220, 0)),
    ("vegetation", 21, "nature", False, (107, 142, 35)),
    ("terrain", 22, "nature", False, (152, 251, 152)),
    ("sky", 23, "sky", False, (70, 130, 180)),
    ("person", 24, "human", True, (220, 20, 60)),
    ("rider", 25, "human", True, (255, 0, 0)),
    ("car", 26, "vehicle", True, (0, 0, 142)),
    ("truck", 27, "vehicle", True, (0, 0, 70)),
    ("bus", 28, "vehicle", True, (0, 60, 100)),
    ("train", 31, "vehicle", True, (0, 80, 100)),
    ("motorcycle", 32, "vehicle", True, (0, 0, 230)),
    ("bicycle", 33, "vehicle", True, (119, 11, 32)),
)
_THINGS = {number for _, number, _, is_thing, _ in _EVALUATED if is_thing}


def _train_ids() -> NDArray[np.uint8]:
    """(256,) Cityscapes' id -> its id for training."""
    out = np.full(256, _NOT_EVALUATED, np.uint8)
    for train_id, (_, number, *_) in enumerate(_EVALUATED):
        out[number] = train_id
    return out


_IDS = class_table("cityscapes", _UNLABELED, np.uint8)
_TRAIN_IDS = _train_ids()


@dataclass(frozen=True, eq=False)
class CityImages:
    """What Cityscapes stores of one picture.

    Attributes:
        label_ids: (H, W) uint8 class.
        train_ids: (H, W) uint8 class as numbered for training, 255 where it is not evaluated.
        instance_ids: (H, W) uint16 class * 1000 + instance id, or the class alone: scenery,
            crowds, what is dynamic.
        panoptic_ids: (H, W) uint16 as `instance_ids`, 0 where the class is not evaluated.
        instances: how many agents have an id.
        crowds: how many are seen and have none.
    """

    label_ids: NDArray[np.uint8]
    train_ids: NDArray[np.uint8]
    instance_ids: NDArray[np.uint16]
    panoptic_ids: NDArray[np.uint16]
    instances: int
    crowds: int


def city_images(
    semantic: NDArray[np.integer],
    ids: NDArray[np.integer],
    *,
    agents: int,
    carrier: int,
    min_visible_px: int,
) -> CityImages:
    """The images of one picture.

    Args:
        semantic: (H, W) `sim.taxonomy.Semantic`.
        ids: (H, W) instance ids, 0 where there is no agent.
        agents: how many there are in the sequence.
        carrier: instance id of the agent that carries the camera, Cityscapes' ego vehicle; 0 if it is fixed.
        min_visible_px: agents with fewer pixels are crowds.
    """
    label_ids = _IDS[semantic]
    if carrier:
        label_ids[ids == carrier] = _EGO_VEHICLE
    wanted = np.zeros(agents + 1, np.bool_)
    wanted[1 : MAX_ID + 1] = True
    wanted[carrier] = False
    area_px = areas_px(ids, agents)
    own = label_ids.astype(np.uint16)
    # Prams, wheelchairs and dogs are of a class that has no instances.
    is_thing = np.isin(label_ids, sorted(_THINGS))
    wanted &= areas_px(np.where(is_thing, ids, 0), agents) > 0
    counts = wanted & (area_px >= max(min_visible_px, 1))
    instance_ids = np.where(counts[ids], own * np.uint16(_INSTANCE) + ids.astype(np.uint16), own)
    train_ids = _TRAIN_IDS[label_ids]
    return CityImages(
        label_ids,
        train_ids,
        instance_ids,
        np.where(train_ids == _NOT_EVALUATED, np.uint16(0), instance_ids),
        int(counts.sum()),
        int(((area_px > 0) & ~counts).sum()),
    )


def city_segments(panoptic_ids: NDArray[np.uint16]) -> list[dict[str, Any]]:
    """The record of every segment, by id.

    Args:
        panoptic_ids: (H, W) as in `CityImages`.
    """
    found = instance_masks(panoptic_ids)
    out = []
    for number, area_px, box in zip(
        found.ids.tolist(), found.area_px.tolist(), found.box2d.tolist(), strict=True
    ):
        x0, y0, x1, y1 = box
        out.append(
            {
                "id": number,
                "category_id": number if number < _INSTANCE else number // _INSTANCE,
                "area": area_px,
                "bbox": [x0, y0, x1 - x0, y1 - y0],
                "iscrowd": int(number in _THINGS),
            }
        )
    return out


def city_categories() -> list[dict[str, Any]]:
    """Cityscapes' categories that are evaluated, with the names of our classes they stand for."""
    ours: dict[str, list[str]] = {}
    for semantic, label in TARGETS["cityscapes"].classes.items():
        if label is not None:
            ours.setdefault(label.name, []).append(Semantic(semantic).name.lower().replace("_", " "))
    return [
        {
            "id": number,
            "name": name,
            "supercategory": group,
            "isthing": int(is_thing),
            "color": list(color),
            "roadreel_classes": ours.get(name, []),
        }
        for name, number, group, is_thing, color in _EVALUATED
    ]
