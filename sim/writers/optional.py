"""Names of modules that are extras -> the modules, or a message that says what to type."""

from __future__ import annotations

import importlib
from types import ModuleType

from sim.errors import UsageError

__all__ = ["optional"]


def optional(module: str, extra: str) -> ModuleType:
    """Import a module that only one format needs.

    Args:
        module: its dotted name.
        extra: the extra of this distribution that brings it, named as the format.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"format {extra!r} needs the module {error.name!r}, which is not installed: "
            f"pip install 'roadreel[{extra}]'"
        ) from None
