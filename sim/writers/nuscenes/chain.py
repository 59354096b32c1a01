"""Records of a table as they come -> the same, linked to those before and after them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Chain"]


class Chain:
    """Records of one table in the order of time, each linked to those before and after it, then handed on.

    Args:
        write: takes finished records.

    Attributes:
        count: how many there were.
        first, last: tokens, "" if there were none.
    """

    def __init__(self, write: Callable[[Mapping[str, Any]], None]) -> None:
        self._write = write
        self._waiting: dict[str, Any] | None = None
        self.count, self.first, self.last = 0, "", ""

    def add(self, record: Mapping[str, Any]) -> None:
        """Append a record without ``prev`` and ``next``."""
        own = str(record["token"])
        self._hand_on(own)
        self._waiting = {**record, "prev": self.last}
        self.count += 1
        self.first, self.last = self.first or own, own

    def end(self) -> None:
        """Nothing follows the last one."""
        self._hand_on("")
        self._waiting = None

    def _hand_on(self, following: str) -> None:
        if self._waiting is not None:
            self._write({**self._waiting, "next": following})
