"""A lens -> the pinhole faces that together see what it sees, and where in them each of its pixels looks.

Up to 120 degrees one face does; beyond, up to six faces of a cube, each no larger than what is used of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.frame import Silhouettes
from sim.geometry import Intrinsics

__all__ = ["Face", "FaceTable", "face_table", "through_table"]

_ONE_FACE_RAD = np.deg2rad(60.0)
_MARGIN_PX = 2  # a filter reads beyond the last pixel
_MOST_PX = 4096
_BLOCK_PX = 32

_FORWARD = np.eye(3)
_AROUND = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])  # columns: axes of the right face in camera axes
_DOWN = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
_CUBE = (_FORWARD, _AROUND, _AROUND.T, _DOWN, _DOWN.T, _AROUND @ _AROUND)
_CUBE_NAMES = ("front", "right", "left", "bottom", "top", "back")


@dataclass(frozen=True, eq=False)
class Face:
    """One pinhole picture.

    Attributes:
        name: where it looks.
        camera_from_face: (3, 3) rotation.
        optics: its intrinsics.
    """

    name: str
    camera_from_face: NDArray[np.float64]
    optics: Intrinsics


@dataclass(frozen=True, eq=False)
class FaceTable:
    """Where each pixel of a lens looks.

    Attributes:
        faces: the pictures.
        face: (H, W) int64 which of them.
        at_px: (H, W, 2) float64 place in it; its pixel is the floor.
        rays: (H, W, 3) float64 unit rays in camera axes.
    """

    faces: tuple[Face, ...]
    face: NDArray[np.int64]
    at_px: NDArray[np.float64]
    rays: NDArray[np.float64]

    @cached_property
    def blocks(self) -> list[_Blocks]:
        """What blocks of the image look at, per face."""
        return [_Blocks(self, face) for face in range(len(self.faces))]


def face_table(optics: Intrinsics) -> FaceTable:
    """The faces of a lens, drawn as fine as the lens shows anything but a hundredth of its image."""
    height, width = optics.height_px, optics.width_px
    v, u = np.mgrid[:height, :width] + 0.5
    rays = optics.rays(np.stack([u, v], -1))
    axes = (_FORWARD,) if optics.half_angle_rad <= _ONE_FACE_RAD else _CUBE
    forward = np.stack([rays @ a[:, 2] for a in axes], -1)
    which = forward.argmax(-1)
    focal = _focal_px(rays)
    faces: list[Face] = []
    face = np.zeros((height, width), np.int64)
    at_px = np.zeros((height, width, 2))
    for k, turn in enumerate(axes):
        mine = which == k
        if not mine.any():
            continue
        local = rays[mine] @ turn
        plane = focal * local[:, :2] / local[:, 2:]
        low = np.floor(plane.min(0)) - _MARGIN_PX
        size = np.minimum(np.ceil(plane.max(0)) + _MARGIN_PX - low, _MOST_PX).astype(int)
        # As shaders have it: what lies within rounding of a border would else be looked up in two pixels.
        face[mine], at_px[mine] = len(faces), (plane - low).astype(np.float32)
        pinhole = Intrinsics(int(size[0]), int(size[1]), focal, focal, float(-low[0]), float(-low[1]))
        faces.append(Face(_CUBE_NAMES[k], turn, pinhole))
    return FaceTable(tuple(faces), face, at_px, rays)


def _focal_px(rays: NDArray[np.float64]) -> float:
    """Pixels a radian where the lens shows most: one step of the lens is at least one of the face."""
    steps = [np.linalg.norm(np.diff(rays, axis=axis), axis=-1).ravel() for axis in (0, 1)]
    return float(1.0 / np.percentile(np.concatenate(steps), 1))


def through_table(table: FaceTable, parts: list[Silhouettes]) -> Silhouettes:
    """Silhouettes on the faces -> silhouettes in the image of the lens, looked up as labels are."""
    count = len(parts[0].box_px)
    blocks = table.blocks
    boxes, masks = np.zeros((count, 4), np.int64), []
    for row in range(count):
        found = [
            blocks[k].look_up(part.box_px[row], part.mask(row))
            for k, part in enumerate(parts)
            if part.box_px[row, 2] > part.box_px[row, 0] and part.box_px[row, 3] > part.box_px[row, 1]
        ]
        boxes[row], mask = _joined([f for f in found if f is not None])
        masks.append(mask)
    return Silhouettes.of(boxes, masks)


Found = tuple[NDArray[np.int64], NDArray[np.bool_]]


class _Blocks:
    """What blocks of the lens's image look at on one face, so that most of them need no looking."""

    def __init__(self, table: FaceTable, face: int) -> None:
        height, width = table.face.shape
        self._column = np.where(table.face == face, np.floor(table.at_px[..., 0]), -1).astype(np.int32)
        self._row = np.where(table.face == face, np.floor(table.at_px[..., 1]), -1).astype(np.int32)
        self._shape = (height, width)
        tall, wide = -(-height // _BLOCK_PX), -(-width // _BLOCK_PX)
        padded = np.full((2, tall * _BLOCK_PX, wide * _BLOCK_PX), -1, np.int32)
        padded[0, :height, :width], padded[1, :height, :width] = self._column, self._row
        cut = padded.reshape(2, tall, _BLOCK_PX, wide, _BLOCK_PX)
        self._high = cut.max((2, 4))
        self._low = np.where(cut < 0, np.iinfo(np.int32).max, cut).min((2, 4))

    def look_up(self, box: NDArray[np.int64], mask: NDArray[np.bool_]) -> Found | None:
        """A mask of the face in the image of the lens: its box there, and the mask in that box."""
        x0, y0, x1, y1 = (int(v) for v in box)
        met = (self._high[0] >= x0) & (self._low[0] < x1) & (self._high[1] >= y0) & (self._low[1] < y1)
        rows, columns = np.nonzero(met)
        if not len(rows):
            return None
        top, left = int(rows.min()) * _BLOCK_PX, int(columns.min()) * _BLOCK_PX
        bottom = min((int(rows.max()) + 1) * _BLOCK_PX, self._shape[0])
        right = min((int(columns.max()) + 1) * _BLOCK_PX, self._shape[1])
        column, row = self._column[top:bottom, left:right] - x0, self._row[top:bottom, left:right] - y0
        inside = (column >= 0) & (column < x1 - x0) & (row >= 0) & (row < y1 - y0)
        out = np.zeros(column.shape, bool)
        out[inside] = mask[row[inside], column[inside]]
        return (np.array([left, top, right, bottom]), out) if out.any() else None


def _joined(found: list[Found]) -> Found:
    """Parts from several faces as one, in the box that holds them all."""
    if not found:
        return np.zeros(4, np.int64), np.zeros((0, 0), bool)
    boxes = np.array([box for box, _ in found])
    x0, y0 = boxes[:, :2].min(0)
    x1, y1 = boxes[:, 2:].max(0)
    mask = np.zeros((y1 - y0, x1 - x0), bool)
    for (left, top, right, bottom), part in found:
        mask[top - y0 : bottom - y0, left - x0 : right - x0] |= part
    return np.array([x0, y0, x1, y1]), mask
