"""Frames -> disk: `SequenceOutput` writes a sequence in all formats asked for, `finish` ends the data set."""

from sim.writers.native import NativeWriter
from sim.writers.output import SequenceOutput, export, finish
from sim.writers.pool import Encoders
from sim.writers.writer import WRITERS, Writer

__all__ = ["WRITERS", "Encoders", "NativeWriter", "SequenceOutput", "Writer", "export", "finish"]
