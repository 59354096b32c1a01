"""Views of a MOTChallenge folder -> are lines complete, images there, boxes in them, ids there once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.audit.checks import CHECKS, Check, Scope
from sim.audit.history import History
from sim.audit.measures import exact, measure
from sim.audit.mot import MOT_CLASSES
from sim.audit.view import Measure, View

__all__ = ["MOT_CHECKS"]


def rows(history: History) -> Iterator[Measure]:
    """Every line is a label."""
    bad = list(history.extra["bad_rows"])
    total = len(bad) + sum(map(len, history.tracks.values()))
    yield Measure(total, float(len(bad)), 0.0, "rows", history.sequence, tuple(bad))


def frames(history: History) -> Iterator[Measure]:
    """Frames are numbered from 1 to seqLength."""
    length = int(history.extra["seqinfo"]["seqLength"])
    numbers = set(history.extra["numbers"])
    off = [(True, f"frame {n}, seqLength is {length}") for n in sorted(numbers) if not 1 <= n <= length]
    off += [(False, "")] * (len(numbers) - len(off))
    yield exact(history.sequence, off, "frames")


def images(view: View) -> Iterator[Measure]:
    """Every frame has an image of the size that is told."""
    wanted = (view.extra["seqinfo"]["imHeight"], view.extra["seqinfo"]["imWidth"])
    found = view.images["rgb"].shape[:2] if "rgb" in view.images else None
    sentence = "its image is " + ("not there" if found is None else f"{found}, not {wanted}")
    yield exact(view.where, [(found != wanted, sentence)], "images")


def boxes(view: View) -> Iterator[Measure]:
    """Boxes have a size and reach into the image; they may leave it, for they are of whole bodies."""
    width, height = view.extra["seqinfo"]["imWidth"], view.extra["seqinfo"]["imHeight"]
    off = []
    for thing in view.objects:
        x0, y0, x1, y1 = thing["box2d"]
        beyond = max(-x1, -y1, x0 - width, y0 - height, 0.0)
        amount = beyond if x1 > x0 and y1 > y0 else np.inf
        box = tuple(round(v, 3) for v in (x0, y0, x1, y1))
        off.append((amount, f"track {thing['instance_id']}: box {box} is empty or beyond the image"))
    yield measure(view.where, off, 0.0, "px")


def ranges(view: View) -> Iterator[Measure]:
    """Classes are the challenge's, visibility is from 0 to 1."""
    off = []
    for thing in view.objects:
        who = f"track {thing['instance_id']}"
        off.append((thing["class_id"] not in MOT_CLASSES, f"{who}: class {thing['class_id']}"))
        share = thing.get("visibility")
        wrong = share is not None and not 0 <= share <= 1
        off.append((wrong, f"{who}: visibility is {share}, wanted 0 to 1"))
    yield exact(view.where, off)


def tracks_once(view: View) -> Iterator[Measure]:
    """No track is in a frame twice."""
    ids = [thing["instance_id"] for thing in view.objects]
    off = [(ids.count(one) > 1, f"track {one} is there {ids.count(one)} times") for one in ids]
    yield exact(view.where, off, "tracks")


MOT_CHECKS: tuple[Check, ...] = (
    Check("mot-rows", "every line is a label", Scope.SEQUENCE, ("bad_rows",), rows),
    Check("mot-frames", "frames are numbered up to seqLength", Scope.SEQUENCE, ("numbers",), frames),
    Check("mot-images", "images are there in their size", Scope.VIEW, ("has_images",), images),
    Check("mot-boxes", "boxes reach into the image", Scope.VIEW, ("box2d",), boxes),
    Check("mot-ranges", "classes and visibilities are in range", Scope.VIEW, ("class_id",), ranges),
    Check("mot-ids", "no track is in a frame twice", Scope.VIEW, ("class_id",), tracks_once),
    *(one for one in CHECKS if one.name == "track-category"),
)
"""What is verified of a MOTChallenge folder."""
