"""A rider and their machine as one record: exact unions, constant boxes, whom each target keeps."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from sim.frame import Annotation, Occluder
from sim.geometry import Box3D, Pose, rotation_from_euler
from sim.taxonomy import Semantic, category
from sim.writers.riders import joined

KINDS = (
    "vehicle.car",
    "vehicle.bicycle",
    "vehicle.motorcycle",
    "human.rider.bicyclist",
    "human.rider.motorcyclist",
)
SIZES = ((4.0, 1.8, 1.5), (1.8, 0.7, 1.1), (2.1, 0.8, 1.3), (0.9, 0.8, 1.8), (0.8, 0.8, 1.7))
CENTRES = ((1.3, 0.0, 0.75), (0.5, 0.0, 0.55), (0.7, 0.0, 0.65), (0.1, 0.0, 0.9), (0.1, 0.0, 0.85))
YAW, AHEAD = 0.6, 0.2


@pytest.fixture
def scene():
    turn = rotation_from_euler(YAW)
    place = np.array([[0.0, 9, 0], [3, 1, 0], [-4, 2, 0], [3, 1, 0], [-4, 2, 0]])
    place[3:] += turn @ [AHEAD, 0, 0]
    poses = SimpleNamespace(position_m=place, yaw_rad=np.full(5, YAW))
    roster = SimpleNamespace(rider_of={3: 1, 4: 2}, categories=tuple(category(k) for k in KINDS))
    info = SimpleNamespace(roster=roster, sizes_lwh_m=SIZES, centres_m=CENTRES)
    return info, SimpleNamespace(poses=poses)


def annotation(row, box, visible_px, whole_px, truncation=0.0, occluders=()):
    box3d = Box3D(Pose(np.eye(3), np.zeros(3)), SIZES[row])
    return Annotation(
        row + 1, f"a{row}", KINDS[row], box, box, visible_px, whole_px, visible_px / whole_px, truncation,
        None, box3d, box3d, (0.0, 0.0, 0.0), 0.0, 5.0, False, 0, occluders=occluders,
        rider_of={3: 2, 4: 3}.get(row),
    )  # fmt: skip


def street():
    # The rider hides 30 pixels of the bicycle.
    hidden = (Occluder(4, Semantic.RIDER, 30, 0.3),)
    return (
        annotation(0, (0, 0, 9, 9), 50, 50),
        annotation(1, (10.0, 40.0, 60.0, 80.0), 70, 100, occluders=hidden),
        annotation(2, (100.0, 40.0, 160.0, 80.0), 70, 100),
        annotation(3, (20.0, 10.0, 45.0, 70.0), 200, 200),
        annotation(4, (120.0, 10.0, 150.0, 70.0), 200, 250),
    )


def test_kitti_keeps_cyclists_with_their_bicycles_in_the_box(scene):
    listed = street()
    out = {a.instance_id: a for a in joined(listed, *scene, "kitti")}
    assert sorted(out) == [1, 3, 4, 5], "KITTI has words for neither motorcycles nor who rides them"
    both = out[4]
    assert both.category == "human.rider.bicyclist"
    assert both.box2d_amodal == both.box2d_visible == (10.0, 10.0, 60.0, 80.0)
    assert (both.visible_px, both.unoccluded_px, both.visibility) == (270, 270, 1.0)
    for untouched in (0, 2, 4):
        assert out[untouched + 1] is listed[untouched]


def test_nuscenes_keeps_the_machines(scene):
    out = {a.instance_id: a for a in joined(street(), *scene, "nuscenes")}
    assert sorted(out) == [1, 2, 3]
    assert out[3].visibility == pytest.approx(270 / 350)


def test_targets_with_words_for_both_get_both(scene):
    listed = street()
    assert joined(listed, *scene, "bdd100k") == listed


def test_the_box_in_the_world_holds_both_and_does_not_depend_on_what_is_seen(scene):
    info, state = scene
    (seen,) = (a for a in joined(street(), info, state, "kitti") if a.instance_id == 4)
    (alone,) = (a for a in joined(street()[3:4], info, state, "kitti") if a.instance_id == 4)
    assert seen.box3d.size_lwh_m == alone.box3d.size_lwh_m
    assert (alone.visible_px, alone.box2d_amodal) == (200, (20.0, 10.0, 45.0, 70.0))
    # Brute force: the corners of both boxes in the axes of the machine.
    turn = rotation_from_euler(YAW)
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for row in (1, 3):
        for corner in np.ndindex(2, 2, 2):
            local = np.array(CENTRES[row]) + (np.array(corner) - 0.5) * SIZES[row]
            in_machine = turn.T @ (turn @ local + state.poses.position_m[row] - state.poses.position_m[1])
            low, high = np.minimum(low, in_machine), np.maximum(high, in_machine)
    assert seen.box3d.size_lwh_m == pytest.approx(tuple(high - low))
    middle = turn @ ((low + high) / 2) + state.poses.position_m[1]
    assert seen.box3d.world_from_box.translation_m == pytest.approx(middle)


def test_truncation_is_that_of_both_areas(scene):
    one, other = annotation(1, (0.0, 0.0, 10.0, 10.0), 1, 1, truncation=0.5), street()[3]
    other = dataclasses.replace(other, box2d_amodal=(0.0, 0.0, 10.0, 20.0), truncation=0.0)
    (both,) = joined((one, other), *scene, "kitti")
    assert both.truncation == pytest.approx(1 - 300 / 400)
