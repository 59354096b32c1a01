"""What is read of an imported sequence: frames as in `sim.frame`, but None for all that was not told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.frame import Occluder
from sim.geometry import Box2, Box3D, Intrinsics, Pose

__all__ = ["ImportedAnnotation", "ImportedCapture", "ImportedFrame", "ImportedKeypoints", "Region"]


@dataclass(frozen=True, eq=False)
class ImportedKeypoints:
    """A person's joints in an image, in the order of `sim.bodies.KEYPOINT_NAMES`.

    Attributes:
        pixels: (17, 2) float64 from the image's corner; 0 0 where visibility is 0.
        visibility: (17,) uint8: 2 seen, 1 labelled though hidden, 0 not labelled.
    """

    pixels: NDArray[np.float64]
    visibility: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class ImportedAnnotation:
    """One object in one picture; fields that `sim.frame.Annotation` has too mean the same.

    Attributes:
        box3d_camera: its 3D box in the camera's frame: pose camera_from_box in place of world_from_box.
        is_ignored: its data set does not score it.
        foreign: what only its format has words for, see SCHEMA.md.
    """

    instance_id: int
    name: str
    category: str
    box2d_visible: Box2 | None
    box2d_amodal: Box2 | None
    visible_px: int | None
    unoccluded_px: int | None
    visibility: float | None
    occlusion_level: int | None
    truncation: float | None
    mask_rle: Mapping[str, Any] | None
    amodal_rle: Mapping[str, Any] | None
    occluders: tuple[Occluder, ...] | None
    box3d: Box3D | None
    box3d_camera: Box3D | None
    distance_m: float | None
    activity: str
    rider_of: int | None
    lights: int | None
    keypoints: ImportedKeypoints | None
    is_ignored: bool
    foreign: Mapping[str, Any]

    @property
    def box2d(self) -> Box2:
        """The box of what is seen, or else of the whole."""
        box = self.box2d_amodal if self.box2d_visible is None else self.box2d_visible
        assert box is not None  # the reader has made sure that there is one
        return box


@dataclass(frozen=True, eq=False)
class Region:
    """A region in which nothing is scored: a crowd, KITTI's DontCare, a reflection.

    Attributes:
        word: what its format calls it.
        category: what is in it, None if that is not known.
        box2d: half-open box, pixels.
        mask_rle: COCO's compressed RLE, or None.
    """

    word: str
    category: str | None
    box2d: Box2
    mask_rle: Mapping[str, Any] | None


@dataclass(frozen=True, eq=False)
class ImportedCapture:
    """One picture; fields that `sim.frame.Capture` has too mean the same.

    Attributes:
        size_px: width and height, None if there is neither a picture nor a word of it.
        channels: ``rgb`` alone, decoded when asked for; nothing if the picture is not there.
    """

    sensor: str
    tick: int
    timestamp_ns: int | None
    size_px: tuple[int, int] | None
    intrinsics: Intrinsics | None
    world_from_camera: Pose | None
    channels: Mapping[str, NDArray[np.generic]]
    foreign: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class ImportedFrame:
    """One frame of an imported sequence. There is no state: nothing was simulated.

    Attributes:
        index: number of the frame, from 0; `ImportedCapture.tick` is its number in its own format.
        captures: camera -> capture.
        annotations: camera -> annotations by instance id.
        ignored: camera -> regions in which nothing is scored.
    """

    index: int
    captures: Mapping[str, ImportedCapture]
    annotations: Mapping[str, tuple[ImportedAnnotation, ...]]
    ignored: Mapping[str, tuple[Region, ...]]
