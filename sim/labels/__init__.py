"""Captures and state -> annotations, in plain NumPy."""

from sim.labels.labeler import label
from sim.labels.masks import InstanceMasks, instance_masks, rle_counts

__all__ = ["InstanceMasks", "instance_masks", "label", "rle_counts"]
