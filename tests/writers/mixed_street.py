"""A toy street with agents of every category and, in stripes behind them, every class of scenery."""

import dataclasses

import numpy as np

from sim.frame import PANOPTIC_CLASS
from sim.taxonomy import Semantic, category
from sim.testing.toys import ToyStreet

KINDS = (
    "vehicle.car",
    "human.pedestrian.adult",
    "vehicle.van",
    "human.rider.bicyclist",
    "vehicle.truck",
    "vehicle.bicycle",
    "human.pedestrian.child",
    "vehicle.bus",
    "human.rider.motorcyclist",
    "vehicle.motorcycle",
)
SCENERY = np.array([s for s in Semantic if s < Semantic.PERSON])


class MixedStreet(ToyStreet):
    """Boxes are of all categories in turn; columns of pixels that show no box are of all classes in turn."""

    @property
    def roster(self):
        roster = super().roster
        kinds = tuple(category(KINDS[i % len(KINDS)]) for i in range(len(roster)))
        return dataclasses.replace(roster, categories=kinds)

    def frames(self):
        for state, frame in super().frames():
            captures = {n: striped(c) for n, c in frame.captures.items()} if frame else None
            yield state, dataclasses.replace(frame, captures=captures) if frame else None


def striped(capture):
    """The capture with other classes where no agent is."""
    channels = dict(capture.channels)
    columns = SCENERY[np.arange(capture.intrinsics.width_px) // 4 % len(SCENERY)]
    if "semantic" in channels:
        scenery = channels["instance"] == 0
        channels["semantic"] = np.where(scenery, columns, channels["semantic"]).astype(np.uint8)
    if "panoptic" in channels:
        agents = channels["panoptic"] % PANOPTIC_CLASS > 0
        values = np.where(agents, channels["panoptic"], columns * PANOPTIC_CLASS)
        channels["panoptic"] = values.astype(np.int32)
    return dataclasses.replace(capture, channels=channels)
