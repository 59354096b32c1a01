"""`roadreel show`: frames of a dataset, labels drawn in, as picture, video or contact sheet."""

from __future__ import annotations

from pathlib import Path

import click

from sim.errors import UsageError, near_matches

__all__ = ["show"]

OVERLAYS = {"boxes2d": "box2d", "boxes3d": "box3d", "masks": "mask", "labels": "label"}


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--sequence", type=int, default=0, show_default=True, help="Number of the sequence.")
@click.option("--camera", help="Name of the camera (the first one).")
@click.option("--frame", type=int, help="Number of the frame (0; a video has all).")
@click.option(
    "--overlay", default="masks,boxes2d,labels", show_default=True, help=f"Some of {','.join(OVERLAYS)}."
)
@click.option("--out", type=click.Path(path_type=Path), help="Picture (.png) or video (.mp4) to write.")
@click.option(
    "--contact-sheet", type=click.Path(path_type=Path), help="Write a grid of frames, cameras, channels."
)
def show(
    dataset: Path,
    sequence: int,
    camera: str | None,
    frame: int | None,
    overlay: str,
    out: Path | None,
    contact_sheet: Path | None,
) -> None:
    """Draw labels into frames of DATASET."""
    if (out is None) == (contact_sheet is None):
        raise UsageError("wanted one of --out FILE.png|FILE.mp4 and --contact-sheet FILE.png")
    for name in overlay.split(","):
        if name and name not in OVERLAYS:
            raise UsageError(near_matches("overlay", name, OVERLAYS))
