"""`roadreel show` of imported sequences: their labels in a picture or a video."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.importing import ImportedSequence

__all__ = ["show_imported"]

_USUAL_HZ = 10  # of videos whose data set does not say


def show_imported(
    dataset: Path, number: int | None, frame: int | None, kinds: Collection[str], out: Path | None
) -> None:
    """Write a picture of one frame, or a video of a sequence.

    Args:
        dataset: with imported sequences.
        number: of the sequence, the first if None.
        frame: of a picture, the first if None.
        kinds: any of `sim.writers.overlay.KINDS`.
        out: file that ends in .png or .mp4.

    Raises:
        UsageError: there is no such sequence or frame, or there is nothing to draw on.
    """
    from sim.importing import draw_imported, read

    if out is None:
        raise UsageError(
            f"{dataset} was imported: contact sheets are of recorded datasets, wanted --out FILE"
        )
    sequences = read(dataset)
    place = number or 0
    if not 0 <= place < len(sequences):
        raise UsageError(f"--sequence {place}: {dataset} has sequences 0 to {len(sequences) - 1}")
    sequence = sequences[place]
    if out.suffix == ".mp4":
        _write_video(out, sequence, kinds)
    else:
        from PIL import Image

        if not 0 <= (frame or 0) < len(sequence):
            raise UsageError(
                f"--frame {frame or 0}: sequence {sequence.name!r} has frames 0 to {len(sequence) - 1}"
            )
        out.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draw_imported(sequence[frame or 0], kinds)).save(out)
    click.echo(f"wrote {out}", err=True)


def _write_video(path: Path, sequence: ImportedSequence, kinds: Collection[str]) -> None:
    from sim.importing import draw_imported
    from sim.writers.video import VideoFile

    pictures = (draw_imported(frame, kinds) for frame in sequence)
    first = next(pictures, None)
    if first is None:
        raise UsageError(f"sequence {sequence.name!r} has no frames")
    height, width = first.shape[:2]
    path.parent.mkdir(parents=True, exist_ok=True)
    video = VideoFile(path, width, height, round(sequence.rate_hz or _USUAL_HZ))
    try:
        video.write(first)
        for picture in pictures:
            if picture.shape != first.shape:
                raise UsageError(
                    f"sequence {sequence.name!r} has images of several sizes: wanted --out FILE.png --frame N"
                )
            video.write(picture)
    except BaseException:
        video.abort()
        raise
    video.close()
