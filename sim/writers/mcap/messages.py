"""Images, cameras, poses and boxes -> messages of Foxglove's schemas.

Foxglove's cameras look along z with x right and y down, as ours do. Its principal points count from the
centre of the first pixel, as in ROS, its image annotations from the image's corner (docs.foxglove.dev).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Roster
from sim.dataset import SequenceInfo
from sim.geometry import Box3D, BrownConrady, Pose
from sim.geometry.pixel_centres import principal_to_whole_centres
from sim.geometry.quaternion import quaternions_xyzw
from sim.scenario import Camera, intrinsics
from sim.taxonomy import SEMANTIC_COLORS
from sim.writers.optional import optional

__all__ = ["Messages"]

_NS = 1_000_000_000
_OPAQUE, _CLEAR = 1.0, 0.4
_PLUMB_BOB = 5  # coefficients of Brown and Conrady without the denominator


class Messages:
    """Makes messages of one sequence.

    Raises:
        UsageError: the libraries are not installed.
    """

    def __init__(self, info: SequenceInfo) -> None:
        self._roster: Roster = info.roster
        self._time = optional("google.protobuf.timestamp_pb2", "mcap").Timestamp

    def picture(self, camera: str, time_ns: int, data: bytes) -> Any:
        """``CompressedImage`` of a PNG file."""
        return self._new("CompressedImage")(
            timestamp=self._stamp(time_ns), frame_id=camera, data=data, format="png"
        )

    def depth(self, camera: str, time_ns: int, depth_m: NDArray[np.generic]) -> Any:
        """``RawImage`` of (H, W) metres, 32-bit floats; infinite where there is nothing."""
        height, width = depth_m.shape
        return self._new("RawImage")(
            timestamp=self._stamp(time_ns),
            frame_id=camera,
            width=width,
            height=height,
            encoding="32FC1",
            step=4 * width,
            data=np.ascontiguousarray(depth_m, "<f4").tobytes(),
        )

    def calibration(self, camera: Camera, time_ns: int) -> Any:
        """``CameraCalibration``; a pinhole has no distortion model."""
        k = intrinsics(camera)
        cx, cy = principal_to_whole_centres(k.cx_px, k.cy_px)
        model, coefficients = _distortion(camera)
        return self._new("CameraCalibration")(
            timestamp=self._stamp(time_ns),
            frame_id=camera.name,
            width=k.width_px,
            height=k.height_px,
            distortion_model=model,
            D=coefficients,
            K=[k.fx_px, 0, cx, 0, k.fy_px, cy, 0, 0, 1],
            R=np.eye(3).ravel().tolist(),
            P=[k.fx_px, 0, cx, 0, 0, k.fy_px, cy, 0, 0, 0, 1, 0],
        )

    def transform(self, child: str, time_ns: int, world_from_child: Pose) -> Any:
        """``FrameTransform`` from the world to a camera or an agent that carries one."""
        translation, rotation = self._place(world_from_child)
        return self._new("FrameTransform")(
            timestamp=self._stamp(time_ns),
            parent_frame_id="world",
            child_frame_id=child,
            translation=translation,
            rotation=rotation,
        )

    def scene(self, time_ns: int, boxes: Sequence[Box3D], activities: Sequence[str]) -> Any:
        """``SceneUpdate`` with a cube for every agent; its id is the instance id."""
        return self._new("SceneUpdate")(
            entities=[
                self._new("SceneEntity")(
                    timestamp=self._stamp(time_ns),
                    frame_id="world",
                    id=str(row + 1),
                    metadata=[
                        self._new("KeyValuePair")(key=key, value=value)
                        for key, value in (
                            ("name", self._roster.names[row]),
                            ("category", self._roster.categories[row].name),
                            ("activity", activities[row]),
                        )
                    ],
                    cubes=[self._cube(box, row)],
                )
                for row, box in enumerate(boxes)
            ]
        )

    def labels(self, time_ns: int, seen: Sequence[tuple[int, Sequence[float]]]) -> Any:
        """``ImageAnnotations``: a rectangle and a name for every (instance id, visible box)."""
        stamp, corner = self._stamp(time_ns), self._new("Point2")
        kind = self._new("PointsAnnotation")
        return self._new("ImageAnnotations")(
            timestamp=stamp,
            points=[
                kind(
                    timestamp=stamp,
                    type=kind.LINE_LOOP,
                    points=[corner(x=x, y=y) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))],
                    outline_color=self._color(number - 1, _OPAQUE),
                    thickness=1,
                )
                for number, (x0, y0, x1, y1) in seen
            ],
            texts=[
                self._new("TextAnnotation")(
                    timestamp=stamp,
                    position=corner(x=x0, y=y0),
                    text=f"{number} {self._roster.categories[number - 1].name}",
                    font_size=10,
                    text_color=self._color(number - 1, _OPAQUE),
                )
                for number, (x0, y0, _, _) in seen
            ],
        )

    def _cube(self, box: Box3D, row: int) -> Any:
        position, orientation = self._place(box.world_from_box)
        length, width, height = box.size_lwh_m
        return self._new("CubePrimitive")(
            pose=self._new("Pose")(position=position, orientation=orientation),
            size=self._new("Vector3")(x=length, y=width, z=height),
            color=self._color(row, _CLEAR),
        )

    def _place(self, pose: Pose) -> tuple[Any, Any]:
        x, y, z = pose.translation_m.tolist()
        qx, qy, qz, qw = quaternions_xyzw(pose.rotation).tolist()
        return self._new("Vector3")(x=x, y=y, z=z), self._new("Quaternion")(x=qx, y=qy, z=qz, w=qw)

    def _color(self, row: int, alpha: float) -> Any:
        red, green, blue = SEMANTIC_COLORS[self._roster.categories[row].semantic]
        return self._new("Color")(r=red / 255, g=green / 255, b=blue / 255, a=alpha)

    def _stamp(self, time_ns: int) -> Any:
        return self._time(seconds=time_ns // _NS, nanos=time_ns % _NS)

    @staticmethod
    def _new(name: str) -> Any:
        return getattr(optional(f"foxglove_schemas_protobuf.{name}_pb2", "mcap"), name)


def _distortion(camera: Camera) -> tuple[str, list[float]]:
    lens = camera.distortion
    if lens is None:
        return "", []
    coefficients = list(lens.coefficients)
    if not isinstance(lens, BrownConrady):
        return "kannala_brandt", coefficients
    if any(coefficients[_PLUMB_BOB:]):
        return "rational_polynomial", coefficients
    return "plumb_bob", coefficients[:_PLUMB_BOB]
