"""Frames and states -> ``mcap/<split>/<sequence>.mcap``: pictures, cameras, poses and boxes for Foxglove."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from sim.agents.state import Activity, WorldState
from sim.dataset import SequenceInfo
from sim.dataset.images import decode
from sim.dataset.layout import sequence_folder, staging_folder
from sim.dataset.records import pose_from_json, pose_to_json
from sim.frame import Frame
from sim.geometry import Box3D
from sim.writers.agent_boxes import agent_boxes
from sim.writers.gaps import channels_not_held
from sim.writers.mcap.messages import Messages
from sim.writers.optional import optional
from sim.writers.pool import Encoders
from sim.writers.spool import Spool
from sim.writers.staging import move_into
from sim.writers.writer import WRITERS

__all__ = ["McapWriter"]

_HELD = ("rgb", "depth", "instance", "semantic")


@WRITERS.register("mcap")
class McapWriter:
    """Writes ``mcap/<split>/<sequence>.mcap`` with messages in the order of time."""

    limits: ClassVar[str] = (
        "Topics: /scene with the box of every agent at every tick, /tf with cameras and the agents that "
        "carry them, and /<camera>/{rgb,depth,instance,semantic,calibration,labels}. Labels are the visible "
        "boxes of agents that show min_visible_px and more. Needs the extra mcap."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"messages": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "mcap")
        self._spool: Spool | None = None

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Other channels; labels but for boxes."""
        return (
            *channels_not_held(info, _HELD),
            "labels: joints, occluders, visibility, truncation, lights, velocities",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence. Raises UsageError if the extra is not installed."""
        optional("mcap_protobuf.writer", "mcap")
        self._info, self._messages = info, Messages(info)
        self._spool = Spool(self._encoders, self._folder / "spool")

    def state(self, state: WorldState) -> None:
        """Keep the boxes of a tick."""
        assert self._spool is not None
        boxes = [[pose_to_json(b.world_from_box), list(b.size_lwh_m)] for b in agent_boxes(self._info, state)]
        self._spool.note({"time_ns": state.timestamp_ns, "boxes": boxes, "activity": state.activity.tolist()})

    def write(self, frame: Frame) -> None:
        """Keep the cameras' poses and what they see, and ask for their images."""
        assert self._spool is not None
        for sensor, capture in frame.captures.items():
            carrier = capture.world_from_carrier
            record = {
                "time_ns": capture.timestamp_ns,
                "camera": sensor,
                "world_from_camera": pose_to_json(capture.world_from_camera),
                "world_from_carrier": None if carrier is None else pose_to_json(carrier),
                "seen": [
                    [a.instance_id, list(a.box2d_visible)]
                    for a in frame.annotations.get(sensor, ())
                    if a.box2d_visible is not None and a.visible_px >= self._info.min_visible_px
                ],
            }
            self._spool.add(frame.index, capture, record, _HELD)

    def close(self) -> None:
        """Write the recording."""
        assert self._spool is not None
        path = self._folder / self._info.split / f"{self._info.name}.mcap"
        path.parent.mkdir()
        with optional("mcap_protobuf.writer", "mcap").Writer(str(path)) as file:
            for record, images in self._spool.drain():
                topics = self._capture(record, images) if "camera" in record else self._scene(record)
                for topic, message in topics:
                    time_ns = record["time_ns"]
                    file.write_message(topic, message, log_time=time_ns, publish_time=time_ns)
                    self.summary["messages"] += 1
        shutil.rmtree(self._folder / "spool")

    def abort(self) -> None:
        """Close the files as they are."""
        if self._spool is not None:
            self._spool.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new recordings into ``mcap/``. Raises UsageError if a name is taken."""
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "mcap")
            for path in sorted(staged.glob("*/*.mcap")):
                move_into(path, root / "mcap" / path.parent.name)
            shutil.rmtree(staged)

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
