"""Another format's folder -> a native data set: the reader for the format, then sequence by sequence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sim.audit.coco import coco_files
from sim.dataset.layout import sequence_folder
from sim.errors import UsageError, near_matches
from sim.importing.coco import GROUPINGS, read_coco
from sim.importing.foreign import ForeignSequence
from sim.importing.kitti import read_kitti
from sim.importing.mot import read_mot
from sim.importing.names import FORMATS, Names
from sim.importing.writing import Summary, write_sequence
from sim.writers import finish

__all__ = ["import_dataset"]


def import_dataset(
    format_name: str,
    source: str | Path,
    out: str | Path,
    *,
    names: Mapping[str, str] | None = None,
    link: bool = False,
    grouping: str = "auto",
    progress: Callable[[str, int], None] | None = None,
) -> Summary:
    """Make a native data set of one in another format.

    Images are copied or linked, never encoded anew. What a format does not hold is null in the labels.
    Sequences that are complete in `out` are left as they are.

    Args:
        format_name: ``coco``, ``kitti`` or ``mot``.
        source: its folder.
        out: folder of the native data set; its caller holds it, see `sim.run.claimed`.
        names: word of the format -> category, or ``ignore`` for regions in which nothing is scored.
        link: make hard links of images where the file system can, in place of copies.
        grouping: what makes a sequence in COCO: ``auto`` (videos, or else a file), ``folder`` or ``image``.
        progress: called with the name of each sequence and how many are done.

    Returns:
        What was written and left out.

    Raises:
        UsageError: the source is no such folder or broken, a name is unknown.
        EnvironmentProblem: the disk is full or may not be written.
    """
    root, total = Path(out), Summary()
    if format_name not in FORMATS:
        raise UsageError(near_matches("format to import", format_name, FORMATS))
    if grouping not in GROUPINGS:
        raise UsageError(near_matches("grouping", grouping, GROUPINGS))
    given = dict(names or {})
    Names(format_name, given)
    complete = {path.parent.name for path in sequence_folder(root, "").glob("[!.]*/sequence.json")}
    for sequence in _sequences(format_name, Path(source), grouping):
        if sequence.name not in complete:
            total.add(write_sequence(root, format_name, sequence, given, link=link))
        if progress is not None:
            progress(sequence.name, total.sequences)
    if format_name == "coco":
        total.not_read = [path.name for path in coco_files(Path(source))[1]]
    finish(root)
    return total


def _sequences(format_name: str, source: Path, grouping: str) -> Iterator[ForeignSequence]:
    if not source.is_dir():
        raise UsageError(f"{source} is no folder")
    if format_name == "coco":
        return read_coco(source, grouping)
    if grouping != "auto":
        raise UsageError(f"grouping {grouping!r}: {format_name} has sequences of its own, wanted 'auto'")
    return read_kitti(source) if format_name == "kitti" else read_mot(source)
