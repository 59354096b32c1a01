"""Agents that a format has no word for: never under a false name, and counted."""

from __future__ import annotations

import dataclasses
import json

from sim.taxonomy import category
from sim.testing.toys import ToyStreet


class Buses(ToyStreet):
    """A toy street on which every car is a bus."""

    @property
    def roster(self):
        roster = super().roster
        kinds = tuple(category("vehicle.bus") if k.is_vehicle else k for k in roster.categories)
        return dataclasses.replace(roster, categories=kinds)


def test_buses_are_named_where_there_is_a_word_and_else_only_counted(tmp_path):
    street = Buses(seed=3, ticks=4)
    summary = street.write(tmp_path, formats=("native", "coco", "kitti", "mot"))
    seen = [
        (a.category, a.visible_px >= 4)
        for _, f in street.frames()
        if f
        for v in f.annotations.values()
        for a in v
    ]
    buses, shown = sum(kind == "vehicle.bus" for kind, _ in seen), sum(ok for _, ok in seen)
    shown_people = sum(ok for kind, ok in seen if kind != "vehicle.bus")
    assert 0 < shown_people < shown
    rows = [
        line.split()
        for p in (tmp_path / "kitti").rglob("label_02/*.txt")
        for line in p.read_text().splitlines()
    ]
    assert sorted({row[2] for row in rows}) == ["DontCare", "Pedestrian"]
    assert sum(row[2] == "Pedestrian" for row in rows) == summary["kitti"]["boxes"] == shown_people
    truth = [
        line.split(",") for p in (tmp_path / "mot").rglob("gt.txt") for line in p.read_text().splitlines()
    ]
    assert {row[7] for row in truth} == {"1"}
    assert len(truth) == len(seen) - buses
    assert summary["mot"] == {"images": 6, "boxes": shown_people, "ignored": len(seen) - shown_people}
    data = json.loads((tmp_path / "coco/annotations/instances.json").read_text())
    names = {c["id"]: c["name"] for c in data["categories"]}
    assert len(data["annotations"]) == shown
    assert {names[a["category_id"]] for a in data["annotations"]} == {"bus", "person"}
    assert all(
        (names[a["category_id"]] == "bus") == (a["category"] == "vehicle.bus") for a in data["annotations"]
    )
