"""Frames and states -> ``rerun/<split>/<sequence>.rrd``: pictures, cameras and boxes for the Rerun viewer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from sim.dataset import SequenceInfo
from sim.dataset.images import decode
from sim.dataset.records import pose_from_json
from sim.geometry.quaternion import quaternions_xyzw
from sim.scenario import Camera, intrinsics
from sim.taxonomy import SEMANTIC_COLORS
from sim.writers.gaps import channels_not_held, lenses_not_held
from sim.writers.optional import optional
from sim.writers.recording import RecordingWriter, move_recordings
from sim.writers.rerun.files import write_rrd
from sim.writers.writer import WRITERS

__all__ = ["RerunWriter"]


@WRITERS.register("rerun")
class RerunWriter(RecordingWriter):
    """Writes ``rerun/<split>/<sequence>.rrd``."""

    format: ClassVar[str] = "rerun"
    suffix: ClassVar[str] = "rrd"
    module: ClassVar[str] = "rerun.chunk"
    held: ClassVar[Collection[str]] = ("rgb", "depth", "instance", "semantic")
    limits: ClassVar[str] = (
        "Entities: /world/agents with the box of every agent at every tick, and /world/<camera> with "
        "{rgb,depth,instance,semantic,labels} below it. Labels are the visible boxes of agents that show "
        "min_visible_px and more. Needs the extra rerun. Files have no index, whose bytes would not repeat: "
        "viewers read them whole, and `rerun rrd verify` says that it is missing."
    )

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Other channels; lenses; labels but for boxes."""
        return (
            *channels_not_held(info, RerunWriter.held),
            *lenses_not_held(info, "images are written as they are, the camera is drawn as a pinhole"),
            "labels: joints, occluders, visibility, truncation, lights, velocities, activity",
        )

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new recordings into ``rerun/``. Raises UsageError if a name is taken."""
        move_recordings(root, sequences, RerunWriter.format)

    def _record(self, path: Path) -> None:
        self._rerun, self._chunk = optional("rerun", self.format), optional(self.module, self.format).Chunk
        write_rrd(path, self._chunks(), self._info.name)

    def _chunks(self) -> Iterator[Any]:
        """Everything, static things first, each as one row of one entity."""
        assert self._spool is not None
        rr = self._rerun
        context = [(int(s), s.name.lower(), color) for s, color in SEMANTIC_COLORS.items()]
        yield self._row("/", None, rr.AnnotationContext(context))
        yield self._row("/world", None, rr.ViewCoordinates.RIGHT_HAND_Z_UP)
        for camera in self._info.sensors:
            yield self._row(f"/world/{camera.name}", None, self._pinhole(camera))
        for record, images in self._spool.drain():
            time_ns = record["time_ns"]
            if "camera" not in record:
                yield self._row("/world/agents", time_ns, self._boxes(record["boxes"]))
                continue
            entity = f"/world/{record['camera']}"
            pose = pose_from_json(record["world_from_camera"])
            place = rr.Transform3D(translation=pose.translation_m, mat3x3=pose.rotation)
            yield self._row(entity, time_ns, place)
            for channel, path in images.items():
                yield self._row(f"{entity}/{channel}", time_ns, self._image(channel, path))
            yield self._row(f"{entity}/labels", time_ns, self._labels(record["seen"]))

    def _row(self, entity: str, time_ns: int | None, archetype: Any) -> Any:
        """A chunk of one row; without a time it holds always."""
        columns = [
            batch.partition([len(batch.as_arrow_array())]) for batch in archetype.as_component_batches()
        ]
        times = []
        if time_ns is not None:
            times = [self._rerun.TimeColumn("time", duration=np.array([time_ns], "timedelta64[ns]"))]
        self.summary["chunks"] += 1
        return self._chunk.from_columns(entity, times, columns)

    def _pinhole(self, camera: Camera) -> Any:
        """Rerun counts pixels from the image's corner, as we do."""
        rr, k = self._rerun, intrinsics(camera)
        return rr.Pinhole(
            image_from_camera=k.matrix,
            resolution=[k.width_px, k.height_px],
            camera_xyz=rr.ViewCoordinates.RDF,
        )

    def _boxes(self, boxes: Sequence[tuple[list[list[float]], list[float]]]) -> Any:
        poses = [pose_from_json(rows) for rows, _ in boxes]
        rotations = np.array([pose.rotation for pose in poses]).reshape(-1, 3, 3)
        roster = self._info.roster
        return self._rerun.Boxes3D(
            centers=[pose.translation_m for pose in poses],
            half_sizes=[np.array(size) / 2 for _, size in boxes],
            quaternions=quaternions_xyzw(rotations),
            labels=[f"{row + 1} {name}" for row, name in enumerate(roster.names)],
            class_ids=[int(category.semantic) for category in roster.categories],
            show_labels=False,
        )

    def _image(self, channel: str, path: Path) -> Any:
        rr = self._rerun
        if channel == "rgb":
            return rr.EncodedImage(contents=path.read_bytes(), media_type="image/png")
        array = decode(path, channel)
        if channel == "depth":
            return rr.DepthImage(array, meter=1.0)
        return rr.SegmentationImage(array.astype(np.uint16))

    def _labels(self, seen: Sequence[tuple[int, list[float]]]) -> Any:
        rr, categories = self._rerun, self._info.roster.categories
        return rr.Boxes2D(
            array=np.array([box for _, box in seen]).reshape(-1, 4),
            array_format=rr.Box2DFormat.XYXY,
            labels=[f"{number} {categories[number - 1].name}" for number, _ in seen],
            class_ids=[int(categories[number - 1].semantic) for number, _ in seen],
        )
