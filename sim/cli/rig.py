"""`roadreel rig`: cameras of a dataset, a scenario or a calibration file -> a calibration file."""

from __future__ import annotations

import re
from pathlib import Path

import click

from sim.errors import UsageError
from sim.scenario import Camera
from sim.scenario.calibration import FORMATS, read_rig, rig_notes, write_rig

__all__ = ["rig"]


@click.command()
@click.argument("source", metavar="DATASET|SCENARIO|CALIBRATION", type=click.Path(path_type=Path))
@click.option("--to", "form", required=True, metavar="FORMAT", help=f"One of {', '.join(FORMATS)}.")
@click.option("--out", required=True, type=click.Path(path_type=Path),
              help="File to write; for nuscenes the folder of its two tables.")  # fmt: skip
@click.option("--mount", metavar="NAME", help="Agent whose cameras to write (that of the first camera).")
def rig(source: Path, form: str, out: Path, mount: str | None) -> None:
    """Write the cameras of a dataset (its first sequence), a scenario file or a calibration file.

    Formats whose pixel centres lie at whole numbers get cx and cy half a pixel smaller than ours.
    """
    cameras, notes = _cameras(source)
    wanted = cameras[0].mount if mount is None else mount
    mounts = sorted({camera.mount for camera in cameras})
    if wanted not in mounts:
        raise UsageError(f"--mount {wanted!r}: no camera there, wanted one of {', '.join(map(repr, mounts))}")
    chosen = [camera for camera in cameras if camera.mount == wanted]
    others = [camera.name for camera in cameras if camera.mount != wanted]
    if others:
        notes = (*notes, f"on other mounts than {wanted!r}: {', '.join(others)}")
    not_held = write_rig(chosen, out, form)
    for note in notes:
        click.echo(f"left out: {note}", err=True)
    for sentence in not_held:
        click.echo(sentence, err=True)
    click.echo(f"wrote {len(chosen)} camera{'s' if len(chosen) != 1 else ''} to {out}", err=True)


def _cameras(source: Path) -> tuple[tuple[Camera, ...], tuple[str, ...]]:
    """The cameras of a source, and what of it they leave out."""
    if (source / "manifest.json").is_file():
        from sim.dataset import read

        sequences = read(source)
        if not sequences:
            raise UsageError(f"{source} has no sequences")
        return sequences[0].info.sensors, ()
    if source.suffix in (".yaml", ".yml") and source.is_file() and _is_scenario(source):
        from sim.scenario.files import load

        return load(source).sensors, ()
    return read_rig(source), rig_notes(source)


def _is_scenario(path: Path) -> bool:
    return re.search(rb"^roadreel *:", path.read_bytes(), re.MULTILINE) is not None
