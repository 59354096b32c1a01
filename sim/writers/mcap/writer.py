"""Frames and states -> ``mcap/<split>/<sequence>.mcap``: pictures, cameras, poses and boxes for Foxglove."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, ClassVar

from sim.agents.state import Activity
from sim.dataset import SequenceInfo
from sim.dataset.images import decode
from sim.dataset.records import pose_from_json
from sim.geometry import Box3D
from sim.writers.gaps import channels_not_held
from sim.writers.mcap.messages import Messages
from sim.writers.optional import optional
from sim.writers.recording import RecordingWriter, move_recordings
from sim.writers.writer import WRITERS

__all__ = ["McapWriter"]


@WRITERS.register("mcap")
class McapWriter(RecordingWriter):
    """Writes ``mcap/<split>/<sequence>.mcap`` with messages in the order of time."""

    format: ClassVar[str] = "mcap"
    suffix: ClassVar[str] = "mcap"
    module: ClassVar[str] = "mcap_protobuf.writer"
    held: ClassVar[Collection[str]] = ("rgb", "depth", "instance", "semantic")
    limits: ClassVar[str] = (
        "Topics: /scene with the box of every agent at every tick, /tf with cameras and the agents that "
        "carry them, and /<camera>/{rgb,depth,instance,semantic,calibration,labels}. Labels are the visible "
        "boxes of agents that show min_visible_px and more. Needs the extra mcap."
    )

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Other channels; labels but for boxes."""
        return (
            *channels_not_held(info, McapWriter.held),
            "labels: joints, occluders, visibility, truncation, lights, velocities",
        )

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new recordings into ``mcap/``. Raises UsageError if a name is taken."""
        move_recordings(root, sequences, McapWriter.format)

    def _record(self, path: Path) -> None:
        assert self._spool is not None
        self._messages = Messages(self._info)
        with optional(self.module, self.format).Writer(str(path)) as file:
            for record, images in self._spool.drain():
                topics = self._capture(record, images) if "camera" in record else self._scene(record)
                for topic, message in topics:
                    time_ns = record["time_ns"]
                    file.write_message(topic, message, log_time=time_ns, publish_time=time_ns)
                    self.summary["messages"] += 1

    def _scene(self, record: dict[str, Any]) -> list[tuple[str, Any]]:
        boxes = [Box3D(pose_from_json(pose), tuple(size)) for pose, size in record["boxes"]]
        doing = [Activity(number).name.lower() for number in record["activity"]]
        return [("/scene", self._messages.scene(record["time_ns"], boxes, doing))]

    def _capture(self, record: dict[str, Any], images: dict[str, Path]) -> list[tuple[str, Any]]:
        name, time_ns, make = record["camera"], record["time_ns"], self._messages
        camera = self._info.camera(name)
        out = [("/tf", make.transform(name, time_ns, pose_from_json(record["world_from_camera"])))]
        if record["world_from_carrier"] is not None:
            pose = pose_from_json(record["world_from_carrier"])
            out.append(("/tf", make.transform(camera.mount, time_ns, pose)))
        out.append((f"/{name}/calibration", make.calibration(camera, time_ns)))
        for channel, path in images.items():
            if channel == "depth":
                message = make.depth(name, time_ns, decode(path, channel))
            else:
                message = make.picture(name, time_ns, path.read_bytes())
            out.append((f"/{name}/{channel}", message))
        out.append((f"/{name}/labels", make.labels(time_ns, record["seen"])))
        return out
