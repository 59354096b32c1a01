"""MCAP by mcap: every message decodes; pictures, poses, cameras, boxes and labels are as filmed."""

from __future__ import annotations

import io
import zlib
from collections import Counter

import numpy as np
from common import dataset, facts, report
from mcap.reader import make_reader
from mcap_protobuf.decoder import DecoderFactory
from PIL import Image


def main() -> None:
    known, total = facts(), Counter()
    for name, sequence in known["sequences"].items():
        path = dataset() / "mcap" / sequence["split"] / f"{name}.mcap"
        found = {}
        with path.open("rb") as file:
            reader = make_reader(file, decoder_factories=[DecoderFactory()])
            for schema, channel, entry, message in reader.iter_decoded_messages():
                found[channel.topic, getattr(message, "child_frame_id", ""), entry.log_time] = message
                total[schema.name] += 1
        for capture in sequence["captures"]:
            check(found, capture, len(sequence["agents"]), known["min_visible_px"])
    kinds = ", ".join(f"{count} {kind.removeprefix('foxglove.')}" for kind, count in sorted(total.items()))
    report("mcap", "mcap", kinds)


def check(found: dict, capture: dict, agents: int, min_visible_px: int) -> None:
    camera, time_ns = capture["sensor"], capture["timestamp_ns"]
    colors = np.asarray(Image.open(io.BytesIO(found[f"/{camera}/rgb", "", time_ns].data)))
    assert zlib.crc32(colors.tobytes()) == capture["rgb_crc32"], f"{camera} at {time_ns}: colors"
    transform = found["/tf", camera, time_ns].translation
    place = [row[3] for row in capture["world_from_camera"]]
    assert [transform.x, transform.y, transform.z] == place, f"{camera} at {time_ns}: place"
    calibration = found[f"/{camera}/calibration", "", time_ns]
    assert (calibration.height, calibration.width) == colors.shape[:2]
    entities = {entity.id: entity for entity in found["/scene", "", time_ns].entities}
    assert len(entities) == agents, f"{len(entities)} boxes of {agents} agents"
    for annotation in capture["annotations"]:
        position = entities[str(annotation["instance_id"])].cubes[0].pose.position
        middle = [row[3] for row in annotation["box3d"]["world_from_box"]]
        assert np.allclose([position.x, position.y, position.z], middle, atol=1e-9), annotation["name"]
    shown = [a for a in capture["annotations"] if a["visible_px"] >= min_visible_px]
    texts = [text.text for text in found[f"/{camera}/labels", "", time_ns].texts]
    assert texts == [f"{a['instance_id']} {a['category']}" for a in shown], f"{camera} at {time_ns}: labels"


if __name__ == "__main__":
    main()
