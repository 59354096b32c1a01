"""The one record passed downstream: channels of every due sensor, the state they show, and annotations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.geometry import Box2, Box3D, Intrinsics, Pose
from sim.taxonomy import occlusion_level

__all__ = [
    "AMODAL",
    "CHANNELS",
    "MOTION_CHANNELS",
    "NO_OTHER_FRAME",
    "PANOPTIC_CLASS",
    "Annotation",
    "Capture",
    "Channel",
    "Exposure",
    "Frame",
    "Keypoints",
    "Occluder",
    "Silhouettes",
]


@dataclass(frozen=True)
class Channel:
    """One image of a capture.

    Attributes:
        name: key in `Capture.channels`.
        dtype: NumPy dtype name.
        bands: 1, 2 or 3.
        unit: physical unit or meaning of the numbers.
        invalid: value where there is nothing.
    """

    name: str
    dtype: str
    bands: int
    unit: str
    invalid: str

    def shape(self, width_px: int, height_px: int) -> tuple[int, ...]:
        """Shape of the array: (H, W), or (H, W, bands) where there is more than one."""
        return (height_px, width_px) if self.bands == 1 else (height_px, width_px, self.bands)


CHANNELS: dict[str, Channel] = {
    c.name: c
    for c in (
        Channel("rgb", "uint8", 3, "sRGB", "none"),
        Channel(
            "weather_mask", "uint8", 1, "share of the pixel that drops, flakes and spray changed, of 255", "0"
        ),
        Channel("rgb_clean", "uint8", 3, "sRGB before what a camera does to it", "none"),
        Channel("depth", "float32", 1, "m along the optical axis", "inf"),
        Channel("instance", "int32", 1, "instance id", "0"),
        Channel("semantic", "uint8", 1, "sim.taxonomy.Semantic", "0"),
        Channel("semantic_envelope", "uint8", 1, "as semantic, crowns of trees as their outlines", "0"),
        Channel("panoptic", "int32", 1, "semantic class * 65536 + instance id", "0"),
        Channel("normal", "float32", 3, "unit vector, camera axes, toward the camera", "0 0 0"),
        Channel("flow_forward", "float32", 2, "px to where the surface point is a frame on", "nan"),
        Channel("flow_backward", "float32", 2, "px to where the surface point was a frame ago", "nan"),
        Channel("occlusion_forward", "uint8", 1, "1: hidden or outside in the next frame, 0: seen", "255"),
        Channel("occlusion_backward", "uint8", 1, "1: hidden or outside in the frame before, 0: seen", "255"),
        Channel("scene_flow", "float32", 3, "m to the next frame, this frame's camera axes", "nan"),
    )
}
"""Images a camera can record."""

AMODAL = "amodal"
"""What a camera records beside images: the mask of each agent as if nothing stood before it."""

MOTION_CHANNELS = frozenset(name for name in CHANNELS if "flow" in name or "occlusion" in name)
"""Channels that also need the frame before or after of the same camera."""

NO_OTHER_FRAME = 255
"""Value of the occlusion channels where there is no other frame: at the first or the last."""

PANOPTIC_CLASS = 65536
"""Factor of the class in `panoptic`; the remainder is the instance id."""


def _nothing() -> None:
    """Release of a capture that owns its arrays."""


@dataclass(frozen=True, eq=False)
class Silhouettes:
    """Bit masks of all agents as if nothing stood before them, each in a box of its own.

    Attributes:
        box_px: (N, 4) int64 half-open x0, y0, x1, y1 in the image, one row per agent; they hold the mask but
            are not tight. Empty (x1 <= x0) for agents outside the image.
        first_word: (N,) int64 where an agent's words begin.
        words: (W,) uint32. Rows of a mask follow one another, each (x1 - x0 + 31) // 32 words; bit i of word
            j is the pixel x0 + 32 j + i.
    """

    box_px: NDArray[np.int64]
    first_word: NDArray[np.int64]
    words: NDArray[np.uint32]

    @staticmethod
    def of(box_px: NDArray[np.int64], masks: Sequence[NDArray[np.bool_]]) -> Silhouettes:
        """Masks, each (y1 - y0, x1 - x0) bool of a row of `box_px` (N, 4), as bits."""
        words = [np.zeros(0, np.uint32)]
        for mask in masks:
            height, width = mask.shape
            padded = np.zeros((height, -(-width // 32) * 32), bool)
            padded[:, :width] = mask
            words.append(np.packbits(padded, axis=1, bitorder="little").view("<u4").astype(np.uint32).ravel())
        first = np.cumsum([len(part) for part in words], dtype=np.int64)[:-1]
        return Silhouettes(box_px, first, np.concatenate(words))

    def mask(self, row: int) -> NDArray[np.bool_]:
        """(y1 - y0, x1 - x0) bool mask of an agent in its box."""
        x0, y0, x1, y1 = (int(v) for v in self.box_px[row])
        width, height = max(x1 - x0, 0), max(y1 - y0, 0)
        stride = (width + 31) // 32
        first = int(self.first_word[row])
        # Bit i of a little-endian word is bit i of its bytes in order.
        octets = self.words[first : first + stride * height].astype("<u4").view(np.uint8)
        bits = np.unpackbits(octets.reshape(height, 4 * stride), axis=1, count=width, bitorder="little")
        return bits.view(np.bool_)

    def areas_px(self) -> NDArray[np.int64]:
        """(N,) int64 number of pixels of each mask."""
        width = np.maximum(self.box_px[:, 2] - self.box_px[:, 0], 0)
        height = np.maximum(self.box_px[:, 3] - self.box_px[:, 1], 0)
        total = np.concatenate([[0], np.cumsum(np.bitwise_count(self.words), dtype=np.int64)])
        end = self.first_word + (width + 31) // 32 * height
        return np.asarray(total[end] - total[self.first_word])


@dataclass(frozen=True)
class Exposure:
    """How a picture was exposed. The middle of the exposure is the capture's timestamp.

    Attributes:
        ev100: exposure value at ISO 100: log2(N^2 / t * 100 / iso) of the f-number N.
        exposure_s: exposure time.
        iso: ISO value.
        white_balance: gains of red, green and blue, the smallest of them 1.
    """

    ev100: float
    exposure_s: float
    iso: float
    white_balance: tuple[float, float, float]


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
        silhouettes: masks of all agents as if nothing hid them; None if they were not measured.
        exposure: how color was exposed; None without color and for a camera whose response is plain.
        aids: channels that labels need and the camera does not record, as `channels`.
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
    silhouettes: Silhouettes | None = None
    exposure: Exposure | None = None
    aids: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
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

    @property
    def depth_or_none(self) -> NDArray[np.float32] | None:
        """`depth_m`, recorded or not; None if the camera made none."""
        found = self.channels["depth"] if "depth" in self.channels else self.aids.get("depth")
        return found  # type: ignore[return-value]


@dataclass(frozen=True)
class Occluder:
    """What stands before an agent.

    Attributes:
        instance_id: the agent that hides it, or 0 for scenery.
        semantic: `sim.taxonomy.Semantic` of what hides it.
        hidden_px: pixels of the unhidden silhouette that it owns.
        share: hidden_px / unoccluded_px. An agent's shares and its visibility add up to 1.
    """

    instance_id: int
    semantic: int
    hidden_px: int
    share: float


@dataclass(frozen=True, eq=False)
class Keypoints:
    """A person's joints, in the order of `sim.bodies.KEYPOINT_NAMES` (COCO's 17).

    Attributes:
        pixels: (17, 2) float64 projected position; 0 0 where visibility is 0.
        visibility: (17,) uint8. 2: the first surface on the ray is the same person and lies at most 0.15 m
            before the joint. 1: in the image but hidden, also by the own body. 0: outside the image.
        world_m: (17, 3) float64 position in the world.
    """

    pixels: NDArray[np.float64]
    visibility: NDArray[np.uint8]
    world_m: NDArray[np.float64]


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
        lights: `sim.bodies.Lights` flags: brake, indicators, head lamps.
        amodal_rle: COCO compressed RLE of the silhouette as if nothing hid it, None if the camera does not
            record `amodal` or no pixel of it lies in the image.
        occluders: who hides how much, largest first; None if not measured.
        keypoints: joints of a person; None for others and where the instance or depth image is missing.
        activity: of vehicles and riders ``parked``, ``stopped`` or ``moving``, of people on foot
            ``standing``, ``walking`` or ``crossing``.
        rider_of: instance id of the vehicle this person rides, or None.
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
    amodal_rle: Mapping[str, object] | None = None
    occluders: tuple[Occluder, ...] | None = None
    keypoints: Keypoints | None = None
    activity: str = ""
    rider_of: int | None = None

    @property
    def occlusion_level(self) -> int:
        """KITTI's occlusion from the visibility, see `sim.taxonomy.occlusion_level`."""
        return occlusion_level(self.visibility)


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
