"""The category tree and its names in the formats we write.

A *semantic class* is what a pixel is (one byte); a *category* is what an agent is (a dotted name). Every
category has one semantic class.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sim.errors import UsageError, near_matches

__all__ = ["CATEGORIES", "SEMANTIC_COLORS", "Category", "Semantic", "category", "occlusion_level"]


class Semantic(IntEnum):
    """What a pixel shows. The number is the value in the `semantic` channel."""

    VOID = 0
    ROAD = 1
    MARKING = 2
    PAVEMENT = 3
    KERB = 4
    BUILDING = 5
    VEGETATION = 6
    TERRAIN = 7
    SKY = 8
    POLE = 9
    LAMP = 10
    TRAFFIC_LIGHT = 11
    SIGN = 12
    FENCE = 13
    BENCH = 14
    BIN = 15
    STREET_FURNITURE = 16
    PERSON = 32
    RIDER = 33
    CAR = 34
    VAN = 35
    TRUCK = 36
    BUS = 37
    MOTORCYCLE = 38
    BICYCLE = 39


SEMANTIC_COLORS: dict[Semantic, tuple[int, int, int]] = {
    Semantic.VOID: (0, 0, 0),
    Semantic.ROAD: (92, 92, 100),
    Semantic.MARKING: (235, 235, 225),
    Semantic.PAVEMENT: (190, 160, 180),
    Semantic.KERB: (140, 120, 130),
    Semantic.BUILDING: (110, 84, 70),
    Semantic.VEGETATION: (60, 130, 50),
    Semantic.TERRAIN: (150, 200, 110),
    Semantic.SKY: (110, 170, 225),
    Semantic.POLE: (160, 160, 160),
    Semantic.LAMP: (250, 210, 90),
    Semantic.TRAFFIC_LIGHT: (250, 150, 30),
    Semantic.SIGN: (225, 220, 40),
    Semantic.FENCE: (180, 140, 110),
    Semantic.BENCH: (120, 90, 160),
    Semantic.BIN: (90, 60, 120),
    Semantic.STREET_FURNITURE: (80, 110, 110),
    Semantic.PERSON: (225, 40, 70),
    Semantic.RIDER: (250, 80, 30),
    Semantic.CAR: (30, 60, 190),
    Semantic.VAN: (20, 110, 200),
    Semantic.TRUCK: (10, 30, 110),
    Semantic.BUS: (10, 80, 120),
    Semantic.MOTORCYCLE: (30, 30, 230),
    Semantic.BICYCLE: (130, 20, 50),
}


@dataclass(frozen=True)
class Category:
    """One kind of agent.

    Attributes:
        name: dotted name, for example ``vehicle.car``.
        semantic: the class of its pixels.
        kitti: type in KITTI label files.
        coco_id: category id of COCO's 80 classes (1 person, 3 car, ...).
        coco_name: the name that goes with it.
        is_vehicle: True for what drives, False for what walks.
    """

    name: str
    semantic: Semantic
    kitti: str
    coco_id: int
    coco_name: str
    is_vehicle: bool


CATEGORIES: dict[str, Category] = {
    c.name: c
    for c in (
        Category("human.pedestrian.adult", Semantic.PERSON, "Pedestrian", 1, "person", False),
        Category("human.pedestrian.child", Semantic.PERSON, "Pedestrian", 1, "person", False),
        Category("vehicle.car", Semantic.CAR, "Car", 3, "car", True),
        Category("vehicle.van", Semantic.VAN, "Van", 3, "car", True),
    )
}


def category(name: str) -> Category:
    """The category called `name`. Raises UsageError with near matches."""
    if name not in CATEGORIES:
        raise UsageError(near_matches("category", name, CATEGORIES))
    return CATEGORIES[name]


def occlusion_level(visibility: float | None) -> int:
    """KITTI's occlusion: 0 from 80 % visible, 1 from 40 %, 2 below, 3 if unknown."""
    if visibility is None:
        return 3
    return 0 if visibility >= 0.8 else 1 if visibility >= 0.4 else 2
