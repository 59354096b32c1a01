"""Frames of the cameras that one agent carries, or of a fixed one -> records of one nuScenes scene.

Coordinates are the world's, moved by `MAP_CORNER_M` to the north-east. The ego frame is the carrier's body
frame; a fixed camera is its own ego, x forward, y left, z up.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sim.dataset import SequenceInfo
from sim.frame import Capture, Frame
from sim.geometry.pixel_centres import principal_to_whole_centres
from sim.scenario import Camera, body_from_camera, intrinsics
from sim.scenario.calibration.kitti import CAMERA_FROM_VELO
from sim.writers.coco_join import Shard
from sim.writers.nuscenes.chain import Chain
from sim.writers.nuscenes.places import place, place_on_map
from sim.writers.nuscenes.points import EGO_FROM_LIDAR, DepthPoints
from sim.writers.nuscenes.tracks import Tracks
from sim.writers.nuscenes.words import start_s, token

__all__ = ["LIDAR", "Scene", "channel"]

LIDAR = "LIDAR_TOP"
_EGO_FROM_CAMERA = CAMERA_FROM_VELO.inverse()
_NS_PER_US, _US_PER_S = 1000, 1_000_000
_EPOCH = datetime.date(1970, 1, 1)


def channel(camera: Camera) -> str:
    """What nuScenes calls a camera."""
    name = camera.name.upper()
    return name if name.startswith("CAM_") else f"CAM_{name}"


class Scene:
    """One scene.

    Args:
        shard: takes the records.
        info: of the sequence.
        carrier: name of the agent that carries the cameras, or "" for a fixed camera.
        cameras: with color; just one if it is fixed.
    """

    def __init__(self, shard: Shard, info: SequenceInfo, carrier: str, cameras: Sequence[Camera]) -> None:
        self.name = f"{info.name}-{carrier or f'fixed-{cameras[0].name}'}"
        self._shard, self._info, self._carrier = shard, info, carrier
        self._cameras = {camera.name: camera for camera in cameras}
        self._ego_from = {c.name: body_from_camera(c) if carrier else _EGO_FROM_CAMERA for c in cameras}
        self.points = {
            c.name: DepthPoints(c, self._ego_from[c.name]) for c in cameras if "depth" in c.channels
        }
        self._start_s = start_s(self._token())
        self._samples = Chain(lambda record: shard.write("sample", record))
        self._channels = {camera.name: channel(camera) for camera in cameras}
        self._data = {
            name: Chain(lambda record: shard.write("sample_data", record))
            for name in (*self._channels.values(), *([LIDAR] if self.points else []))
        }
        self._tracks = Tracks(shard, info, carrier, self.points, self._token)
        self._log()
        self._calibrate()

    def captures(self, frame: Frame) -> dict[str, Capture]:
        """Those of this scene's cameras, by camera."""
        return {name: frame.captures[name] for name in self._cameras if name in frame.captures}

    def sample(self, frame: Frame) -> tuple[dict[str, str], int, int]:
        """Append a frame in which one of the cameras is due.

        Returns:
            Files to write below the format's folder, by camera or `LIDAR`; agents written; agents left out.
        """
        captures = self.captures(frame)
        first = next(iter(captures.values()))
        time_us = self._start_s * _US_PER_S + first.timestamp_ns // _NS_PER_US
        sample = self._token("sample", first.tick)
        self._samples.add({"token": sample, "timestamp": time_us, "scene_token": self._token()})
        ego = first.world_from_carrier or first.world_from_camera @ _EGO_FROM_CAMERA.inverse()
        files = {}
        for name in [*captures, *([LIDAR] if self.points else [])]:
            label = self._channels.get(name, LIDAR)
            own = self._token("sample_data", label, first.tick)
            suffix = "png" if name in captures else "pcd.bin"
            files[name] = f"samples/{label}/{self.name}__{label}__{time_us}.{suffix}"
            pose = {
                "token": own,
                "timestamp": time_us,
                **place_on_map(ego),
            }
            self._shard.write("ego_pose", pose)
            self._data[label].add(
                {
                    "token": own,
                    "sample_token": sample,
                    "ego_pose_token": own,
                    "calibrated_sensor_token": self._token("calibrated_sensor", label),
                    "timestamp": time_us,
                    "fileformat": "png" if name in captures else "pcd",
                    "is_key_frame": True,
                    "height": self._cameras[name].height_px if name in captures else 0,
                    "width": self._cameras[name].width_px if name in captures else 0,
                    "filename": files[name],
                }
            )
        return files, *self._tracks.annotate(frame, list(captures), sample)

    def end(self) -> None:
        """Append what is only known at the end."""
        for chain in (self._samples, *self._data.values()):
            chain.end()
        self._tracks.end()
        if self._samples.count:
            scene = {
                "token": self._token(),
                "log_token": self._token("log"),
                "nbr_samples": self._samples.count,
                "first_sample_token": self._samples.first,
                "last_sample_token": self._samples.last,
                "name": self.name,
                "description": f"filmed by {', '.join(self._cameras)}",
            }
            self._shard.write("scene", scene)

    def _log(self) -> None:
        record = {
            "token": self._token("log"),
            "logfile": self.name,
            "vehicle": self._carrier,
            "date_captured": (_EPOCH + datetime.timedelta(seconds=self._start_s)).isoformat(),
            "location": "roadreel",
        }
        self._shard.write("log", record)

    def _calibrate(self) -> None:
        poses = {self._channels[name]: (pose, self._k(name)) for name, pose in self._ego_from.items()}
        if self.points:
            poses[LIDAR] = EGO_FROM_LIDAR, []
        for label, (pose, matrix) in poses.items():
            modality = "lidar" if label == LIDAR else "camera"
            sensor = token("sensor", label)
            self._shard.write("sensor", {"token": sensor, "channel": label, "modality": modality})
            record = {
                "token": self._token("calibrated_sensor", label),
                "sensor_token": sensor,
                **place(pose),
                "camera_intrinsic": matrix,
            }
            self._shard.write("calibrated_sensor", record)

    def _k(self, name: str) -> list[list[float]]:
        k = intrinsics(self._cameras[name])
        matrix = k.matrix
        matrix[:2, 2] = principal_to_whole_centres(k.cx_px, k.cy_px)
        rows: list[list[float]] = matrix.tolist()
        return rows

    def _token(self, *parts: object) -> str:
        return token("scene", self._info.name, self._carrier, *self._cameras, *parts)
