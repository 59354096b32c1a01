"""Files of a finished sequence -> their place in another format's tree."""

from __future__ import annotations

from pathlib import Path

from sim.errors import UsageError

__all__ = ["move_into", "move_to"]


def move_into(source: Path, folder: Path) -> None:
    """Move a file or folder into a folder, which is made. Raises as `move_to` does."""
    move_to(source, folder / source.name)


def move_to(source: Path, target: Path) -> None:
    """Move a file or folder; what an interrupted `finish` has moved already is left alone.

    Raises:
        UsageError: the place is taken, because two sequences lead to the same name.
    """
    if not source.exists() and target.exists():
        return
    if target.exists():
        raise UsageError(f"{target} exists already: two sequences and cameras lead to this name; rename one")
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
