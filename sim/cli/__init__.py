"""What a user types -> calls of the API: stdout is data, stderr is talk, exit 0 ok, 1 finding, 2 usage.

No command does anything that Python cannot: each parses its arguments and calls the public API.
"""

from __future__ import annotations

import click

from sim.cli.coverage import coverage
from sim.cli.datasets import check, export
from sim.cli.doctor import doctor
from sim.cli.errors import Roadreel
from sim.cli.making import run, sample
from sim.cli.rig import rig
from sim.cli.show import show
from sim.cli.worlds import worlds

__all__ = ["main"]


@click.group(cls=Roadreel, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="roadreel", message="%(version)s")
def main() -> None:
    """Street scenes simulated, filmed by virtual cameras, written as labelled video datasets."""


for _command in (doctor, worlds, sample, run, export, check, coverage, show, rig):
    main.add_command(_command)
