"""Names of modules that are extras -> the modules, or a message that says what to type."""

from __future__ import annotations

import importlib
from types import ModuleType

from sim.errors import UsageError

__all__ = ["optional"]


def optional(module: str, extra: str, what: str = "") -> ModuleType:
    """Import a module that only one format, or one way to run, needs.

    Args:
        module: its dotted name.
        extra: the extra of this distribution that brings it.
        what: needs it, for the message; by default the format named as the extra.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{what or f'format {extra!r}'} needs the module {error.name!r}, which is not installed: "
            f"pip install 'roadreel[{extra}]'"
        ) from None
