"""`roadreel preview`: a scenario -> a picture or video of its run from above."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.making import parse_settings
from sim.cli.scripted import rehearsed, template_called
from sim.errors import UsageError

__all__ = ["preview"]

_RATE_HZ = 10


@click.command()
@click.argument("source", metavar="FILE|NAME")
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, callback=parse_settings,
              help="Set a parameter of the scenario. Repeatable.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Picture (.png) or video (.mp4); NAME.png.")
@click.option("--width-px", type=int, default=1280, show_default=True, help="Of the picture.")
@click.option("--seed", type=int, help="Seed of everything drawn (the file's own).")
def preview(
    source: str,
    settings: dict[str, bool | int | float | str],
    out: Path | None,
    width_px: int,
    seed: int | None,
) -> None:
    """Draw the run of a scenario from above: street, ways, events on a time line. Needs no OpenGL."""
    from sim.dataset.png import png
    from sim.preview import preview_frames, preview_picture
    from sim.writers.video import VideoFile

    template = template_called(source)
    if template is None:
        raise UsageError(f"{source}: is a world, wanted a scenario file or the name of a scenario")
    if not 320 <= width_px <= 8192:
        raise UsageError(f"--width-px is {width_px}, wanted 320 to 8192")
    out = Path(f"{template.path.stem}.png") if out is None else out
    if out.suffix not in (".png", ".mp4"):
        raise UsageError(f"--out {out}: wanted a name that ends in .png or .mp4")
    scenario = rehearsed(template, template.scenario(settings, seed=seed), strict=False)
    if out.suffix == ".png":
        out.write_bytes(png(preview_picture(scenario, width_px)))
    else:
        video = None
        for image in preview_frames(scenario, width_px, _RATE_HZ):
            if video is None:
                video = VideoFile(out, image.shape[1], image.shape[0], _RATE_HZ)
            video.write(image)
        if video is not None:
            video.close()
    click.echo(f"wrote {out}", err=True)
