"""Views of a KITTI folder -> are rows complete, boxes in the image, and 3D boxes where P2 shows them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.audit.checks import CHECKS, Check, Scope
from sim.audit.history import History
from sim.audit.measures import exact, measure
from sim.audit.view import Measure, Record, View

__all__ = ["KITTI_CHECKS"]

_TYPES = {"Car", "Van", "Truck", "Pedestrian", "Person_sitting", "Person", "Cyclist", "Tram", "Misc"}
_PEOPLE = {"Pedestrian", "Person_sitting", "Person"}
_MOST_ANGLE = np.pi + 0.01  # written with two digits
_ALPHA_RAD = 0.1  # two digits each, and KITTI's own angles are about a camera 6 cm beside
_NEAR_M = 0.1
_BEYOND_PX, _BEYOND_SHARE = 5.0, 0.15  # 2D boxes are drawn by hand, 3D boxes are of a track's one size
_LEAST_OVERLAP = 0.25
_LEAST_OVERLAP_OF_PEOPLE = (
    0.12  # who stands in a box as long as the own stride, seen from the side, fills a sixth
)
_LEAST_HEIGHT = 0.5
_ROTATION = 1e-3
_OUTSIDE_PX = 0.5
_LENGTHS = {"P0": 12, "P1": 12, "P2": 12, "P3": 12}
_NAMES = (("R_rect", "R0_rect"), ("Tr_velo_cam", "Tr_velo_to_cam"), ("Tr_imu_velo", "Tr_imu_to_velo"))

_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-1.0, 0.0) for z in (-0.5, 0.5)])
_EDGES = np.array([(a, b) for a in range(8) for b in range(a + 1, 8) if bin(a ^ b).count("1") == 1])


def rows(history: History) -> Iterator[Measure]:
    """Every line is a label."""
    bad = list(history.extra["bad_rows"])
    total = len(bad) + sum(map(len, history.tracks.values()))
    yield Measure(total, float(len(bad)), 0.0, "rows", history.sequence, tuple(bad))


def calibration(history: History) -> Iterator[Measure]:
    """Calibration files are there, complete, and their rotations are rotations."""
    off = []
    for stem, lines in history.extra["calib"].items():
        if lines is None:
            off.append((np.inf, f"calib/{stem}.txt is not there"))
            continue
        for name, count in _LENGTHS.items():
            found = len(lines.get(name, ()))
            off.append((np.inf if found != count else 0.0, f"calib/{stem}.txt: {name} has {found} numbers"))
        for names in _NAMES:
            values = next((lines[name] for name in names if name in lines), None)
            if values is None or len(values) not in (9, 12):
                off.append((np.inf, f"calib/{stem}.txt: no {' or '.join(names)} of 9 or 12 numbers"))
                continue
            turn = np.reshape(values, (3, -1))[:, :3]
            apart = float(np.abs(turn @ turn.T - np.eye(3)).max())
            off.append((apart, f"calib/{stem}.txt: {names[0]} is no rotation, off by {apart:.2g}"))
    yield measure(history.sequence, off, _ROTATION, "")


def images(view: View) -> Iterator[Measure]:
    """Every frame with labels has an image."""
    sentence = f"frame {view.frame} has {len(view.objects)} labels, but no image"
    yield exact(view.where, [("rgb" not in view.images, sentence)], "images")


def one_size(before: View, view: View) -> Iterator[Measure]:
    """All images of a sequence have one size."""
    first, second = before.images["rgb"].shape, view.images["rgb"].shape
    yield exact(view.where, [(first != second, f"image is {second}, the one before {first}")], "images")


def ranges(view: View) -> Iterator[Measure]:
    """Types are KITTI's, levels and angles in their ranges, sizes above zero."""
    off = []
    for thing in view.objects:
        who = _who(thing)
        off.append((thing["category"] not in _TYPES, f"{who}: type {thing['category']!r} is none of KITTI's"))
        share = thing["truncated"]
        graded = 0 <= share <= 1 or share in (-1, 2)
        off.append((not graded, f"{who}: truncated is {share}, wanted 0 to 1, or levels 0, 1, 2"))
        off.append((thing["occluded"] not in (-1, 0, 1, 2, 3), f"{who}: occluded is {thing['occluded']}"))
        for name in ("alpha", "rotation_y"):
            turns = abs(thing[name]) <= _MOST_ANGLE or thing[name] == -10
            off.append((not turns, f"{who}: {name} is {thing[name]}, beyond -pi to pi"))
        positive = min(thing["size_hwl_m"]) > 0
        off.append((not positive, f"{who}: dimensions {thing['size_hwl_m']} are not above zero"))
    yield exact(view.where, off)


def boxes_inside(view: View) -> Iterator[Measure]:
    """2D boxes have a size and lie in the image: from 0 to width - 1 and height - 1."""
    height, width = view.images["rgb"].shape[:2]
    off = []
    for thing in view.objects:
        x0, y0, x1, y1 = thing["box2d"]
        beyond = max(-x0, -y0, x1 - (width - 1), y1 - (height - 1), 0.0)
        amount = beyond if x1 > x0 and y1 > y0 else np.inf
        off.append((amount, f"{_who(thing)}: box {thing['box2d']} is empty or leaves {width} by {height} px"))
    yield measure(view.where, off, _OUTSIDE_PX, "px")


def angles(view: View) -> Iterator[Measure]:
    """`alpha` is rotation_y less the direction the object is seen in."""
    off = []
    for thing in view.objects:
        if thing["alpha"] == -10 or thing["rotation_y"] == -10:
            continue
        x, _, z = thing["bottom_m"]
        apart = thing["rotation_y"] - np.arctan2(x, z) - thing["alpha"]
        apart = abs(float(np.arctan2(np.sin(apart), np.cos(apart))))
        off.append((apart, f"{_who(thing)}: alpha {thing['alpha']} is {apart:.3f} rad off rotation_y"))
    yield measure(view.where, off, _ALPHA_RAD, "rad")


def boxes_project(view: View) -> Iterator[Measure]:
    """The 3D box, projected by P2, encloses the 2D box more or less and overlaps it."""
    off = []
    for thing in view.objects:
        if min(thing["size_hwl_m"]) <= 0:
            continue
        box = np.array(thing["box2d"])
        seen = _projected(thing, view.extra["projection"])
        if seen is None:
            off.append((np.inf, f"{_who(thing)}: its 3D box lies behind the camera"))
            continue
        allowed = _BEYOND_PX + _BEYOND_SHARE * float(np.hypot(box[2] - box[0], box[3] - box[1]))
        beyond = float(max(*(seen[:2] - box[:2]), *(box[2:] - seen[2:]), 0.0))
        sentence = (
            f"{_who(thing)}: its box {thing['box2d']} reaches {beyond:.1f} px beyond its projected 3D box"
        )
        off.append((beyond / allowed, sentence))
        off.append(_overlap(thing, box, seen, view))
    yield measure(view.where, off, 1.0, "of allowed")


def _overlap(
    thing: Record, box: NDArray[np.float64], seen: NDArray[np.float64], view: View
) -> tuple[float, str]:
    """How little a 2D box and a projected one, clipped to the image, overlap and are alike in height."""
    low, high = seen[:2], seen[2:]
    if "rgb" in view.images:
        size = np.array(view.images["rgb"].shape[1::-1], float) - 1
        low, high = low.clip(0, size), high.clip(0, size)
    both = float(np.prod((np.minimum(high, box[2:]) - np.maximum(low, box[:2])).clip(0)))
    either = float(np.prod(high - low) + np.prod(box[2:] - box[:2])) - both
    share = both / either if either > 0 else 0.0
    tall = float((box[3] - box[1]) / (high[1] - low[1])) if share > 0 else 0.0
    sentence = (
        f"{_who(thing)}: its box and its projected 3D box overlap by {share:.2f}, heights are as {tall:.2f}"
    )
    least = _LEAST_OVERLAP_OF_PEOPLE if thing["category"] in _PEOPLE else _LEAST_OVERLAP
    return (max(least / share, _LEAST_HEIGHT / tall) if share > 0 else np.inf), sentence


def _projected(thing: Record, projection: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Box x0, y0, x1, y1 around a 3D box, cut at a plane before the camera; None if it lies behind."""
    height, width, length = thing["size_hwl_m"]
    c, s = np.cos(thing["rotation_y"]), np.sin(thing["rotation_y"])
    turn = np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    corners = (_CORNERS * (length, height, width)) @ turn.T + thing["bottom_m"]
    start, end = corners[_EDGES[:, 0]], corners[_EDGES[:, 1]]
    z0, z1 = start[:, 2], end[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = start + ((_NEAR_M - z0) / (z1 - z0))[:, None] * (end - start)
    ahead = [start[z0 >= _NEAR_M], end[z1 >= _NEAR_M], cut[(z0 >= _NEAR_M) != (z1 >= _NEAR_M)]]
    points = np.concatenate(ahead)
    if not len(points):
        return None
    u, v, w = projection @ np.concatenate([points, np.ones((len(points), 1))], 1).T
    pixels = np.stack([u / w, v / w])
    return np.concatenate([pixels.min(1), pixels.max(1)])


def _who(thing: Record) -> str:
    return f"track {thing['instance_id']}"


def _unique(view: View) -> Iterator[Measure]:
    """No track is in a frame twice."""
    ids = [thing["instance_id"] for thing in view.objects]
    yield exact(
        view.where, [(ids.count(one) > 1, f"track {one} is there {ids.count(one)} times") for one in ids]
    )


_PROJECTED = ("projection", "bottom_m")

KITTI_CHECKS: tuple[Check, ...] = (
    Check("kitti-rows", "every line is a label", Scope.SEQUENCE, ("bad_rows",), rows),
    Check("kitti-calib", "calibration is complete", Scope.SEQUENCE, ("calib",), calibration),
    Check("kitti-images", "every labelled frame has an image", Scope.VIEW, ("has_images",), images),
    Check("kitti-size", "images of a sequence have one size", Scope.STEP, ("has_tracks", "rgb"), one_size),
    Check("kitti-ranges", "types, levels, angles and sizes are in range", Scope.VIEW, (), ranges),
    Check("kitti-ids", "no track is in a frame twice", Scope.VIEW, ("has_tracks",), _unique),
    Check("kitti-boxes", "2D boxes lie in the image", Scope.VIEW, ("rgb",), boxes_inside),
    Check("kitti-angles", "alpha and rotation_y agree", Scope.VIEW, ("bottom_m",), angles),
    Check("kitti-box3d", "3D boxes are seen where 2D boxes are", Scope.VIEW, _PROJECTED, boxes_project),
    *(one for one in CHECKS if one.name in ("track-category", "track-size")),
)
"""What is verified of a KITTI folder."""
