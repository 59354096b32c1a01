"""What a command imports before it is called; what the list of commands and formats says."""

import json
import subprocess
import sys

import click
import click.testing
import pytest

from sim.cli import COMMANDS, main
from sim.errors import UsageError
from sim.registry import Registry
from sim.writers import FORMATS, WRITERS

HEAVY = ("av", "cv2", "numpy", "panda3d", "pyarrow", "pydantic", "scipy")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["formats"], ["check", "--help"], ["export", "-h"]]
)
def test_help_waits_for_no_library(arguments):
    code = (
        "import sys; from click.testing import CliRunner; from sim.cli import main\n"
        f"assert CliRunner().invoke(main, {arguments}).exit_code == 0\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_command_is_there_and_listed_with_its_line():
    context = click.Context(main)
    listed = click.testing.CliRunner().invoke(main, ["--help"]).stdout
    for name, (_, line) in COMMANDS.items():
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert line in " ".join(listed.split())
    assert main.get_command(context, "rnu") is None


def test_formats_are_listed_and_each_registers_itself_where_it_is_said_to():
    listed = json.loads(click.testing.CliRunner().invoke(main, ["formats", "--json"]).stdout)
    assert listed == {name: line for name, (_, line) in sorted(FORMATS.items())}
    for name, (module, _) in FORMATS.items():
        assert WRITERS[name].__module__ == f"sim.writers.{module}"


def test_a_promised_name_is_kept_for_its_module():
    registry: Registry[object] = Registry("thing")
    registry.defer("mine", "json")
    assert list(registry) == ["mine"]
    assert len(registry) == 1
    with pytest.raises(ValueError, match="'mine' is registered twice"):
        registry.defer("mine", "csv")
    with pytest.raises(ValueError, match="'mine' is registered twice"):
        registry.register("mine")(HEAVY.__class__)
    with pytest.raises(UsageError, match="did you mean 'mine'"):
        registry["mien"]
