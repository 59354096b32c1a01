"""What a pixel shows and what an agent is: the classes, their colors, and the class of every category."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["AGENT_CLASSES", "SEMANTIC_COLORS", "Semantic"]


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
    TRAILER = 40
    TRAIN = 41
    MOVABLE = 42
    ANIMAL = 43


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
    Semantic.TRAILER: (40, 70, 150),
    Semantic.TRAIN: (0, 120, 160),
    Semantic.MOVABLE: (200, 60, 170),
    Semantic.ANIMAL: (140, 0, 200),
}


AGENT_CLASSES: dict[str, Semantic] = {
    "animal.dog": Semantic.ANIMAL,
    "human.pedestrian.adult": Semantic.PERSON,
    "human.pedestrian.child": Semantic.PERSON,
    "human.pedestrian.wheelchair": Semantic.RIDER,
    "human.rider.bicyclist": Semantic.RIDER,
    "human.rider.motorcyclist": Semantic.RIDER,
    "movable.pram": Semantic.MOVABLE,
    "movable.wheelchair": Semantic.MOVABLE,
    "vehicle.bicycle": Semantic.BICYCLE,
    "vehicle.bus": Semantic.BUS,
    "vehicle.car": Semantic.CAR,
    "vehicle.motorcycle": Semantic.MOTORCYCLE,
    "vehicle.trailer": Semantic.TRAILER,
    "vehicle.tram": Semantic.TRAIN,
    "vehicle.truck": Semantic.TRUCK,
    "vehicle.van": Semantic.VAN,
}
"""The class of the pixels of every category of agents."""
