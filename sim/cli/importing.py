"""`roadreel import`: a data set in another format -> a native one, and what could not be taken over."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.progress import TerminalLine
from sim.errors import UsageError

__all__ = ["import_"]


def _parse_names(ctx: click.Context, param: click.Parameter, items: tuple[str, ...]) -> dict[str, str]:
    names: dict[str, str] = {}
    for item in items:
        word, equals, name = (part.strip() for part in item.rpartition("="))
        if not equals or not word or not name:
            raise UsageError(f"--map {item!r}: wanted NAME=CATEGORY, for example --map Misc=vehicle.van")
        if word in names:
            raise UsageError(f"--map {word} is given twice")
        names[word] = name
    return names


@click.command(name="import")
@click.argument("format_name", metavar="coco|kitti|mot")
@click.argument("source", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the new dataset.")
@click.option(
    "--map",
    "names",
    metavar="NAME=CATEGORY",
    multiple=True,
    callback=_parse_names,
    help="What the format's NAME is: a category such as vehicle.bus, or 'ignore' for a region in which "
    "nothing is scored. Names without a category are left out, and counted. Repeatable.",
)
@click.option(
    "--copy/--link", "copy", default=True, show_default=True,
    help="Copy images, or make hard links where the file system can; they are never encoded anew.",
)  # fmt: skip
@click.option(
    "--sequence-from",
    "grouping",
    default="auto",
    show_default=True,
    metavar="auto|folder|image",
    help="Of COCO, what is a sequence: a video, or else all stills of a file; a folder of images; an image.",
)
@click.option("--resume", is_flag=True, help="Go on in a folder: skip sequences that are complete.")
@click.option("--overwrite", is_flag=True, help="Empty the folder first, if it holds a roadreel dataset.")
def import_(
    format_name: str,
    source: Path,
    out: Path,
    names: dict[str, str],
    copy: bool,
    grouping: str,
    resume: bool,
    overwrite: bool,
) -> None:
    """Make a dataset of DIR, which is in another format: for `check`, `show` and Python.

    \b
    coco   annotations/*.json and images: instances, polygons or RLE, crowds, keypoints, video and track ids
    kitti  tracking (label_02, image_02, calib, oxts) or object benchmark (label_2, image_2, calib)
    mot    folders with seqinfo.ini, gt/gt.txt and img1, from MOT15 to MOT20

    What a format does not hold (depth, masks, poses, ...) is null in the labels, and `roadreel check` says
    which checks it cannot make for want of it. Crowds, DontCare and distractors become ignored regions.
    """  # noqa: D301 - the control character keeps click from filling the lines
    from sim.importing import import_dataset
    from sim.run import claimed

    if out.resolve() == source.resolve():
        raise UsageError(f"--out {out}: is the folder that is read, wanted another one")
    with claimed(out, resume=resume, overwrite=overwrite), TerminalLine() as line:
        done = import_dataset(
            format_name,
            source,
            out,
            names=names,
            link=not copy,
            grouping=grouping,
            progress=lambda name, count: line.show(count, count, "sequences", f"{name}: "),
        )
    lines = [
        f"left out {count} {word!r}: no category; --map {word!r}=CATEGORY or =ignore would keep them"
        for word, count in sorted(done.left_out.items())
    ]
    lines += [f"{name} holds no boxes and was not read" for name in done.not_read]
    if done.without_picture:
        lines.append(f"{done.without_picture} frames have no image in {source}")
    lines.append(
        f"{done.sequences} sequences, {done.frames} frames, {done.annotations} annotations and "
        f"{done.ignored} ignored regions imported into {out}"
    )
    click.echo("\n".join(lines), err=True)
