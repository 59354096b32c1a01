"""The one record passed downstream: channels of every due sensor, the state they show, and annotations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.geometry import Box2, Box3D, Intrinsics, Pose

__all__ = ["CHANNELS", "Annotation", "Capture", "Channel", "Frame"]


@dataclass(frozen=True)
class Channel:
    """One image of a capture.

    Attributes:
        name: key in `Capture.channels`.
        dtype: NumPy dtype name.
        bands: 1 or 3.
        unit: physical unit or meaning of the numbers.
        invalid: value where there is nothing.
    """

    name: str
    dtype: str
    bands: int
    unit: str
    invalid: str


CHANNELS: dict[str, Channel] = {
    c.name: c
    for c in (
        Channel("rgb", "uint8", 3, "sRGB", "none"),
        Channel("depth", "float32", 1, "m along the optical axis", "inf"),
        Channel("instance", "int32", 1, "instance id", "0"),
        Channel("semantic", "uint8", 1, "sim.taxonomy.Semantic", "0"),
    )
}


def _nothing() -> None:
    """Release of a capture that owns its arrays."""


@dataclass(frozen=True, eq=False)
class Capture:
    """What one sensor saw at one tick.

    Attributes:
        sensor: the camera's name.
        tick: the tick of the state it shows.
        timestamp_ns: time since the start.
        intrinsics: of the image.
        world_from_camera: pose of the camera (x right, y down, z forward).
        world_from_carrier: pose of the agent that carries it, or None if it is fixed.
        channels: name -> array (H, W) or (H, W, 3), as in CHANNELS, row 0 at the top. They may lie in a ring
            buffer: valid until `release` is called.
        unoccluded_px: (N,) int64 by row of the state, pixels each agent would own with nothing before it;
            None if it was not measured.
        release: gives the buffer back; called once, by the last who needs the arrays.
    """

    sensor: str
    tick: int
    timestamp_ns: int
    intrinsics: Intrinsics
    world_from_camera: Pose
    world_from_carrier: Pose | None
    channels: Mapping[str, NDArray[np.generic]]
    unoccluded_px: NDArray[np.int64] | None = None
    release: Callable[[], None] = _nothing

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 sRGB."""
        return self.channels["rgb"]  # type: ignore[return-value]

    @property
    def depth_m(self) -> NDArray[np.float32]:
        """(H, W) float32 metres along the optical axis; inf where nothing was hit (sky)."""
        return self.channels["depth"]  # type: ignore[return-value]

    @property
    def instance(self) -> NDArray[np.int32]:
        """(H, W) int32 instance ids; 0 where there is no agent."""
        return self.channels["instance"]  # type: ignore[return-value]

    @property
    def semantic(self) -> NDArray[np.uint8]:
        """(H, W) uint8 `sim.taxonomy.Semantic`."""
        return self.channels["semantic"]  # type: ignore[return-value]


@dataclass(frozen=True, eq=False)
class Annotation:
    """One agent as one sensor saw it at one tick.

    Attributes:
        instance_id: the number in the mask; the track id in every format.
        name: the agent's handle.
        category: dotted category.
        box2d_visible: tight half-open box (x0, y0, x1, y1) on the visible pixels, or None if there are none.
        box2d_amodal: box of the whole body as if nothing hid it, clipped to the image; float pixels.
        visible_px: number of its pixels in the mask.
        unoccluded_px: pixels it would own with nothing before it, or None if not measured.
        visibility: visible_px / unoccluded_px, 0..1; 0 if hidden; None if not measured and not hidden.
        truncation: share of the unclipped amodal box that lies outside the image, 0..1.
        mask_rle: COCO compressed RLE ``{"size": [H, W], "counts": bytes}``, or None if no pixel is visible.
        box3d: oriented box in the world, of constant size per track.
        box3d_posed: oriented box in the world, tight on this tick's triangles.
        velocity_mps: (3,) world velocity.
        yaw_rate_radps: turning rate.
        distance_m: from the camera to the centre of box3d.
        is_parked: True for vehicles that never drive.
        lights: `sim.bodies.Lights` flags.
    """

    instance_id: int
    name: str
    category: str
    box2d_visible: Box2 | None
    box2d_amodal: Box2
    visible_px: int
    unoccluded_px: int | None
    visibility: float | None
    truncation: float
    mask_rle: Mapping[str, object] | None
    box3d: Box3D
    box3d_posed: Box3D
    velocity_mps: tuple[float, float, float]
    yaw_rate_radps: float
    distance_m: float
    is_parked: bool
    lights: int


@dataclass(frozen=True, eq=False)
class Frame:
    """All that was captured and annotated at one tick.

    Attributes:
        index: frame number in the sequence, from 0.
        state: the frozen state everything was taken from.
        captures: sensor name -> capture; only sensors due at this tick.
        annotations: sensor name -> annotations, ordered by instance id.
    """

    index: int
    state: WorldState
    captures: Mapping[str, Capture]
    annotations: Mapping[str, tuple[Annotation, ...]] = field(default_factory=dict)

    def __getitem__(self, sensor: str) -> Capture:
        return self.captures[sensor]

    def release(self) -> None:
        """Give every capture's buffer back."""
        for capture in self.captures.values():
            capture.release()
