"""The native format's states.parquet -> the lists of every tick, one group of rows in memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import UsageError

__all__ = ["States"]


_ENVIRONMENT = "environment_"


class States:
    """Rows of states.parquet.

    Args:
        path: of the file.
        first_tick: of its first row.
    """

    def __init__(self, path: Path, first_tick: int) -> None:
        self._path, self._first_tick = path, first_tick
        self._start = self._stop = 0
        self._columns: dict[str, list[NDArray[Any]]] = {}

    def at(self, tick: int) -> Mapping[str, NDArray[Any]]:
        """The lists at a tick. Raises UsageError if there is no such row or file."""
        row = tick - self._first_tick
        if not self._start <= row < self._stop:
            self._read(row)
        return {name: column[row - self._start] for name, column in self._columns.items()}

    def _read(self, row: int) -> None:
        """Load the group that holds a row."""
        try:
            with pq.ParquetFile(self._path) as file:
                start = 0
                for group in range(file.num_row_groups):
                    stop = start + file.metadata.row_group(group).num_rows
                    if start <= row < stop:
                        self._columns = _lists(file.read_row_group(group))
                        self._start, self._stop = start, stop
                        return
                    start = stop
        except (OSError, pa.ArrowException) as error:
            raise UsageError(f"{self._path}: cannot be read: {error}") from error
        raise UsageError(f"{self._path}: no state of tick {row + self._first_tick}")


def _lists(table: pa.Table) -> dict[str, list[NDArray[Any]]]:
    """Columns of lists, and the numbers of light and weather -> one array per row."""
    out: dict[str, list[NDArray[Any]]] = {}
    for name in table.column_names:
        if pa.types.is_list(table[name].type):
            column = table[name].combine_chunks()
            values = column.flatten().to_numpy(zero_copy_only=False)
            out[name] = np.split(values, column.offsets.to_numpy()[1:-1] - column.offsets[0].as_py())
        elif name.startswith(_ENVIRONMENT):
            out[name] = [np.asarray(value) for value in table[name].to_numpy()]
    return out
