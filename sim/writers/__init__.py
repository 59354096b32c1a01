"""Frames -> disk: `SequenceOutput` writes a sequence in all formats asked for, `finish` ends the data set."""

from sim.writers.bdd100k import Bdd100kWriter
from sim.writers.cityscapes import CityscapesWriter
from sim.writers.coco import CocoWriter
from sim.writers.croissant import CroissantWriter
from sim.writers.huggingface import HuggingFaceWriter, ImageFolderWriter
from sim.writers.kitti import KittiWriter
from sim.writers.kitti_mots import KittiMotsWriter
from sim.writers.kitti_step import KittiStepWriter
from sim.writers.mcap import McapWriter
from sim.writers.mot import MotWriter
from sim.writers.native import NativeWriter
from sim.writers.nuscenes import NuScenesWriter
from sim.writers.openlabel import OpenLabelWriter
from sim.writers.output import SequenceOutput, export, finish
from sim.writers.overlay import draw_overlay
from sim.writers.panoptic import PanopticWriter
from sim.writers.pool import Encoders
from sim.writers.rerun import RerunWriter
from sim.writers.tao import TaoWriter
from sim.writers.video import VideoWriter
from sim.writers.webdataset import WebDatasetWriter
from sim.writers.writer import WRITERS, Writer
from sim.writers.yolo import YoloSegmentWriter, YoloWriter
from sim.writers.youtube_vis import YoutubeVisWriter

__all__ = [
    "WRITERS",
    "Bdd100kWriter",
    "CityscapesWriter",
    "CocoWriter",
    "CroissantWriter",
    "Encoders",
    "HuggingFaceWriter",
    "ImageFolderWriter",
    "KittiMotsWriter",
    "KittiStepWriter",
    "KittiWriter",
    "McapWriter",
    "MotWriter",
    "NativeWriter",
    "NuScenesWriter",
    "OpenLabelWriter",
    "PanopticWriter",
    "RerunWriter",
    "SequenceOutput",
    "TaoWriter",
    "VideoWriter",
    "WebDatasetWriter",
    "Writer",
    "YoloSegmentWriter",
    "YoloWriter",
    "YoutubeVisWriter",
    "draw_overlay",
    "export",
    "finish",
]
