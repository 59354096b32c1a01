"""Boxes of agents on the image -> their silhouettes: which pixels each would own with nothing before it.

Every agent gets a bit mask of its own, as large as its box on the image; its triangles are drawn without
depth test and set bits. Counting them gives the exact area of the silhouette on the pixel grid of the image.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import Texture

from sim.bodies import Body
from sim.frame import Silhouettes
from sim.geometry import Intrinsics, Pose
from sim.render.geoms import bone_texture, update_float_texture

__all__ = ["WORDS_WIDE", "AmodalBits", "silhouette_boxes"]

WORDS_WIDE = 1024
_ROWS = 512
_SLACK_M = 0.35
# Bodies' extents are taken over their own motion; arms and steered wheels may pass them by less than this.


def silhouette_boxes(
    bodies: tuple[Body, ...],
    position_m: NDArray[np.float64],
    yaw_rad: NDArray[np.float64],
    optics: Intrinsics,
    camera_from_world: Pose,
    near_m: float,
) -> NDArray[np.int64]:
    """Boxes that surely hold each agent's pixels.

    Returns:
        (N, 4) int64 (x0, y0, x1, y1) half-open, clipped to the image; empty (x1 <= x0) for agents outside
        of it. An agent that reaches behind the near plane gets the whole image.
    """
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    half = np.array([body.size_lwh_m for body in bodies]) / 2 + _SLACK_M
    centre = np.array([body.centre_m for body in bodies])
    corners = centre[:, None] + signs * half[:, None]
    c, s = np.cos(yaw_rad)[:, None], np.sin(yaw_rad)[:, None]
    world = np.stack(
        [
            c * corners[..., 0] - s * corners[..., 1],
            s * corners[..., 0] + c * corners[..., 1],
            corners[..., 2],
        ],
        -1,
    )
    seen = camera_from_world.apply(world + position_m[:, None])
    depth = seen[..., 2]
    size = np.array([optics.width_px, optics.height_px])
    pixels = optics.project(np.where(depth[..., None] > near_m, seen, np.array([0.0, 0.0, 1.0])))
    low = np.clip(np.floor(pixels.min(1)), 0, size)
    high = np.clip(np.ceil(pixels.max(1)), 0, size)
    crosses = (depth.min(1) <= near_m) & (depth.max(1) > near_m)
    low[crosses], high[crosses] = 0, size
    behind = depth.max(1) <= near_m
    high[behind] = low[behind]
    return np.concatenate([low, high], 1).astype(np.int64)


class AmodalBits:
    """The bit masks of one tick, on the GPU and back."""

    def __init__(self, agents: int) -> None:
        self.bits = Texture("amodal-bits")
        self.bits.setup_2d_texture(WORDS_WIDE, _ROWS, Texture.T_int, Texture.F_r32i)
        self.bits.set_clear_color((0, 0, 0, 0))
        self.bits.set_keep_ram_image(False)
        self.boxes = bone_texture("amodal-boxes", 2, agents)
        self._words = np.zeros((_ROWS, WORDS_WIDE), np.uint32)
        self._table = np.zeros((max(agents, 1), 2, 4), np.float32)
        self._boxes = np.zeros((agents, 4), np.int64)
        self._first = np.zeros(agents, np.int64)
        self._used = 0

    @property
    def words(self) -> NDArray[np.uint32]:
        """(rows, 1024) uint32, where the reader puts what was drawn."""
        return self._words

    def lay_out(self, boxes: NDArray[np.int64]) -> None:
        """Give every agent its words and clear them all. Grows the mask where the boxes do not fit."""
        width = np.maximum(boxes[:, 2] - boxes[:, 0], 0)
        height = np.maximum(boxes[:, 3] - boxes[:, 1], 0)
        stride = (width + 31) // 32
        count = stride * height
        self._boxes, self._used = boxes, int(count.sum())
        self._first = np.cumsum(count) - count
        rows = -(-self._used // WORDS_WIDE)
        if rows > self._words.shape[0]:
            self.bits.setup_2d_texture(WORDS_WIDE, rows + 128, Texture.T_int, Texture.F_r32i)
            self._words = np.zeros((rows + 128, WORDS_WIDE), np.uint32)
        table = self._table[: len(boxes)]
        table[:, 0] = np.stack([boxes[:, 0], boxes[:, 1], stride, self._first], 1)
        table[:, 1, 0], table[:, 1, 1] = width, height
        update_float_texture(self.boxes, self._table)
        self.bits.clear_image()

    def silhouettes(self) -> Silhouettes:
        """What was drawn, after `words` was filled. A copy: `words` is filled anew for the next picture."""
        return Silhouettes(self._boxes, self._first, self._words.ravel()[: self._used].copy())

    def close(self) -> None:
        """Free the textures."""
        self.bits.release_all()
        self.boxes.release_all()
