"""Errors the user can mend -> one message on stderr and exit code 2; Ctrl-C -> one line and 130."""

from __future__ import annotations

import errno
from typing import Any

import click

from sim.errors import RoadreelError
from sim.run import Interrupted

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
    """A command group that turns the errors a user can mend into messages, and nothing else."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Defects keep their traceback."""
        try:
            return super().invoke(ctx)
        except Interrupted as interrupted:
            kept = f"{interrupted.complete} complete sequence{'s' if interrupted.complete != 1 else ''} kept"
            click.echo(f"Interrupted: {kept}; the same command with --resume goes on.", err=True)
            ctx.exit(130)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(130)
        except RoadreelError as error:
            raise _Failure(str(error)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of our stdout has gone; click ends quietly
                raise
            raise _Failure(_describe(error)) from None


def _describe(error: OSError) -> str:
    reason = _HINTS.get(error.errno or 0) or error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
