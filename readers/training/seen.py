"""Facts -> what formats of pictures have to hold: every capture, by the name of its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from common import facts
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

__all__ = ["Seen", "captures", "mask_of"]


class Seen(NamedTuple):
    """One capture: name of its files, its split, its native record, the annotations that are written."""

    name: str
    split: str
    record: dict[str, Any]
    shown: list[dict[str, Any]]


def captures() -> Iterator[Seen]:
    """Every capture of the data set."""
    known = facts()
    for name, sequence in known["sequences"].items():
        for record in sequence["captures"]:
            key = f"{name}_{record['sensor']}_{record['frame']:06d}"
            shown = [a for a in record["annotations"] if a["visible_px"] >= known["min_visible_px"]]
            yield Seen(key, sequence["split"], record, shown)


def mask_of(rle: dict[str, Any]) -> NDArray[np.bool_]:
    """(H, W) bool mask of a run-length code."""
    return coco_mask.decode({"size": rle["size"], "counts": rle["counts"].encode("ascii")}).astype(bool)
