"""The registry of behaviors: name -> a class that decides for all its rows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.registry import Registry

__all__ = ["behaviors"]

behaviors: Registry[Callable[..., Any]] = Registry("behavior")
"""Each is called with (setting, crossings, rows); see `sim.agents.behaviors`."""
