"""`roadreel doctor`: what this machine has, one rendered pixel, and what to install if there is none."""

from __future__ import annotations

import importlib.metadata
import os
import platform

import click

from sim.errors import EnvironmentProblem

__all__ = ["doctor"]

_PACKAGES = ("roadreel", "panda3d", "numpy", "opencv-python-headless", "av", "pyarrow", "pydantic")


@click.command()
def doctor() -> None:
    """Print versions, the OpenGL driver and a test pixel; exit 1 and what to install without OpenGL."""
    _line("python", f"{platform.python_version()} on {platform.platform()}")
    _line("cpu cores", str(len(os.sched_getaffinity(0))))
    for name in _PACKAGES:
        _line(name, _version(name))
    try:
        _describe_gl()
    except EnvironmentProblem as problem:
        click.echo(f"Error: {problem}", err=True)
        raise click.exceptions.Exit(1) from None


def _describe_gl() -> None:
    from sim.render.engine import engine
    from sim.render.probe import PROBE_RGB, probe_pixel

    gl = engine()
    _line("gl pipe", gl.gsg.get_pipe().get_type().get_name())
    _line("gl vendor", gl.info.vendor)
    _line("gl renderer", gl.info.renderer)
    _line("gl version", gl.info.version)
    got = probe_pixel()
    _line("test pixel", f"{got}, {'as drawn' if got == PROBE_RGB else f'but {PROBE_RGB} was drawn'}")
    if got != PROBE_RGB:
        raise EnvironmentProblem(f"the OpenGL driver draws {got} where {PROBE_RGB} was asked for")


def _line(name: str, value: str) -> None:
    click.echo(f"{name:23} {value}")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
