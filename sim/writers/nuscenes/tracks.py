"""Annotations of a scene's cameras -> nuScenes' ``sample_annotation`` and ``instance``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sim.dataset import SequenceInfo
from sim.frame import Annotation, Frame
from sim.taxonomy import category
from sim.writers.coco_join import Shard
from sim.writers.nuscenes.chain import Chain
from sim.writers.nuscenes.places import place_on_map
from sim.writers.nuscenes.points import DepthPoints
from sim.writers.nuscenes.words import attribute, token, visibility
from sim.writers.riders import joined

__all__ = ["Tracks"]

Seen = Mapping[str, Annotation]
"""One agent by camera."""


class Tracks:
    """The agents of one scene.

    Args:
        shard: takes the records.
        info: of the sequence.
        carrier: name of the agent that carries the cameras, or "".
        points: the points that cameras with depth add, by camera.
        token_of: words -> token within the scene.
    """

    def __init__(
        self,
        shard: Shard,
        info: SequenceInfo,
        carrier: str,
        points: Mapping[str, DepthPoints],
        token_of: Callable[..., str],
    ) -> None:
        self._shard, self._info, self._carrier = shard, info, carrier
        self._points, self._token_of = points, token_of
        self._chains: dict[int, Chain] = {}
        self._words: dict[int, str] = {}

    def annotate(self, frame: Frame, cameras: Sequence[str], sample: str) -> tuple[int, int]:
        """Append every agent that one of the cameras shows well enough.

        Args:
            frame: of the sample.
            cameras: those that are due.
            sample: the sample's token.

        Returns:
            How many agents were written, how many left out.
        """
        agents: dict[int, dict[str, Annotation]] = {}
        riders: dict[int | None, dict[str, Annotation]] = {}
        for name in cameras:
            found = frame.annotations.get(name, ())
            for a in found:
                riders.setdefault(a.rider_of, {})[name] = a
            for a in joined(found, self._info, frame.state, "nuscenes"):
                agents.setdefault(a.instance_id, {})[name] = a
        ridden = set(self._info.roster.rider_of.values())
        written = 0
        for instance_id, seen in sorted(agents.items()):
            a = next(iter(seen.values()))
            word = category(a.category).label("nuscenes")
            most_px = max(view.visible_px for view in seen.values())
            if word is None or a.name == self._carrier or most_px < self._info.min_visible_px:
                continue
            written += 1
            if instance_id not in self._chains:
                self._chains[instance_id] = Chain(
                    lambda record: self._shard.write("sample_annotation", record)
                )
                self._words[instance_id] = word.name
            length, width, height = a.box3d.size_lwh_m
            said = attribute(a, instance_id - 1 in ridden)
            self._chains[instance_id].add(
                {
                    "token": self._token_of("sample_annotation", instance_id, frame.state.tick),
                    "sample_token": sample,
                    "instance_token": self._token_of("instance", instance_id),
                    "visibility_token": visibility(_share(seen)),
                    "attribute_tokens": [token("attribute", said)] if said else [],
                    **place_on_map(a.box3d.world_from_box),
                    "size": [width, length, height],
                    "num_lidar_pts": self._points_on(seen) + self._points_on(riders.get(instance_id, {})),
                    "num_radar_pts": 0,
                }
            )
        return written, len(agents) - written

    def end(self) -> None:
        """Append the instances."""
        for instance_id, chain in self._chains.items():
            chain.end()
            record = {
                "token": self._token_of("instance", instance_id),
                "category_token": token("category", self._words[instance_id]),
                "nbr_annotations": chain.count,
                "first_annotation_token": chain.first,
                "last_annotation_token": chain.last,
            }
            self._shard.write("instance", record)

    def _points_on(self, seen: Seen) -> int:
        return sum(
            self._points[name].count(a.mask_rle, a.box2d_visible)
            for name, a in seen.items()
            if name in self._points and a.mask_rle is not None and a.box2d_visible is not None
        )


def _share(seen: Seen) -> float | None:
    """Visible pixels / pixels with nothing before it, over all cameras; None if one did not measure it."""
    whole = [a.unoccluded_px for a in seen.values()]
    visible = sum(a.visible_px for a in seen.values())
    total = sum(px or 0 for px in whole)
    return None if None in whole else visible / total if total else 0.0
