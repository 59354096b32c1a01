"""`roadreel show`: frames of a dataset, labels drawn in, as picture, video or contact sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.engines import dataset_folder
from sim.errors import UsageError, near_matches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.dataset import RecordedSequence
    from sim.frame import Frame

__all__ = ["show"]

OVERLAYS = {
    "masks": "mask",
    "amodal": "amodal",
    "boxes2d": "box2d",
    "boxes3d": "box3d",
    "keypoints": "keypoints",
    "labels": "label",
}
USUAL_OVERLAYS = "masks,boxes2d,labels"

_SHEET_SEQUENCES = 4
"""A contact sheet shows no more; see `sim.cli.sheet.contact_sheet`."""


@click.command()
@click.argument("source", metavar="DATASET")
@click.option("--sequence", type=int, help="Number of the sequence (0; a contact sheet shows all).")
@click.option("--camera", help="Name of the camera (the sequence's first).")
@click.option("--frame", "number", type=int, help="Number of the frame (0; a video shows all).")
@click.option("--overlay", metavar="LIST", help=f"Of {','.join(OVERLAYS)} ({USUAL_OVERLAYS}).")
@click.option("--channel", help="Show one channel in place of the picture and its labels.")
@click.option("--out", type=click.Path(path_type=Path), help="Picture (.png) or video (.mp4) to write.")
@click.option("--contact-sheet", type=click.Path(path_type=Path), help="Grid of frames and channels (.png).")
def show(
    source: str,
    sequence: int | None,
    camera: str | None,
    number: int | None,
    overlay: str | None,
    channel: str | None,
    out: Path | None,
    contact_sheet: Path | None,
) -> None:
    """Draw the labels of DATASET into its frames, or one channel of them as colors."""
    if out is None and contact_sheet is None:
        raise UsageError(
            "nothing to write: wanted --out FILE.png, --out FILE.mp4 or --contact-sheet FILE.png"
        )
    if out is not None and out.suffix not in (".png", ".mp4"):
        raise UsageError(f"--out {out}: wanted a name that ends in .png or .mp4")
    if contact_sheet is not None and contact_sheet.suffix != ".png":
        raise UsageError(f"--contact-sheet {contact_sheet}: wanted a name that ends in .png")
    if overlay is not None and channel is not None:
        raise UsageError("--overlay and --channel exclude each other")
    kinds = _kinds(USUAL_OVERLAYS if overlay is None else overlay)
    needed = range(_SHEET_SEQUENCES) if sequence is None and contact_sheet else (sequence or 0,)
    dataset = click.get_current_context().with_resource(dataset_folder(source, needed))
    from sim.importing import is_imported

    if is_imported(dataset):
        from sim.cli.show_imported import show_imported

        if camera is not None or channel is not None:
            raise UsageError(f"{dataset} was imported: it has one camera and its pictures alone")
        show_imported(dataset, sequence, number, kinds, None if contact_sheet else out)
        return
    sequences = _sequences(dataset, sequence)
    if contact_sheet is not None:
        from sim.cli.sheet import contact_sheet as draw_sheet

        _write_picture(contact_sheet, draw_sheet(sequences))
    if out is not None:
        shown = sequences[0]
        name = _camera(shown, camera)
        draw = _drawing(shown, name, kinds, channel)
        if out.suffix == ".mp4":
            _write_video(out, shown, name, draw)
        else:
            _write_picture(out, draw(_frame(shown, name, number or 0)))


def _kinds(overlay: str) -> tuple[str, ...]:
    names = [name.strip() for name in overlay.split(",") if name.strip()]
    for name in names:
        if name not in OVERLAYS:
            raise UsageError(near_matches("overlay", name, OVERLAYS))
    return tuple(kind for name, kind in OVERLAYS.items() if name in names)


def _sequences(dataset: Path, sequence: int | None) -> Sequence[RecordedSequence]:
    from sim.dataset import read

    sequences = read(dataset)
    if not sequences:
        raise UsageError(f"{dataset} has no sequences")
    if sequence is None:
        return sequences
    if not 0 <= sequence < len(sequences):
        raise UsageError(f"--sequence {sequence}: {dataset} has sequences 0 to {len(sequences) - 1}")
    return (sequences[sequence],)


def _camera(sequence: RecordedSequence, camera: str | None) -> str:
    names = [sensor.name for sensor in sequence.info.sensors]
    if camera is not None and camera not in names:
        raise UsageError(near_matches("camera", camera, names))
    return camera or names[0]


def _frame(sequence: RecordedSequence, camera: str, number: int) -> Frame:
    if not 0 <= number < len(sequence):
        raise UsageError(f"--frame {number}: sequence {sequence.name!r} has frames 0 to {len(sequence) - 1}")
    frame = sequence[number]
    if camera not in frame.captures:
        raise UsageError(f"--frame {number}: camera {camera!r} took no picture then")
    return frame


def _drawing(
    sequence: RecordedSequence, camera: str, kinds: tuple[str, ...], channel: str | None
) -> Callable[[Frame], NDArray[np.uint8]]:
    """How each frame is drawn. Raises UsageError if the camera does not record the channel."""
    from sim.frame import CHANNELS
    from sim.writers.coloring import channel_colors
    from sim.writers.overlay import draw_overlay

    if channel is None:
        return lambda frame: draw_overlay(frame, camera, kinds)
    recorded = [name for name in sequence.info.camera(camera).channels if name in CHANNELS]
    if channel not in recorded:
        raise UsageError(f"camera {camera!r}: {near_matches('channel', channel, recorded)}")
    return lambda frame: channel_colors(channel, frame[camera].channels[channel])


def _write_picture(path: Path, image: NDArray[np.uint8]) -> None:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)
    click.echo(f"wrote {path}", err=True)


def _write_video(
    path: Path, sequence: RecordedSequence, camera: str, draw: Callable[[Frame], NDArray[np.uint8]]
) -> None:
    from sim.writers.video import VideoFile

    sensor = sequence.info.camera(camera)
    path.parent.mkdir(parents=True, exist_ok=True)
    video = VideoFile(path, sensor.width_px, sensor.height_px, sensor.rate_hz)
    try:
        for frame in sequence:
            if camera in frame.captures:
                video.write(draw(frame))
    except BaseException:
        video.abort()
        raise
    video.close()
    click.echo(f"wrote {path}", err=True)
