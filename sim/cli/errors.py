"""The command group: errors the user can mend -> one message and exit code 2; Ctrl-C -> one line and 130."""

from __future__ import annotations

import errno
import importlib
from collections.abc import Mapping
from typing import Any

import click

from sim.errors import RoadreelError

__all__ = ["Roadreel"]

_HINTS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
}


class _Failure(click.ClickException):
    """A message and exit code 2."""

    exit_code = 2


class Roadreel(click.Group):
    """A command group that turns the errors a user can mend into messages, and nothing else.

    Args:
        places: command -> ``module:attribute``, imported when it is called, and what it does in a line.
    """

    def __init__(self, *args: Any, places: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, sorted."""
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none of this name."""
        if cmd_name not in self._places:
            return None
        module, _, attribute = self._places[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._places[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Defects keep their traceback."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interruption:
            click.echo(_interrupted(interruption), err=True)
            ctx.exit(130)
        except RoadreelError as error:
            raise _Failure(str(error)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of our stdout has gone; click ends quietly
                raise
            raise _Failure(_describe(error)) from None


def _interrupted(interruption: KeyboardInterrupt) -> str:
    from sim.run import Interrupted

    if not isinstance(interruption, Interrupted):
        return "Interrupted."
    kept = f"{interruption.complete} complete sequence{'s' if interruption.complete != 1 else ''} kept"
    return f"Interrupted: {kept}; the same command with --resume goes on."


def _describe(error: OSError) -> str:
    reason = _HINTS.get(error.errno or 0) or error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
