"""`roadreel sweep`: scenarios and ways to vary their parameters -> many sequences in one dataset."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import Any

import click

from sim.cli.making import parse_settings
from sim.cli.recording import recording_options, requested_recording
from sim.cli.scripted import rehearsed, template_called
from sim.errors import UsageError
from sim.run import Job
from sim.scenario import Scenario
from sim.scenario.declared import Scalar
from sim.scenario.sampling import with_settings
from sim.scenario.sweeps import METHODS, rows_of, varied_parameters
from sim.scenario.template import Template

__all__ = ["sweep"]


def _parse_vary(ctx: click.Context, param: click.Parameter, items: tuple[str, ...]) -> dict[str, str]:
    asked: dict[str, str] = {}
    for item in items:
        name, equals, text = item.partition("=")
        if not equals or not text.strip() or name.strip() in asked:
            raise UsageError(f"--vary {item!r}: wanted NAME=LOW..HIGH or NAME=A,B,C, each name once")
        asked[name.strip()] = text
    return asked


def _method_options(command: Any) -> Any:
    helps = {
        "grid": "Every combination of --steps values of each range, and of every choice.",
        "random": "Drawn, from the parameters' distributions where they have some.",
        "sobol": "Spread evenly over all ranges at once (Sobol points).",
        "pairwise": "Few runs that hold every pair of values of any two parameters.",
        "edges": "Each parameter at the ends of its range, all others at their defaults.",
    }
    for name in reversed(METHODS):
        command = click.option(f"--{name}", "method", flag_value=name, help=helps[name])(command)
    return command


@click.command()
@click.argument("sources", metavar="FILE|NAME...", nargs=-1, required=True)
@_method_options
@click.option("--vary", metavar="NAME=LOW..HIGH|A,B,C", multiple=True, callback=_parse_vary,
              help="Vary this parameter so, and no others than those named. Repeatable.")  # fmt: skip
@click.option("-n", "--runs", "count", type=int, help="How many runs of each scenario, at most (all; random "
              "and sobol: 16).")  # fmt: skip
@click.option(
    "--steps", type=int, default=3, show_default=True, help="Values of a range for --grid, --pairwise."
)
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, callback=parse_settings,
              help="Set a parameter in every run. Repeatable.")  # fmt: skip
@click.option("--seed", type=int, help="Seed of what is drawn (the file's own, or 0).")
@click.option("--dry-run", is_flag=True, help="Print the values of every run as CSV and film nothing.")
@click.option("--strict", is_flag=True, help="Leave out runs that do not go as their scenario says.")
@recording_options
def sweep(
    sources: tuple[str, ...],
    method: str | None,
    vary: dict[str, str],
    count: int | None,
    steps: int,
    settings: dict[str, Scalar],
    seed: int | None,
    dry_run: bool,
    strict: bool,
    **options: Any,
) -> None:
    """Vary the parameters of scenarios and film every run as a sequence of one dataset.

    Each sequence is called after its scenario and the number of its run. What cannot be run is reported and
    the rest is finished; exit code 1 then.
    """
    method = method or ("grid" if vary else "random")
    if (count is not None and count < 1) or not 2 <= steps <= 1000:
        raise UsageError(f"--runs {count}, --steps {steps}: wanted at least 1 run and 2 to 1000 steps")
    most = count if count is not None else 16 if method in ("random", "sobol") else sys.maxsize
    runs: list[tuple[str, Template, dict[str, Scalar]]] = []
    for source in sources:
        template = template_called(source)
        if template is None:
            raise UsageError(f"{source}: is a world, wanted a scenario file or the name of a scenario")
        varied = varied_parameters(template, vary)
        rows = rows_of(template, varied, method, count=most, steps=steps, seed=seed or 0)
        runs += [(f"{template.path.stem}-{k:04d}", template, row) for k, row in enumerate(rows)]
    if dry_run:
        _print_table(runs)
        return
    if options["out"] is None:
        raise UsageError("--out: missing, wanted the folder of the dataset, or --dry-run")
    failed: list[str] = []

    def every_job() -> Iterator[Job]:
        for name, template, row in runs:
            try:
                yield Job(_scenario(template, {**settings, **row}, seed, strict), name)
            except UsageError as error:
                failed.append(name)
                click.echo(f"{name}: {error}", err=True)

    jobs = every_job()
    first = next(jobs, None)
    if first is None:
        raise UsageError(f"none of {len(runs)} runs can be filmed, see above")

    def all_jobs() -> Iterator[Job]:
        yield first
        yield from jobs

    requested_recording(options).record(all_jobs(), first.scenario, len(runs))
    if failed:
        click.echo(f"{len(failed)} of {len(runs)} runs were left out: {', '.join(failed[:8])}", err=True)
        raise click.exceptions.Exit(1)


for _option in sweep.params:
    if _option.name == "out":
        _option.required = False  # a dry run writes nothing


def _scenario(template: Template, values: dict[str, Scalar], seed: int | None, strict: bool) -> Scenario:
    names = {one.name for one in template.parameters}
    made = template.scenario({k: v for k, v in values.items() if k in names}, seed=seed)
    others = {k: v for k, v in values.items() if k not in names}
    return rehearsed(template, with_settings(made, others, seed=seed), strict)


def _print_table(runs: list[tuple[str, Template, dict[str, Scalar]]]) -> None:
    columns = list(dict.fromkeys(name for _, _, row in runs for name in row))
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["sequence", *columns])
    for name, _, row in runs:
        table.writerow([name, *(row.get(column, "") for column in columns)])
