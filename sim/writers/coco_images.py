"""Cameras and captures of a sequence -> the videos and images of a COCO-like file, numbered from one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sim.dataset import SequenceInfo
from sim.frame import Capture
from sim.scenario import intrinsics_to_json

__all__ = ["CocoImages"]


class CocoImages:
    """Every camera is a video, every capture with a picture an image.

    Args:
        info: of the sequence.

    Attributes:
        count: images so far; the id of the last one.
        video_ids: camera name -> id of its video.
    """

    def __init__(self, info: SequenceInfo) -> None:
        self.count = 0
        self.video_ids = {camera.name: number for number, camera in enumerate(info.sensors, 1)}
        self._info = info
        self._frames: Counter[str] = Counter()

    def videos(self) -> Iterator[dict[str, Any]]:
        """One record per camera."""
        for camera in self._info.sensors:
            yield {
                "id": self.video_ids[camera.name],
                "name": f"{self._info.name}/{camera.name}",
                "width": camera.width_px,
                "height": camera.height_px,
                "frame_rate": camera.rate_hz,
            }

    def add(self, capture: Capture, index: int, file_name: str) -> dict[str, Any]:
        """The record of the next image.

        Args:
            capture: what it shows.
            index: number of the frame in the sequence.
            file_name: of the picture, in the folder of images.
        """
        k = capture.intrinsics
        self.count += 1
        self._frames[capture.sensor] += 1
        return {
            "id": self.count,
            "file_name": file_name,
            "width": k.width_px,
            "height": k.height_px,
            "video_id": self.video_ids[capture.sensor],
            "frame_id": self._frames[capture.sensor] - 1,
            "sequence": self._info.name,
            "sensor": capture.sensor,
            "frame": index,
            "timestamp_ns": capture.timestamp_ns,
            "camera_matrix": k.matrix.tolist(),
            "distortion": intrinsics_to_json(k)["distortion"],
        }
