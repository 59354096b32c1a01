"""Cameras of new sequences -> KITTI's four-digit sequence numbers, the same for ever, and lists of them.

``sequences.txt`` of a format's folder says which sequence and camera a number stands for, and how many frames
there are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.dataset.layout import complete_sequences, sequence_folder, staging_folder
from sim.dataset.manifest import write_atomically
from sim.dataset.splits import grouped
from sim.writers.staging import move_to

__all__ = ["Numbered", "frames_file", "in_training", "move_numbered", "write_seqmaps"]

_FRAMES = "frames"
_SEQMAPS: dict[str | None, tuple[str, ...]] = {
    None: ("training",),
    "train": ("training", "training_minus_val"),
    "val": ("training", "val"),
    "test": ("test",),
}
"""Split -> the seqmaps its sequences are in, as TrackEval calls them."""


@dataclass(frozen=True)
class Numbered:
    """A row of ``sequences.txt``.

    Attributes:
        number: four digits.
        sequence, camera: what it stands for.
        frames: how many the camera has.
    """

    number: str
    sequence: str
    camera: str
    frames: int


def frames_file(folder: Path, frames: int) -> None:
    """Say in a camera's unfinished folder how many frames it has, for `move_numbered`."""
    (folder / _FRAMES).write_text(f"{frames}\n", "ascii", newline="\n")


def move_numbered(
    root: Path,
    format_name: str,
    sequences: Sequence[str],
    target: Callable[[Path, Path, Numbered], Path],
) -> list[Numbered]:
    """Give new sequences the next numbers and move their files to where these lead.

    An interrupted call is finished by the next one, with the same numbers.

    Args:
        root: of the data set.
        format_name: its staging folders hold a folder for every camera, with `frames_file`.
        sequences: names; all are complete.
        target: home of the format, name of a file or folder of a camera, row of the camera -> its place.

    Returns:
        All rows, but those of deleted sequences.

    Raises:
        UsageError: the place is taken.
    """
    home = root / format_name
    home.mkdir(exist_ok=True)
    rows = _rows(home)
    staged = [(name, staging_folder(sequence_folder(root, name), format_name)) for name in sequences]
    listed = {(row.sequence, row.camera) for row in rows}
    for name, folder in staged:
        for camera in sorted(path.name for path in folder.iterdir()):
            if (name, camera) not in listed:
                frames = int((folder / camera / _FRAMES).read_text("ascii"))
                rows.append(Numbered(f"{len(rows):04d}", name, camera, frames))
    # The numbers are on disk before anything moves, so an interrupted call goes on with the same ones.
    lines = (f"{row.number} {row.sequence} {row.camera} {row.frames}\n" for row in rows)
    write_atomically(home / "sequences.txt", "".join(lines))
    numbers = {(row.sequence, row.camera): row for row in rows}
    for name, folder in staged:
        for path in sorted(folder.glob("*/*")):
            if path.name != _FRAMES:
                move_to(path, target(home, Path(path.name), numbers[name, path.parent.name]))
        shutil.rmtree(folder)
    present = set(complete_sequences(root))
    return [row for row in rows if row.sequence in present]


def in_training(home: Path, name: Path, row: Numbered) -> Path:
    """Place of a camera's file or folder: ``training/<name>/<number>``, with the suffix of the name."""
    return home / "training" / name.stem / f"{row.number}{name.suffix}"


def write_seqmaps(folder: Path, stem: str, rows: Sequence[Numbered], root: Path, last: bool = False) -> None:
    """Write ``<stem>.seqmap.training`` and, where splits were asked for, those of parts of it.

    Args:
        folder: where; it exists.
        stem: ``evaluate_tracking`` or ``evaluate_mots``.
        rows: of the sequences.
        root: of the data set.
        last: the fourth column is the number of the last frame, not how many there are.
    """
    maps: dict[str, list[str]] = {"training": []}
    for split, names in grouped(root, sorted({row.sequence for row in rows})).items():
        for name in _SEQMAPS[split]:
            maps.setdefault(name, []).extend(names)
    for name, members in maps.items():
        lines = (
            f"{row.number} empty 000000 {row.frames - last:06d}\n" for row in rows if row.sequence in members
        )
        write_atomically(folder / f"{stem}.seqmap.{name}", "".join(lines))


def _rows(home: Path) -> list[Numbered]:
    path = home / "sequences.txt"
    if not path.exists():
        return []
    rows = [line.split() for line in path.read_text("ascii").splitlines()]
    return [Numbered(number, sequence, camera, int(frames)) for number, sequence, camera, frames in rows]
