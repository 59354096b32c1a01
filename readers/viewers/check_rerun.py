"""Rerun by its own reader and command: pictures, depth, boxes and labels of every capture."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from common import dataset, facts, report
from PIL import Image
from rerun.chunk import RrdReader


def main() -> None:
    known, total = facts(), Counter()
    warnings.filterwarnings("ignore", message="RRD file has no footer")
    for name, sequence in known["sequences"].items():
        path = dataset() / "rerun" / sequence["split"] / f"{name}.rrd"
        command = Path(sys.executable).with_name("rerun")
        done = subprocess.run([command, "rrd", "verify", path], capture_output=True, text=True, check=False)
        told = [line for line in done.stderr.splitlines() if line.startswith('"')]
        assert all("Missing RRD footer" in line for line in told), f"{path}: {done.stderr}"
        found = {}
        for chunk in RrdReader(path).stream().to_chunks():
            batch = chunk.to_record_batch()
            columns = {field.name: batch.column(i) for i, field in enumerate(batch.schema)}
            time_ns = None if chunk.is_static else columns["time"][0].value
            found[chunk.entity_path, time_ns] = {n: c[0].as_py() for n, c in columns.items() if ":" in n}
        for capture in sequence["captures"]:
            check(found, capture, len(sequence["agents"]), known["min_visible_px"])
            total.update(("pictures", "depth images"))
            total["boxes"] += len(
                found[f"/world/{capture['sensor']}/labels", capture["timestamp_ns"]]["Boxes2D:labels"]
            )
        total["boxes in space"] += sum(
            len(held["Boxes3D:labels"]) for (entity, _), held in found.items() if entity == "/world/agents"
        )
    report(
        "rerun",
        "rerun-sdk",
        "no error but the missing index; " + ", ".join(f"{n} {what}" for what, n in total.items()),
    )


def check(found: dict, capture: dict, agents: int, min_visible_px: int) -> None:
    camera, time_ns = f"/world/{capture['sensor']}", capture["timestamp_ns"]
    picture = bytes(found[f"{camera}/rgb", time_ns]["EncodedImage:blob"][0])
    colors = np.asarray(Image.open(io.BytesIO(picture)))
    assert zlib.crc32(colors.tobytes()) == capture["rgb_crc32"], f"{camera} at {time_ns}: colors"
    (place,) = found[camera, time_ns]["Transform3D:translation"]
    assert np.allclose(place, [row[3] for row in capture["world_from_camera"]], atol=1e-4), camera
    assert (
        len(found[f"{camera}/depth", time_ns]["DepthImage:buffer"][0])
        == colors.shape[0] * colors.shape[1] * 4
    )
    boxes = found["/world/agents", time_ns]
    assert len(boxes["Boxes3D:centers"]) == agents
    for annotation in capture["annotations"]:
        row = annotation["instance_id"] - 1
        middle = [line[3] for line in annotation["box3d"]["world_from_box"]]
        assert np.allclose(boxes["Boxes3D:centers"][row], middle, atol=1e-4), annotation["name"]
    shown = [a for a in capture["annotations"] if a["visible_px"] >= min_visible_px]
    labels = found[f"{camera}/labels", time_ns]
    assert labels["Boxes2D:labels"] == [f"{a['instance_id']} {a['category']}" for a in shown]
    middle, half = (np.reshape(labels[f"Boxes2D:{n}"], (-1, 2)) for n in ("centers", "half_sizes"))
    boxes_seen = np.reshape([a["box2d_visible"] for a in shown], (-1, 4))
    assert np.allclose(np.hstack([middle - half, middle + half]), boxes_seen, atol=1e-4), camera


if __name__ == "__main__":
    main()
