"""Calibration files of OpenCV, ROS, Kalibr, KITTI and nuScenes <-> cameras of a rig."""

from sim.scenario.calibration.reading import read_rig, rig_notes
from sim.scenario.calibration.writing import FORMATS, write_rig

__all__ = ["FORMATS", "read_rig", "rig_notes", "write_rig"]
