"""Silhouettes and instance image -> who hides how much of an agent, and its mask as if nothing hid it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.frame import Occluder, Silhouettes
from sim.labels.rle import compressed_counts

__all__ = ["HiddenParts", "silhouette_rles"]

_CLASSES = 256  # values of the semantic image


class HiddenParts:
    """Who owns the pixels of silhouettes, in one capture.

    Args:
        instance: (H, W) int32 ids.
        semantic: (H, W) uint8 classes, or None: scenery then counts as class 0, VOID.
        class_of: (N,) uint8 semantic class of every agent.
        silhouettes: as if nothing hid them.
    """

    def __init__(
        self,
        instance: NDArray[np.int32],
        semantic: NDArray[np.uint8] | None,
        class_of: NDArray[np.uint8],
        silhouettes: Silhouettes,
    ) -> None:
        self._instance = instance
        self._semantic = semantic
        self._class_of = class_of
        self._silhouettes = silhouettes

    def occluders(self, row: int, unoccluded_px: int) -> tuple[Occluder, ...]:
        """Who hides an agent.

        Args:
            row: the agent.
            unoccluded_px: pixels of its silhouette.

        Returns:
            Owners of the silhouette's other pixels; most pixels first, then by id, then by class.
        """
        x0, y0, x1, y1 = (int(v) for v in self._silhouettes.box_px[row])
        crop = np.s_[y0:y1, x0:x1]
        ids = self._instance[crop]
        others = self._silhouettes.mask(row) & (ids != row + 1)
        # Agents count below _CLASSES + N, scenery by its class: an agent's class goes without saying.
        owner = ids[others] + (_CLASSES - 1)
        if self._semantic is None:
            owner[owner < _CLASSES] = 0
        else:
            scenery = owner < _CLASSES
            owner[scenery] = self._semantic[crop][others][scenery]
        counts = np.bincount(owner)
        found = np.flatnonzero(counts)
        out = []
        for key, hidden in zip(found.tolist(), counts[found].tolist(), strict=True):
            agent = key - _CLASSES + 1 if key >= _CLASSES else 0
            semantic = int(self._class_of[agent - 1]) if agent else key
            out.append(Occluder(agent, semantic, hidden, hidden / unoccluded_px))
        return tuple(sorted(out, key=lambda o: (-o.hidden_px, o.instance_id, o.semantic)))


def silhouette_rles(
    silhouettes: Silhouettes, rows: Sequence[int], height_px: int, width_px: int
) -> list[bytes | None]:
    """Compressed COCO counts of silhouettes.

    Args:
        silhouettes: of all agents.
        rows: which.
        height_px: of the image.
        width_px: of the image.

    Returns:
        For each row the counts of its mask in the whole image, None if it has no pixel.
    """
    boxes = silhouettes.box_px[list(rows)].reshape(-1, 4)
    wide, high = (np.maximum(boxes[:, k + 2] - boxes[:, k], 0) for k in (0, 1))
    # All crops, column by column, in one line; an empty pixel below each column ends its last run.
    size = np.where(wide > 0, wide * (high + 1), 0)
    begin = 1 + np.cumsum(size) - size
    line = np.zeros(1 + int(size.sum()), np.uint8)
    for k, row in enumerate(rows):
        if size[k]:
            column = line[begin[k] : begin[k] + size[k]].reshape(wide[k], high[k] + 1)
            column[:, :-1] = cv2.transpose(silhouettes.mask(row).view(np.uint8))
    edge = np.flatnonzero(line[1:] != line[:-1]) + 1
    start, end = edge[0::2], edge[1::2]
    owner = np.searchsorted(begin + size, start, side="right")
    x, y = np.divmod(start - begin[owner], high[owner] + 1)
    start, length = (boxes[owner, 0] + x) * height_px + boxes[owner, 1] + y, end - start
    # Runs that go on at the top of the next column are one run of the image.
    joined = np.zeros(len(start), bool)
    joined[1:] = (start[1:] == start[:-1] + length[:-1]) & (owner[1:] == owner[:-1])
    kept = np.flatnonzero(~joined)
    out: list[bytes | None] = [None] * len(rows)
    if not len(kept):
        return out
    length = np.add.reduceat(length, kept)
    start, owner = start[kept], owner[kept]
    first = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    for k, counts in zip(
        owner[first], compressed_counts(start, length, first, height_px * width_px), strict=True
    ):
        out[k] = counts
    return out
