"""Chunks -> an .rrd file whose bytes depend on the chunks alone.

Rerun numbers chunks and rows by the clock, and the index it appends changes from run to run. So chunks are
numbered anew before they are written, the store's row id is set to zero, and the index is cut off; viewers
read files without one, as older versions wrote them. A file is a header of 12 bytes and messages: kind and
length, 64 bits each, and a payload; kind 0 ends it (crate re_log_encoding, version 0.41).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.writers.optional import optional

__all__ = ["write_rrd"]

_HEADER_BYTES = 12
_FRAME = struct.Struct("<QQ")
_END, _STORE = 0, 1
# Field 1 of the message, a record of 18 bytes: two numbers of 64 bits, each behind its tag.
_ROW_ID = struct.Struct("<2sBQBQ")
_ROW_ID_TAGS = (b"\x0a\x12", 0x09, 0x11)


def write_rrd(path: Path, chunks: Iterable[Any], recording: str) -> None:
    """Write a recording.

    Args:
        path: of the file.
        chunks: `rerun.chunk.Chunk`, made and written one by one.
        recording: its id; recordings with one id are one to the viewer.
    """
    library = optional("rerun.chunk", "rerun")
    raw = path.with_suffix(".raw")
    stream = library.LazyChunkStream.from_iter(_numbered(library.Chunk, chunks))
    stream.write_rrd(raw, application_id="roadreel", recording_id=recording)
    with raw.open("rb") as source, path.open("wb") as target:
        target.write(source.read(_HEADER_BYTES))
        while True:
            kind, size = _FRAME.unpack(source.read(_FRAME.size))
            if kind == _END:
                break
            target.write(_FRAME.pack(kind, size))
            if kind == _STORE:
                payload = bytearray(source.read(size))
                _clear_row_id(payload)
                target.write(payload)
            else:
                target.write(source.read(size))
        target.write(_FRAME.pack(_END, 0))
    raw.unlink()


def _numbered(kind: Any, chunks: Iterable[Any]) -> Iterator[Any]:
    """Chunks and their rows with numbers that count from one."""
    row = 0
    for number, chunk in enumerate(chunks, 1):
        batch = chunk.to_record_batch()
        ids = [(row + i).to_bytes(16, "big") for i in range(1, batch.num_rows + 1)]
        row += batch.num_rows
        control = [(field.metadata or {}).get(b"rerun:kind") == b"control" for field in batch.schema]
        columns = [
            pa.array(ids, column.type) if is_id else column
            for is_id, column in zip(control, batch.columns, strict=True)
        ]
        metadata = {**batch.schema.metadata, b"rerun:id": b"chunk_%032x" % number}
        schema = batch.schema.with_metadata(metadata)
        yield from kind.from_record_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def _clear_row_id(payload: bytearray) -> None:
    """Set the clock in a message about the store to zero. Raises ValueError for files of another kind."""
    tags, first, _, second, _ = _ROW_ID.unpack_from(payload)
    if (tags, first, second) != _ROW_ID_TAGS:
        raise ValueError("this version of rerun-sdk writes files of another kind; wanted 0.41")
    _ROW_ID.pack_into(payload, 0, tags, first, 0, second, 0)
