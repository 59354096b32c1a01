"""Every class and category in every table, against the published lists of the data sets named there."""

from __future__ import annotations

import importlib.resources
import json

import pytest

from sim.errors import UsageError
from sim.taxonomy import AGENT_CLASSES, CATEGORIES, SEMANTIC_COLORS, TARGETS, Label, Semantic, category

CITYSCAPES = """unlabeled, ego vehicle, rectification border, out of roi, static, dynamic, ground, road,
sidewalk, parking, rail track, building, wall, fence, guard rail, bridge, tunnel, pole, polegroup, traffic
light, traffic sign, vegetation, terrain, sky, person, rider, car, truck, bus, caravan, trailer, train,
motorcycle, bicycle"""
"""Names in the order of their ids, from 0."""

EVALUATED = """road, sidewalk, building, wall, fence, pole, traffic light, traffic sign, vegetation,
terrain, sky, person, rider, car, truck, bus, train, motorcycle, bicycle"""
"""Cityscapes' names in the order of the training ids; BDD100K's semantic classes."""

COCO = {
    "person": 1, "bicycle": 2, "car": 3, "motorcycle": 4, "airplane": 5, "bus": 6, "train": 7, "truck": 8,
    "boat": 9, "traffic light": 10, "fire hydrant": 11, "stop sign": 13, "parking meter": 14, "bench": 15,
    "bird": 16, "cat": 17, "dog": 18,
    "light": 130, "road": 149, "roof": 151, "tree-merged": 184, "fence-merged": 185, "sky-other-merged": 187,
    "pavement-merged": 191, "grass-merged": 193, "dirt-merged": 194, "building-other-merged": 197,
    "wall-other-merged": 199,
}  # fmt: skip
"""Outdoor things and stuff of the panoptic task."""

LIDARSEG = """noise, barrier, bicycle, bus, car, construction_vehicle, motorcycle, pedestrian, traffic_cone,
trailer, truck, driveable_surface, other_flat, sidewalk, terrain, manmade, vegetation"""

NUSCENES = {
    "animal", "human.pedestrian.adult", "human.pedestrian.child", "human.pedestrian.construction_worker",
    "human.pedestrian.personal_mobility", "human.pedestrian.police_officer", "human.pedestrian.stroller",
    "human.pedestrian.wheelchair", "vehicle.bicycle", "vehicle.bus.bendy", "vehicle.bus.rigid", "vehicle.car",
    "vehicle.construction", "vehicle.emergency.ambulance", "vehicle.emergency.police", "vehicle.motorcycle",
    "vehicle.trailer", "vehicle.truck",
}  # fmt: skip

KITTI = {"Car", "Van", "Truck", "Pedestrian", "Person_sitting", "Cyclist", "Tram", "Misc"}

BDD100K = "pedestrian, rider, car, truck, bus, train, motorcycle, bicycle, traffic light, traffic sign"

MOT = """Pedestrian, Person on vehicle, Car, Bicycle, Motorbike, Non motorized vehicle, Static person,
Distractor, Occluder, Occluder on the ground, Occluder full, Reflection"""


def numbered(names, first):
    return {name: first + k for k, name in enumerate(names.replace("\n", " ").split(", "))}


def words(table):
    return {label for label in table.values() if label is not None}


def test_every_class_and_category_is_in_every_table():
    assert set(TARGETS) == {
        "cityscapes",
        "coco",
        "kitti",
        "kitti-mots",
        "kitti-step",
        "nuscenes",
        "bdd100k",
        "mot",
        "tao",
    }
    for target in TARGETS.values():
        assert list(target.classes) == list(Semantic)
        assert sorted(target.categories) == sorted(AGENT_CLASSES)


def test_cityscapes_and_kitti_pixels():
    ids, train = numbered(CITYSCAPES, 0), numbered(EVALUATED, 0)
    assert ids["bicycle"] == 33
    assert train["bicycle"] == 18
    for table in (TARGETS["cityscapes"].classes, TARGETS["kitti"].classes):
        for label in table.values():
            assert label == Label(label.name, ids[label.name], train.get(label.name, 255))


def test_coco():
    assert all(label == Label(label.name, COCO[label.name]) for label in words(TARGETS["coco"].classes))
    assert all(label.id <= 90 for label in words(TARGETS["coco"].categories))


def test_kitti_types():
    assert {label.name for label in words(TARGETS["kitti"].categories)} <= KITTI


def test_kitti_mots():
    assert not words(TARGETS["kitti-mots"].classes)
    assert words(TARGETS["kitti-mots"].categories) == {Label("car", 1), Label("pedestrian", 2)}


def test_nuscenes():
    ids = numbered(LIDARSEG, 0)
    assert ids["vegetation"] == 16
    assert all(label == Label(label.name, ids[label.name]) for label in words(TARGETS["nuscenes"].classes))
    assert {label.name for label in words(TARGETS["nuscenes"].categories)} <= NUSCENES


def test_bdd100k():
    ids, pixels = numbered(BDD100K, 1), numbered(EVALUATED, 0)
    assert all(label == Label(label.name, ids[label.name]) for label in words(TARGETS["bdd100k"].categories))
    assert all(label == Label(label.name, pixels[label.name]) for label in words(TARGETS["bdd100k"].classes))


def test_mot():
    ids = numbered(MOT, 1)
    assert not words(TARGETS["mot"].classes)
    assert all(label == Label(label.name, ids[label.name]) for label in words(TARGETS["mot"].categories))


_SYNSETS = {"van": "car", "pram": "baby_buggy"}


def test_tao():
    """TrackEval brings the list: people are "a human being", which is called 'baby' for its first synonym."""
    listed = importlib.resources.files("trackeval") / "datasets/burst_helpers/tao_categories.json"
    lvis = {entry["id"]: entry for entry in json.loads(listed.read_text("utf-8"))}
    assert not words(TARGETS["tao"].classes)
    assert TARGETS["tao"].categories["vehicle.trailer"] is None  # only whole lorries have a word
    assert TARGETS["tao"].categories["vehicle.tram"] is None
    for name, label in TARGETS["tao"].categories.items():
        if label is None:
            continue
        entry = lvis[label.id]
        assert label == Label(entry["name"], entry["id"])
        if category(name).is_person:
            assert {"person", "human", "man", "woman", "child"} <= set(entry["synonyms"])
        else:
            word = name.split(".")[1]
            assert entry["synset"] == f"{_SYNSETS.get(word, word)}.n.01"


def test_kitti_step():
    pixels = numbered(EVALUATED, 0)
    found = words(TARGETS["kitti-step"].classes) | words(TARGETS["kitti-step"].categories)
    assert all(label == Label(label.name, pixels[label.name]) for label in found)


def test_what_has_no_word_is_none_and_nothing_else_is():
    """The whole list: a new class or category has to be thought about here."""
    furniture = ("BENCH", "BIN", "STREET_FURNITURE")
    beside = ("animal.dog", "movable.pram", "movable.wheelchair")
    lacking = {
        (name, str(getattr(key, "name", key)))
        for name, target in TARGETS.items()
        if name not in ("kitti-mots", "mot", "tao")
        for key, label in (*target.classes.items(), *target.categories.items())
        if label is None
    }
    assert lacking == {
        *(("coco", c) for c in ("VOID", "POLE", "SIGN", "BIN", "STREET_FURNITURE", "MOVABLE")),
        *(("coco", f"movable.{c}") for c in ("pram", "wheelchair")),
        *(("nuscenes", c) for c in ("VOID", "KERB", "SKY", "RIDER", "TRAIN", "MOVABLE", "ANIMAL")),
        *(("nuscenes", c) for c in ("vehicle.tram", "movable.wheelchair")),
        *(
            (t, c)
            for t in ("bdd100k", "kitti-step")
            for c in ("VOID", "LAMP", *furniture, "MOVABLE", "ANIMAL")
        ),
        *((t, c) for t in ("bdd100k", "kitti-step") for c in beside),
        *(("nuscenes", f"human.rider.{c}") for c in ("bicyclist", "motorcyclist")),
        *(("kitti", c) for c in ("human.rider.motorcyclist", "vehicle.bicycle", "vehicle.bus")),
        *(("kitti", c) for c in ("vehicle.motorcycle", "animal.dog", "movable.wheelchair")),
    }
    assert [c.name for c in CATEGORIES.values() if c.label("mot") is None] == [
        *beside,
        "vehicle.bus",
        "vehicle.trailer",
        "vehicle.tram",
        "vehicle.truck",
    ]


def test_a_word_for_an_agent_agrees_with_the_word_for_its_pixels():
    for name in ("cityscapes", "coco"):
        for kind in CATEGORIES.values():
            assert kind.label(name) == TARGETS[name].classes[kind.semantic]
    for kind in CATEGORIES.values():
        pixels, agent = TARGETS["bdd100k"].classes[kind.semantic], kind.label("bdd100k")
        if pixels is None or agent is None:
            assert pixels is agent
            continue
        assert agent.name == pixels.name or (agent.name, pixels.name) == ("pedestrian", "person")


def test_classes_of_agents_are_those_of_categories():
    agents = {semantic for semantic in Semantic if semantic >= Semantic.PERSON}
    assert {kind.semantic for kind in CATEGORIES.values()} == agents
    assert sorted(CATEGORIES) == list(CATEGORIES)
    for name, kind in CATEGORIES.items():
        assert category(name) is kind
        assert kind.is_person == (kind.semantic in (Semantic.PERSON, Semantic.RIDER))
        assert kind.is_vehicle == (Semantic.CAR <= kind.semantic <= Semantic.TRAIN)


def test_colors_are_told_apart():
    assert list(SEMANTIC_COLORS) == list(Semantic)
    assert len(set(SEMANTIC_COLORS.values())) == len(Semantic)


def test_misspelled_names_are_named():
    with pytest.raises(UsageError, match=r"did you mean 'vehicle\.car'"):
        category("vehicle.cars")
    with pytest.raises(UsageError, match="did you mean 'cityscapes'"):
        category("vehicle.car").label("cityscape")
