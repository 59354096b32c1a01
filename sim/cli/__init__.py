"""What a user types -> calls of the API: stdout is data, stderr is talk, exit 0 ok, 1 finding, 2 usage.

No command does anything that Python cannot: each parses its arguments and calls the public API. A command's
module is imported when it is called.
"""

from __future__ import annotations

import click

from sim.cli.errors import Roadreel

__all__ = ["main"]

COMMANDS = {
    "doctor": ("sim.cli.doctor:doctor", "What this machine has: versions, OpenGL, a test pixel."),
    "worlds": ("sim.cli.worlds:worlds", "List the worlds, or the parameters of one."),
    "scenarios": (
        "sim.cli.scenarios:scenarios",
        "List the scenarios that have names, or parameters.",
    ),
    "validate": ("sim.cli.validating:validate", "Check scenario files without filming them."),
    "preview": ("sim.cli.previewing:preview", "Draw a scenario from above, as picture or video; no OpenGL."),
    "schema": ("sim.cli.validating:schema", "Print the JSON Schema of scenario files."),
    "formats": ("sim.cli.formats:formats", "List the formats that can be written."),
    "sample": ("sim.cli.making:sample", "Print a scenario of a world as YAML."),
    "run": ("sim.cli.making:run", "Simulate, film and label a world or a scenario into a dataset."),
    "sweep": ("sim.cli.sweeping:sweep", "Vary the parameters of scenarios, a sequence for each run."),
    "replay": ("sim.cli.replay:replay", "Film the recorded motion of a dataset again, otherwise."),
    "export": ("sim.cli.datasets:export", "Write a dataset in other formats; no OpenGL involved."),
    "import": ("sim.cli.importing:import_", "Make a dataset of one in COCO, KITTI or MOTChallenge."),
    "check": ("sim.cli.datasets:check", "Audit a dataset; also COCO, KITTI and MOT made by others."),
    "coverage": ("sim.cli.coverage:coverage", "Count how often each cell of given axes was seen."),
    "show": ("sim.cli.show:show", "Frames of a dataset as picture, video or contact sheet."),
    "trajectories": ("sim.cli.trajectories:trajectories", "Write the ways of recorded agents as CSV."),
    "rig": ("sim.cli.rig:rig", "Write the cameras of a dataset, scenario or calibration file."),
}
"""Command -> where it is, what it does, for people."""


@click.group(
    cls=Roadreel,
    places=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="roadreel", message="%(version)s")
def main() -> None:
    """Street scenes simulated, filmed by virtual cameras, written as labelled video datasets."""
