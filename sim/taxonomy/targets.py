"""Our classes and categories -> what other data sets call them; None where they have no word.

Sources: cityscapesScripts ``labels.py`` and the class definitions on cityscapes-dataset.com; COCO's
``panoptic_coco_categories.json``; the KITTI object devkit's ``readme.txt`` (its semantic benchmark has the
labels of Cityscapes); nuScenes' ``category.json`` and, for pixels, the 16 classes of the lidarseg challenge;
BDD100K's detection and semantic classes; the MOTS page of KITTI-MOTS; DeepLab2's ``kitti_step.md``; the
MOTChallenge devkit; TAO's categories (LVIS 0.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sim.taxonomy.classes import AGENT_CLASSES, Semantic

__all__ = ["TARGETS", "Label", "Target"]

_IGNORED = 255
"""Cityscapes' number for training on classes that are not evaluated."""


class Label(NamedTuple):
    """One word of a target.

    Attributes:
        name: as the target spells it.
        id: its number, None where the target only has names.
        train_id: Cityscapes' number for training, 255 for what is not evaluated; None in other targets.
    """

    name: str
    id: int | None = None
    train_id: int | None = None


@dataclass(frozen=True)
class Target:
    """Another data set's words.

    Attributes:
        classes: for pixels, every `Semantic`.
        categories: for agents, every name in `AGENT_CLASSES`.
    """

    classes: Mapping[Semantic, Label | None]
    categories: Mapping[str, Label | None]


def _by_class(classes: Mapping[Semantic, Label | None]) -> dict[str, Label | None]:
    """Words for agents where they are those for their pixels."""
    return {name: classes[semantic] for name, semantic in AGENT_CLASSES.items()}


_STATIC = Label("static", 4, _IGNORED)

# "Things that might not be there anymore the next day/hour/minute: ... buggies, ... wheelchair, animals"
_DYNAMIC = Label("dynamic", 5, _IGNORED)

_CITYSCAPES: dict[Semantic, Label | None] = {
    Semantic.VOID: Label("unlabeled", 0, _IGNORED),
    Semantic.ROAD: Label("road", 7, 0),
    Semantic.MARKING: Label("road", 7, 0),  # "including the markings on the road"
    Semantic.PAVEMENT: Label("sidewalk", 8, 1),
    Semantic.KERB: Label("sidewalk", 8, 1),  # "includes a possibly delimiting curb"
    Semantic.BUILDING: Label("building", 11, 2),
    Semantic.VEGETATION: Label("vegetation", 21, 8),
    Semantic.TERRAIN: Label("terrain", 22, 9),
    Semantic.SKY: Label("sky", 23, 10),
    Semantic.POLE: Label("pole", 17, 5),
    Semantic.LAMP: _STATIC,  # mounted on a pole, and more than twice as wide
    Semantic.TRAFFIC_LIGHT: Label("traffic light", 19, 6),
    Semantic.SIGN: Label("traffic sign", 20, 7),
    Semantic.FENCE: Label("fence", 13, 4),
    Semantic.BENCH: _STATIC,
    Semantic.BIN: _STATIC,
    Semantic.STREET_FURNITURE: _STATIC,
    Semantic.PERSON: Label("person", 24, 11),
    Semantic.RIDER: Label("rider", 25, 12),  # "riders/drivers of ... wheel-chairs"
    Semantic.CAR: Label("car", 26, 13),
    Semantic.VAN: Label("car", 26, 13),  # "vans with a continuous body shape"
    Semantic.TRUCK: Label("truck", 27, 14),
    Semantic.BUS: Label("bus", 28, 15),
    Semantic.MOTORCYCLE: Label("motorcycle", 32, 17),
    Semantic.BICYCLE: Label("bicycle", 33, 18),
    Semantic.TRAILER: Label("truck", 27, 14),  # "including their trailers"; "trailer" is for those of cars
    Semantic.TRAIN: Label("train", 31, 16),  # "vehicle on rails, e.g. tram, train"
    Semantic.MOVABLE: _DYNAMIC,
    Semantic.ANIMAL: _DYNAMIC,
}

_COCO: dict[Semantic, Label | None] = {
    Semantic.VOID: None,
    Semantic.ROAD: Label("road", 149),
    Semantic.MARKING: Label("road", 149),
    Semantic.PAVEMENT: Label("pavement-merged", 191),
    Semantic.KERB: Label("pavement-merged", 191),
    Semantic.BUILDING: Label("building-other-merged", 197),
    Semantic.VEGETATION: Label("tree-merged", 184),  # trees, bushes, branches, leaves
    Semantic.TERRAIN: Label("grass-merged", 193),  # all of it but the earth round street trees
    Semantic.SKY: Label("sky-other-merged", 187),
    Semantic.POLE: None,
    Semantic.LAMP: Label("light", 130),
    Semantic.TRAFFIC_LIGHT: Label("traffic light", 10),
    Semantic.SIGN: None,  # only stop signs have a word
    Semantic.FENCE: Label("fence-merged", 185),
    Semantic.BENCH: Label("bench", 15),
    Semantic.BIN: None,
    Semantic.STREET_FURNITURE: None,
    Semantic.PERSON: Label("person", 1),
    Semantic.RIDER: Label("person", 1),
    Semantic.CAR: Label("car", 3),
    Semantic.VAN: Label("car", 3),
    Semantic.TRUCK: Label("truck", 8),
    Semantic.BUS: Label("bus", 6),
    Semantic.MOTORCYCLE: Label("motorcycle", 4),
    Semantic.BICYCLE: Label("bicycle", 2),
    Semantic.TRAILER: Label("truck", 8),
    Semantic.TRAIN: Label("train", 7),
    Semantic.MOVABLE: None,
    Semantic.ANIMAL: Label("dog", 18),
}

_MANMADE = Label("manmade", 15)

_NUSCENES: dict[Semantic, Label | None] = {
    Semantic.VOID: None,
    Semantic.ROAD: Label("driveable_surface", 11),
    Semantic.MARKING: Label("driveable_surface", 11),
    Semantic.PAVEMENT: Label("sidewalk", 13),
    Semantic.KERB: None,  # part of terrain beside grass only, of nothing named beside pavements
    Semantic.BUILDING: _MANMADE,
    Semantic.VEGETATION: Label("vegetation", 16),
    Semantic.TERRAIN: Label("terrain", 14),
    Semantic.SKY: None,
    Semantic.POLE: _MANMADE,
    Semantic.LAMP: _MANMADE,
    Semantic.TRAFFIC_LIGHT: _MANMADE,
    Semantic.SIGN: _MANMADE,
    Semantic.FENCE: _MANMADE,
    Semantic.BENCH: _MANMADE,
    Semantic.BIN: _MANMADE,
    Semantic.STREET_FURNITURE: _MANMADE,
    Semantic.PERSON: Label("pedestrian", 7),
    Semantic.RIDER: None,  # belongs to the cycle, of whichever kind; wheelchairs are not evaluated
    Semantic.CAR: Label("car", 4),
    Semantic.VAN: Label("car", 4),
    Semantic.TRUCK: Label("truck", 10),
    Semantic.BUS: Label("bus", 3),
    Semantic.MOTORCYCLE: Label("motorcycle", 6),
    Semantic.BICYCLE: Label("bicycle", 2),
    Semantic.TRAILER: Label("trailer", 9),
    Semantic.TRAIN: None,
    Semantic.MOVABLE: None,  # strollers are not evaluated
    Semantic.ANIMAL: None,
}

# Cityscapes' classes that are evaluated, by their numbers for training.
_EVALUATED: dict[Semantic, Label | None] = {
    semantic: Label(label.name, label.train_id) if label and label.train_id != _IGNORED else None
    for semantic, label in _CITYSCAPES.items()
}

_TAO_PERSON = Label("baby", 805)  # LVIS 0.5 names a category by its first synonym; "a human being"
_TAO_CAR = Label("car_(automobile)", 211)

TARGETS: dict[str, Target] = {
    "cityscapes": Target(_CITYSCAPES, _by_class(_CITYSCAPES)),
    "coco": Target(_COCO, _by_class(_COCO)),
    "kitti": Target(
        _CITYSCAPES,
        {
            "animal.dog": None,
            "human.pedestrian.adult": Label("Pedestrian"),
            "human.pedestrian.child": Label("Pedestrian"),
            "human.pedestrian.wheelchair": Label("Pedestrian"),
            "human.rider.bicyclist": Label("Cyclist"),
            "human.rider.motorcyclist": None,
            "movable.pram": Label("Misc"),
            "movable.wheelchair": None,
            "vehicle.bicycle": None,
            "vehicle.bus": None,
            "vehicle.car": Label("Car"),
            "vehicle.motorcycle": None,
            "vehicle.trailer": Label("Misc"),  # "e.g. trailers, Segways"
            "vehicle.tram": Label("Tram"),
            "vehicle.truck": Label("Truck"),
            "vehicle.van": Label("Van"),
        },
    ),
    "kitti-mots": Target(
        dict.fromkeys(Semantic),
        dict.fromkeys(AGENT_CLASSES)
        | {
            "human.pedestrian.adult": Label("pedestrian", 2),
            "human.pedestrian.child": Label("pedestrian", 2),
            "vehicle.car": Label("car", 1),
        },
    ),
    "kitti-step": Target(_EVALUATED, _by_class(_EVALUATED)),
    "nuscenes": Target(
        _NUSCENES,
        {
            "animal.dog": Label("animal"),
            "human.pedestrian.adult": Label("human.pedestrian.adult"),
            "human.pedestrian.child": Label("human.pedestrian.child"),
            "human.pedestrian.wheelchair": Label("human.pedestrian.wheelchair"),
            "human.rider.bicyclist": None,  # in the box of the bicycle
            "human.rider.motorcyclist": None,
            "movable.pram": Label("human.pedestrian.stroller"),
            "movable.wheelchair": None,  # in the box of who sits in it
            "vehicle.bicycle": Label("vehicle.bicycle"),
            "vehicle.bus": Label("vehicle.bus.rigid"),
            "vehicle.car": Label("vehicle.car"),
            "vehicle.motorcycle": Label("vehicle.motorcycle"),
            "vehicle.trailer": Label("vehicle.trailer"),
            "vehicle.tram": None,
            "vehicle.truck": Label("vehicle.truck"),
            "vehicle.van": Label("vehicle.car"),  # "sedans, hatch-backs, wagons, vans, mini-vans"
        },
    ),
    "bdd100k": Target(
        _EVALUATED,
        {
            "animal.dog": None,
            "human.pedestrian.adult": Label("pedestrian", 1),
            "human.pedestrian.child": Label("pedestrian", 1),
            "human.pedestrian.wheelchair": Label("rider", 2),
            "human.rider.bicyclist": Label("rider", 2),
            "human.rider.motorcyclist": Label("rider", 2),
            "movable.pram": None,
            "movable.wheelchair": None,
            "vehicle.bicycle": Label("bicycle", 8),
            "vehicle.bus": Label("bus", 5),
            "vehicle.car": Label("car", 3),
            "vehicle.motorcycle": Label("motorcycle", 7),
            "vehicle.trailer": Label("truck", 4),
            "vehicle.tram": Label("train", 6),
            "vehicle.truck": Label("truck", 4),
            "vehicle.van": Label("car", 3),
        },
    ),
    "mot": Target(
        dict.fromkeys(Semantic),
        {
            "animal.dog": None,
            "human.pedestrian.adult": Label("Pedestrian", 1),
            "human.pedestrian.child": Label("Pedestrian", 1),
            "human.pedestrian.wheelchair": Label("Person on vehicle", 2),
            "human.rider.bicyclist": Label("Person on vehicle", 2),
            "human.rider.motorcyclist": Label("Person on vehicle", 2),
            "movable.pram": None,
            "movable.wheelchair": None,
            "vehicle.bicycle": Label("Bicycle", 4),
            "vehicle.bus": None,
            "vehicle.car": Label("Car", 3),
            "vehicle.motorcycle": Label("Motorbike", 5),
            "vehicle.trailer": None,
            "vehicle.tram": None,
            "vehicle.truck": None,
            "vehicle.van": Label("Car", 3),
        },
    ),
    "tao": Target(
        dict.fromkeys(Semantic),
        {
            "animal.dog": Label("dog", 382),
            "human.pedestrian.adult": _TAO_PERSON,
            "human.pedestrian.child": _TAO_PERSON,
            "human.pedestrian.wheelchair": _TAO_PERSON,
            "human.rider.bicyclist": _TAO_PERSON,
            "human.rider.motorcyclist": _TAO_PERSON,
            "movable.pram": Label("baby_buggy", 32),
            "movable.wheelchair": Label("wheelchair", 1202),
            "vehicle.bicycle": Label("bicycle", 95),
            "vehicle.bus": Label("bus_(vehicle)", 174),
            "vehicle.car": _TAO_CAR,
            "vehicle.motorcycle": Label("motorcycle", 714),
            "vehicle.trailer": None,
            "vehicle.tram": None,
            "vehicle.truck": Label("truck", 1144),
            "vehicle.van": _TAO_CAR,  # "a motor vehicle with four wheels"; a minivan is for passengers
        },
    ),
}
"""Data sets by name."""
