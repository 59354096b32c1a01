"""`roadreel sample` and `roadreel run`: seeds or files -> scenarios -> datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from sim.cli.recording import recording_options, requested_recording
from sim.cli.scripted import rehearsed, template_called
from sim.errors import UsageError, near_matches
from sim.randomization import LEVELS, weather_names
from sim.run import Job, sequence_name
from sim.scenario import CAMERA_CHANNELS, QUALITIES, RESPONSES, Scenario
from sim.scenario.catalog import Scalar
from sim.scenario.files import dump
from sim.scenario.library import template_names
from sim.scenario.sampling import sample as sample_scenario
from sim.scenario.sampling import with_settings
from sim.scenario.yamltext import parse_scalar

__all__ = ["parse_settings", "refilmed", "refilming_options", "run", "sample"]


_NO_SETTINGS = {
    "world": "the argument WORLD",
    "seed": "the option --seed",
    "rig": "the option --rig",
    "response": "the option --response",
}


def parse_settings(ctx: click.Context, param: click.Parameter, items: tuple[str, ...]) -> dict[str, Scalar]:
    """The values that `--set KEY=VALUE` gives. Raises UsageError."""
    settings: dict[str, Scalar] = {}
    for item in items:
        key, equals, text = item.partition("=")
        key = key.strip()
        if not equals or not key:
            raise UsageError(f"--set {item!r}: wanted KEY=VALUE, for example --set lanes=2")
        if key in settings:
            raise UsageError(f"--set {key} is given twice")
        if key in _NO_SETTINGS:
            raise UsageError(f"--set {key}: wanted {_NO_SETTINGS[key]} instead")
        settings[key] = parse_scalar(text, f"--set {key}")
    return settings


def _parse_channels(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if names == ("all",):
        return CAMERA_CHANNELS
    for name in names:
        if name not in CAMERA_CHANNELS:
            raise UsageError(near_matches("channel", name, CAMERA_CHANNELS))
    if not names:
        raise UsageError(f"--channels is empty, wanted some of {','.join(CAMERA_CHANNELS)}")
    return tuple(name for name in CAMERA_CHANNELS if name in names)


def _parse_seeds(ctx: click.Context, param: click.Parameter, text: str | None) -> range | None:
    if text is None:
        return None
    first, colon, end = text.partition(":")
    if not (colon and first.isdecimal() and end.isdecimal() and int(first) < int(end)):
        raise UsageError(f"--seeds {text!r}: wanted FIRST:END with FIRST < END, for example 0:20 for 0 to 19")
    return range(int(first), int(end))


_REFILMING_OPTIONS = (
    click.option(
        "--set",
        "settings",
        metavar="KEY=VALUE",
        multiple=True,
        callback=parse_settings,
        help="Set a parameter of the world or scenario; `roadreel worlds WORLD` lists them. Values may carry "
        "a unit: ego_speed=40km/h. Repeatable.",
    ),
    click.option(
        "--weather",
        metavar="NAME",
        help=f"Kind of weather instead of drawing it: {', '.join(weather_names())}.",
    ),
    click.option(
        "--time", metavar="2026-06-21T22:30", help="Local mean solar time, or with an offset: sets the sun."
    ),
    click.option("--latitude-deg", type=float, help="Where --time holds, north positive."),
    click.option("--longitude-deg", type=float, help="Needed for a --time with an offset, east positive."),
    click.option(
        "--randomize",
        metavar="|".join((*LEVELS, "FILE")),
        help="How light, weather, paints, clothes and cameras are drawn (default), or a YAML file with "
        "distributions of one's own; --set randomize.NAME=LOW..HIGH sets one of them.",
    ),
    click.option("--duration-s", type=float, help="Simulated seconds."),
    click.option("--width-px", type=int, help="Image width of every camera."),
    click.option("--height-px", type=int, help="Image height of every camera."),
    click.option("--rate-hz", type=int, help="Frames a second of every camera."),
    click.option(
        "--channels",
        metavar="LIST",
        callback=_parse_channels,
        help=f"What every camera records: all, or some of {','.join(CAMERA_CHANNELS)}.",
    ),
    click.option(
        "--quality",
        metavar="|".join(QUALITIES),
        help="How finely colors are drawn (standard); labels are the same in each.",
    ),
    click.option(
        "--response",
        metavar="|".join(RESPONSES),
        help="What every camera does to the light, from lens to compression (each its own: dashcam on "
        "vehicles, surveillance on masts); plain: nothing.",
    ),
    click.option(
        "--rig",
        metavar="stereo|surround|FILE",
        help="Film from the vehicle 'ego' with a stereo pair, six cameras around, or those of a calibration "
        "file (OpenCV, ROS, Kalibr, KITTI, nuScenes) instead of the default cameras; or with the cameras of "
        "a YAML file: `roadreel: 1` and `sensors`, as in a scenario file.",
    ),
)


def refilming_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of what can change without anybody moving otherwise, and of the duration."""
    for option in reversed(_REFILMING_OPTIONS):
        command = option(command)
    return command


def _scenario_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of everything that makes a scenario."""
    seed = click.option("--seed", type=int, help="Seed of everything drawn (0; for a file its own).")
    street = click.option(
        "--map",
        "map_file",
        metavar="FILE.xodr",
        help="In place of WORLD: the street of an OpenDRIVE map, with houses and trees on its free ground.",
    )
    return seed(street(refilming_options(command)))


def _scenario(
    source: str | None,
    seed: int | None,
    settings: dict[str, Scalar],
    channels: tuple[str, ...] | None,
    rig: str | None,
    response: str | None,
    map_file: str | None,
    **options: Scalar | None,
) -> Scenario:
    """The scenario of a world's name, a map or a file. `options` are settings with an option of their own."""
    given = _together(settings, options if map_file is None else {**options, "path": map_file})
    if (source is None) == (map_file is None):
        raise UsageError("wanted one of: the name of a world, a scenario file, --map FILE.xodr")
    source = "opendrive" if source is None else source
    template = template_called(source)
    if template is not None:
        of_file = {one.name for one in template.parameters}
        scenario = template.scenario({k: v for k, v in given.items() if k in of_file}, seed=seed)
        others = {k: v for k, v in given.items() if k not in of_file}
        return with_settings(scenario, others, seed=seed, channels=channels, rig=rig, response=response)
    drawn = sample_scenario(source, seed=seed or 0, rig=rig, response=response, **given)
    return with_settings(drawn, {}, channels=channels)


def refilmed(
    scenario: Scenario,
    *,
    settings: dict[str, Scalar],
    channels: tuple[str, ...] | None,
    rig: str | None,
    response: str | None,
    **options: Scalar | None,
) -> Scenario:
    """The scenario with what `refilming_options` gave, for a replay. Raises UsageError."""
    for key in ("tick_hz", "warmup_s"):
        if key in settings:
            raise UsageError(f"--set {key}=...: a replay moves as it was recorded; only `run` can set that")
    return with_settings(
        scenario, _together(settings, options), channels=channels, rig=rig, response=response
    )


def _together(settings: dict[str, Scalar], options: dict[str, Scalar | None]) -> dict[str, Scalar]:
    """What --set gives and what options of their own give. Raises UsageError where both give one."""
    for key, value in options.items():
        if value is not None and key in settings:
            raise UsageError(f"--{key.replace('_', '-')} and --set {key}=... are both given")
    return settings | {key: value for key, value in options.items() if value is not None}


@click.command()
@click.argument("world", required=False)
@_scenario_options
def sample(world: str | None, **options: Any) -> None:
    """Print a scenario of WORLD as YAML, with everything drawn spelled out.

    `roadreel run` takes the file and records the same bytes as it does from WORLD and the same seed.
    """
    click.echo(dump(_scenario(world, **options)), nl=False)


@click.command()
@click.argument("source", metavar="[WORLD|FILE|NAME]", required=False)
@recording_options
@_scenario_options
@click.option(
    "--seeds",
    callback=_parse_seeds,
    metavar="FIRST:END",
    help="One sequence for each seed, END not included.",
)
@click.option("--strict", is_flag=True, help="Film nothing if a scenario does not go as it says.")
def run(source: str | None, seed: int | None, seeds: range | None, strict: bool, **options: Any) -> None:
    """Simulate, film and label a WORLD, a map or a scenario into a dataset.

    A scenario is a YAML FILE or has a NAME that `roadreel scenarios` lists. One with events is run without
    filming first: what does not go as it says is told, with file, line and time.
    """
    if seed is not None and seeds is not None:
        raise UsageError("--seed and --seeds exclude each other")
    recording = requested_recording(options)
    template = None if source is None else template_called(source)

    def scenario_of(seed: int | None) -> Scenario:
        return rehearsed(template, _scenario(source, seed=seed, **options), strict)

    def job_of(scenario: Scenario) -> Job:
        named = source in template_names()
        return Job(scenario, f"{source}-{scenario.seed:04d}" if named else sequence_name(scenario))

    first = scenario_of(seeds[0] if seeds else seed)

    def every_job() -> Iterator[Job]:
        yield job_of(first)
        for other in (seeds or range(0))[1:]:
            yield job_of(scenario_of(other))

    recording.record(every_job(), first, len(seeds) if seeds else 1)
