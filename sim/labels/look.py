"""One capture -> what its images say about every agent, read once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.frame import Capture, Keypoints, Occluder
from sim.geometry import Pose
from sim.labels.masks import InstanceMasks, instance_masks
from sim.labels.people import seen_keypoints
from sim.labels.silhouettes import HiddenParts, silhouette_rles

__all__ = ["Look", "known_masks"]


def known_masks(capture: Capture, agents: int) -> InstanceMasks:
    """Masks of a capture. ValueError if an id is not among those of so many agents."""
    masks = instance_masks(capture.instance)
    if len(masks.ids) and (masks.ids[0] < 0 or masks.ids[-1] > agents):
        raise ValueError(
            f"instance image of {capture.sensor!r} at tick {capture.tick}: ids {masks.ids[0]} to "
            f"{masks.ids[-1]}, but the roster has 1 to {agents}"
        )
    return masks


@dataclass(frozen=True, eq=False)
class Look:
    """What a capture's images say; every method takes the agent's row in the state.

    Attributes:
        capture: the capture.
        camera_from_world: its pose.
        near_m: its near plane.
        masks: of its instance image.
        mask_of: row of the agent -> row of the masks.
        hidden: owners of silhouettes, None if the capture has none.
        whole_counts: row -> RLE counts of the silhouette, None where it has no pixel; empty if not recorded.
        keypoints: row -> joints; people only.
    """

    capture: Capture
    camera_from_world: Pose
    near_m: float
    masks: InstanceMasks
    mask_of: Mapping[int, int]
    hidden: HiddenParts | None
    whole_counts: Mapping[int, bytes | None]
    keypoints: Mapping[int, Keypoints]

    @staticmethod
    def at(
        capture: Capture,
        masks: InstanceMasks,
        rows: NDArray[np.intp],
        *,
        near_m: float,
        class_of: NDArray[np.uint8],
        joints_world: NDArray[np.float64],
        amodal: bool,
    ) -> Look:
        """Read a capture.

        Args:
            capture: with an instance image.
            masks: of that image.
            rows: (R,) agents that may get an annotation.
            near_m: near plane.
            class_of: (N,) semantic class of every agent.
            joints_world: (N, K, 3) joints of every agent, NaN where it is no person.
            amodal: whether the masks of whole agents are recorded.

        Raises:
            ValueError: they are, but the capture has no silhouettes.
        """
        camera_from_world = capture.world_from_camera.inverse()
        hidden = None
        if capture.silhouettes is not None:
            hidden = HiddenParts(capture.instance, _semantic(capture), class_of, capture.silhouettes)
        return Look(
            capture,
            camera_from_world,
            near_m,
            masks,
            {int(i) - 1: k for k, i in enumerate(masks.ids)},
            hidden,
            _whole_counts(capture, masks, rows) if amodal else {},
            _keypoints(capture, camera_from_world, rows, joints_world),
        )

    def visible_px(self, row: int) -> int:
        """Pixels the agent owns."""
        return int(self.masks.area_px[self.mask_of[row]]) if row in self.mask_of else 0

    def unoccluded_px(self, row: int) -> int | None:
        """Pixels it would own with nothing before it, None if not measured."""
        return None if self.capture.unoccluded_px is None else int(self.capture.unoccluded_px[row])

    def mask_rle(self, row: int) -> Mapping[str, object] | None:
        """COCO RLE of its pixels, None if there are none."""
        return self._rle(self.masks.counts[self.mask_of[row]] if row in self.mask_of else None)

    def amodal_rle(self, row: int) -> Mapping[str, object] | None:
        """COCO RLE of its silhouette, None if it has no pixel or is not recorded."""
        return self._rle(self.whole_counts.get(row))

    def occluders(self, row: int) -> tuple[Occluder, ...] | None:
        """Who hides it, None if not measured."""
        unoccluded = self.unoccluded_px(row)
        if self.hidden is None or unoccluded is None:
            return None
        if unoccluded <= self.visible_px(row):
            return ()
        return self.hidden.occluders(row, unoccluded)

    def _rle(self, counts: bytes | None) -> Mapping[str, object] | None:
        return None if counts is None else {"size": list(self.masks.size_hw), "counts": counts}


def _whole_counts(capture: Capture, masks: InstanceMasks, rows: NDArray[np.intp]) -> dict[int, bytes | None]:
    if capture.silhouettes is None or capture.unoccluded_px is None:
        raise ValueError(f"capture of {capture.sensor!r} at tick {capture.tick}: no silhouettes for amodal")
    # Where nothing hides an agent its mask is its silhouette.
    whole = masks.area_px == capture.unoccluded_px[masks.ids - 1]
    out: dict[int, bytes | None] = {int(masks.ids[k]) - 1: masks.counts[k] for k in np.flatnonzero(whole)}
    rest = [int(row) for row in rows if int(row) not in out]
    out.update(zip(rest, silhouette_rles(capture.silhouettes, rest, *masks.size_hw), strict=True))
    return out


def _keypoints(
    capture: Capture, camera_from_world: Pose, rows: NDArray[np.intp], joints_world: NDArray[np.float64]
) -> dict[int, Keypoints]:
    depth_m = capture.depth_or_none
    if depth_m is None:
        return {}
    people = rows[~np.isnan(joints_world[rows, 0, 0])]
    found = seen_keypoints(
        joints_world[people], people + 1, capture.intrinsics, camera_from_world, capture.instance, depth_m
    )
    return dict(zip(people.tolist(), found, strict=True))


def _semantic(capture: Capture) -> NDArray[np.uint8] | None:
    found = capture.channels["semantic"] if "semantic" in capture.channels else capture.aids.get("semantic")
    return found  # type: ignore[return-value]
