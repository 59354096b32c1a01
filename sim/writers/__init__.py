"""Frames -> disk: `SequenceOutput` writes a sequence in all formats asked for, `finish` ends the data set."""

from sim.writers.coco import CocoWriter
from sim.writers.kitti import KittiWriter
from sim.writers.mot import MotWriter
from sim.writers.native import NativeWriter
from sim.writers.output import SequenceOutput, export, finish
from sim.writers.overlay import draw_overlay
from sim.writers.pool import Encoders
from sim.writers.video import VideoWriter
from sim.writers.writer import WRITERS, Writer

__all__ = [
    "WRITERS",
    "CocoWriter",
    "Encoders",
    "KittiWriter",
    "MotWriter",
    "NativeWriter",
    "SequenceOutput",
    "VideoWriter",
    "Writer",
    "draw_overlay",
    "export",
    "finish",
]
