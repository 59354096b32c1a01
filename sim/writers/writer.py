"""What a writer is, and the registry of writers: one sequence's states and frames -> files of one format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from sim.registry import Registry

if TYPE_CHECKING:  # who only wants the names of formats does not wait for image codecs
    from sim.agents.state import WorldState
    from sim.dataset import SequenceInfo
    from sim.frame import Frame
    from sim.writers.pool import Encoders

__all__ = ["FORMATS", "WRITERS", "Writer"]


class Writer(Protocol):
    """Writes one sequence in one format; made anew for every sequence.

    A writer puts its files below ``staging_folder(folder, format)`` of the unfinished sequence's folder (the
    native one: into that folder itself); `finish` moves them to where the format wants them.

    Attributes:
        limits: what the format cannot say, is left out or marked as ignored, for people.
    """

    limits: ClassVar[str]

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """One sentence per channel, category, lens or kind of label of a sequence that has no place here."""

    @property
    def summary(self) -> Mapping[str, int]:
        """What was written, left out, ignored: name -> count."""

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        """Args: the threads that write images; the folder of the unfinished sequence."""

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence."""

    def state(self, state: WorldState) -> None:
        """Take the state of the next tick; called for every tick, before the frame of that tick."""

    def write(self, frame: Frame) -> None:
        """Take a frame. Its arrays may only be read by what is handed to the encoders."""

    def close(self) -> None:
        """End the sequence; everything handed to the encoders is on disk by then."""

    def abort(self) -> None:
        """End without success; the folder is deleted afterwards."""

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Put together what concerns the whole data set; may be called again after sequences were added."""


FORMATS: dict[str, tuple[str, str]] = {
    "bdd100k": ("bdd100k", "boxes, masks, 3D boxes, classes of pixels, in Scalabel's JSON"),
    "cityscapes": ("cityscapes", "fine ids, instances, panoptic segments, cameras"),
    "coco": ("coco", "boxes, RLE masks, tracks, joints, amodal masks, occluders"),
    "coco-panoptic": ("panoptic", "segments of things and stuff"),
    "croissant": ("croissant.writer", "a description of the dataset with the responsible-AI fields"),
    "huggingface": ("huggingface.parquet", "Parquet for `datasets`: every channel and label"),
    "imagefolder": ("huggingface.imagefolder", "pictures and metadata.jsonl for `datasets`"),
    "kitti": ("kitti", "tracking: 2D and 3D boxes, calibration, poses, depth, flow"),
    "kitti-mots": ("kitti_mots", "masks of tracks, as PNG and as text"),
    "kitti-step": ("kitti_step", "classes of all pixels and ids of tracks"),
    "mcap": ("mcap.writer", "a recording with Foxglove's schemas, to look at"),
    "mot": ("mot", "MOTChallenge: boxes of tracks, visibility"),
    "native": ("native", "everything, as the same frames"),
    "nuscenes": ("nuscenes.writer", "all tables, own splits, points of the depth images as a lidar"),
    "openlabel": ("openlabel.writer", "boxes, 3D boxes, masks, poses (ASAM OpenLABEL)"),
    "rerun": ("rerun.writer", "a recording for the Rerun viewer"),
    "tao": ("tao", "tracks of boxes and masks in the categories of LVIS"),
    "video": ("video", "an MP4 per camera with the labels drawn in"),
    "webdataset": ("webdataset", "tar shards: every channel and label"),
    "yolo": ("yolo", "boxes"),
    "yolo-segment": ("yolo", "polygons"),
    "youtube-vis": ("youtube_vis", "tracks of masks"),
}
"""Formats that come with this package: name -> module below this package, what it holds, for people."""

WRITERS: Registry[type[Writer]] = Registry("writer")
"""Formats by name, each imported when it is asked for; `@WRITERS.register("mine")` adds one."""

for _name, (_module, _) in FORMATS.items():
    WRITERS.defer(_name, f"sim.writers.{_module}")
