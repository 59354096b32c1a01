"""Errors that are the user's to mend: one message, exit code 2, no traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["EnvironmentProblem", "RoadreelError", "UsageError", "near_matches"]


class RoadreelError(Exception):
    """Base of every error whose message alone tells the user what to do."""


class UsageError(RoadreelError):
    """Bad input: the message names the file, the field, the value and what would be right."""


class EnvironmentProblem(RoadreelError):
    """The machine lacks something (OpenGL, disk space, write permission): the message says what to do."""


def near_matches(kind: str, name: str, known: Iterable[str]) -> str:
    """A message for an unknown name: what was asked for, what comes near, what there is."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(repr(n) for n in near)}? " if near else ""
    return f"unknown {kind} {name!r}: {hint}known: {', '.join(names) if names else 'none'}"
