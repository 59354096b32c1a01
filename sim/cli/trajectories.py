"""`roadreel trajectories`: the ways of a recorded sequence's agents -> CSV files, one for each."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.engines import dataset_folder
from sim.errors import UsageError

__all__ = ["trajectories"]


@click.command()
@click.argument("dataset")
@click.argument("sequence", required=False)
@click.option("--agent", "agents", metavar="NAME", multiple=True, help="Agent to write (all). Repeatable.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write to; made anew.")
def trajectories(dataset: str, sequence: str | None, agents: tuple[str, ...], out: Path) -> None:
    """Write where the agents of a SEQUENCE of DATASET were at every tick: NAME.csv for each.

    A scenario file takes them: `behavior: trajectory` and `trajectory: NAME.csv`. Numbers have all their
    digits. Without SEQUENCE it is the first.
    """
    from sim.dataset import read
    from sim.dataset.trajectories import recorded_trajectories
    from sim.scenario.trajectory_files import trajectory_text

    with dataset_folder(dataset) as folder:
        recorded = read(folder)
        if not len(recorded):
            raise UsageError(f"{dataset} has no sequences")
        ways = recorded_trajectories(recorded[recorded.names[0] if sequence is None else sequence], agents)
    for name in ways:
        if not all(c.isalnum() or c in "_-." for c in name) or name.startswith("."):
            raise UsageError(f"agent {name!r}: no name for a file; wanted letters, digits, '_', '-' and '.'")
    try:
        out.mkdir(parents=True)
    except FileExistsError:
        raise UsageError(f"{out} exists already: choose another folder") from None
    for name, way in ways.items():
        (out / f"{name}.csv").write_text(trajectory_text(way), encoding="ascii", newline="\n")
    click.echo(f"wrote {len(ways)} trajector{'ies' if len(ways) != 1 else 'y'} to {out}", err=True)
