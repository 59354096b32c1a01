"""Frames -> disk: `SequenceOutput` writes a sequence in all formats asked for, `finish` ends the data set.

`WRITERS` has the writers by name. Nothing is imported before it is asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from sim.writers.writer import FORMATS as FORMATS
from sim.writers.writer import WRITERS as WRITERS
from sim.writers.writer import Writer as Writer

if TYPE_CHECKING:
    from sim.writers.output import SequenceOutput as SequenceOutput
    from sim.writers.output import export as export
    from sim.writers.output import finish as finish
    from sim.writers.overlay import draw_overlay as draw_overlay
    from sim.writers.pool import Encoders as Encoders

__all__ = [
    "FORMATS",
    "WRITERS",
    "Encoders",
    "SequenceOutput",
    "Writer",
    "draw_overlay",
    "export",
    "finish",
]

_HOME = {
    "Encoders": "sim.writers.pool",
    "SequenceOutput": "sim.writers.output",
    "draw_overlay": "sim.writers.overlay",
    "export": "sim.writers.output",
    "finish": "sim.writers.output",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'sim.writers' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
