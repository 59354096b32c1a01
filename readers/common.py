"""Folder on the command line -> facts a reader has to find; what it found -> a line for `tools/readers.py`.

Runs in every reader's environment: the standard library alone.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

__all__ = ["dataset", "facts", "report"]


def dataset() -> Path:
    """Folder of the data set in all formats."""
    return Path(sys.argv[1])


def facts() -> dict[str, Any]:
    """What `tools/readers.py` found in the native data set, see `facts` there."""
    found: dict[str, Any] = json.loads((dataset() / "facts.json").read_text("ascii"))
    return found


def report(format_name: str, reader: str, result: str) -> None:
    """Say that a format was read: the row of the table, the version being that of the installed `reader`."""
    print(json.dumps({"format": format_name, "reader": reader, "version": version(reader), "result": result}))
