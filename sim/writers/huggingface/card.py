"""Splits of a data set -> its card: the README.md by which `datasets` and the Hub find the files."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["card"]

_TEXT = """
# Roadreel streets

Street scenes simulated in Panda3D, filmed by virtual cameras and labelled by Roadreel. Every person and
vehicle is synthetic. A row is what one camera saw at one time.

Boxes are `[x, y, width, height]` in pixels from the image's top left corner; they hold what is visible. Masks
are the counts of COCO's compressed run-length code, of the image's size. Poses are the rows of 3 x 4
matrices: `world_from_camera` takes points of the camera (x right, y down, z forward) into the world (z up).
Lengths are in metres. `instance_id` names one agent in all frames and cameras of a sequence. A camera that
does not record a channel has nothing in that column.
"""


def card(patterns: Mapping[str, str]) -> str:
    """The text of a README.md.

    Args:
        patterns: split -> pattern of its files.
    """
    files = [f"      - split: {name}\n        path: {pattern}" for name, pattern in patterns.items()]
    head = [
        "---",
        "pretty_name: Roadreel streets",
        "tags: [synthetic, autonomous-driving, tracking]",
        "task_categories: [object-detection, image-segmentation, depth-estimation]",
        "configs:",
        "  - config_name: default",
        "    data_files:",
        *files,
        "---",
    ]
    return "\n".join(head) + "\n" + _TEXT
