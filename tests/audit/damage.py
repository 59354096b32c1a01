"""Ways to change one thing in a dataset on disk, with a manifest that vouches for it afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from sim.dataset.images import ENCODERS, decode
from sim.dataset.manifest import write_manifest

Line = dict[str, Any]
Image = NDArray[Any]

SEQUENCE = "sequences/toy"


def rehash(root: Path) -> None:
    """A manifest that vouches for the fault, so that only the checks of contents can find it."""
    (root / "manifest.json").unlink()
    write_manifest(root)


def edit_lines(root: Path, change: Callable[[list[Line]], list[Line] | None]) -> None:
    """Change all lines of the labels."""
    path = root / SEQUENCE / "labels.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines = change(lines) or lines
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rehash(root)


def edit_line(root: Path, change: Callable[[Line], None], frame: int = 1, sensor: str = "front") -> None:
    """Change the labels of one capture."""

    def of_one(lines: list[Line]) -> None:
        change(line_of(lines, frame, sensor))

    edit_lines(root, of_one)


def line_of(lines: list[Line], frame: int = 1, sensor: str = "front") -> Line:
    """The labels of one capture."""
    return next(line for line in lines if (line["frame"], line["sensor"]) == (frame, sensor))


def thing_of(line: Line, instance_id: int) -> Line:
    """The annotation of one agent."""
    return next(a for a in line["annotations"] if a["instance_id"] == instance_id)


def edit_image(
    root: Path, channel: str, change: Callable[[Image], Image], frame: int = 1, sensor: str = "front"
) -> None:
    """Change one image."""
    path = next((root / SEQUENCE / sensor / channel).glob(f"{frame:06d}.*"))
    path.write_bytes(ENCODERS[channel](change(decode(path, channel).copy())))
    rehash(root)


def edit_sequence(root: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change sequence.json."""
    path = root / SEQUENCE / "sequence.json"
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    rehash(root)


def edit_states(root: Path, column: str, change: Callable[[Image], Image]) -> None:
    """Change one list of every tick's state: (ticks, agents)."""
    path = root / SEQUENCE / "states.parquet"
    table = pq.read_table(path)
    values = change(np.array(table[column].to_pylist()))
    lists = pa.array(values.tolist(), table.schema.field(column).type)
    pq.write_table(table.set_column(table.schema.get_field_index(column), column, lists), path)
    rehash(root)


def rle_of(mask: Image) -> dict[str, Any]:
    """COCO's compressed RLE of an (H, W) mask, as it stands in the labels."""
    rle = coco_mask.encode(np.asfortranarray(mask, np.uint8))
    return {"size": list(rle["size"]), "counts": rle["counts"].decode("ascii")}


def pixels_of(rle: dict[str, Any]) -> Image:
    """(H, W) bool mask of an RLE in the labels."""
    return np.asarray(coco_mask.decode({"size": rle["size"], "counts": rle["counts"].encode()}), bool)
