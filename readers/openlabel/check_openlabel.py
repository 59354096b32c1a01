"""OpenLABEL by vcd: valid against the schema; objects, boxes, masks and cameras as filmed."""

from __future__ import annotations

import zlib

import cv2
import numpy as np
from common import dataset, facts, report
from vcd.core import OpenLABEL


def main() -> None:
    known, boxes, objects = facts(), 0, 0
    for name, sequence in known["sequences"].items():
        path = dataset() / "openlabel" / sequence["split"] / f"{name}.json"
        label = OpenLABEL()
        label.load_from_file(str(path), validation=True)
        seen: dict[tuple[int, str], set[int]] = {}
        for capture in sequence["captures"]:
            camera, index = capture["sensor"], capture["frame"]
            frame = label.get_frame(index)
            picture = cv2.imread(str(path.parent / frame["frame_properties"]["streams"][camera]["uri"]))
            assert zlib.crc32(picture[..., ::-1].tobytes()) == capture["rgb_crc32"], (
                f"{camera} {index}: colors"
            )
            moved = frame["frame_properties"]["transforms"][f"world_to_{camera}"]["transform_src_to_dst"]
            world_from_camera = np.linalg.inv(np.reshape(moved["matrix4x4"], (4, 4)))
            assert np.allclose(world_from_camera[:3], capture["world_from_camera"], atol=1e-9)
            shown = [a for a in capture["annotations"] if a["visible_px"] >= known["min_visible_px"]]
            for annotation in shown:
                number = str(annotation["instance_id"])
                held = label.get_object_data(number, f"{camera}/visible", index)
                x, y, w, h = held["val"]
                assert [x - w / 2, y - h / 2, x + w / 2, y + h / 2] == annotation["box2d_visible"], held
                mask = label.get_object_data(number, f"{camera}/mask", index)
                assert mask["val"] == annotation["mask_rle"]["counts"]
                cuboid = label.get_object_data(number, "box", index)["val"]
                assert cuboid[:3] == [row[3] for row in annotation["box3d"]["world_from_box"]], cuboid
                assert cuboid[7:] == annotation["box3d"]["size_lwh_m"], cuboid
                assert label.get_object(number)["type"] == annotation["category"]
                seen.setdefault((annotation["instance_id"], camera), set()).add(index)
            boxes += len(shown)
        assert set(label.get_objects()) == {str(number) for number, _ in seen}, "other objects than seen"
        for (number, camera), frames in seen.items():
            pointer = label.get_object(str(number))["object_data_pointers"][f"{camera}/visible"]
            told = {
                f for i in pointer["frame_intervals"] for f in range(i["frame_start"], i["frame_end"] + 1)
            }
            assert told == frames, f"{number} of {camera}: {told} and {frames}"
        objects += len(label.get_objects())
    assert boxes > 0, "nobody was filmed"
    report("openlabel", "vcd", f"valid; {objects} objects, {boxes} boxes and masks, poses")


if __name__ == "__main__":
    main()
