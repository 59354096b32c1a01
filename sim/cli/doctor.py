"""`roadreel doctor`: what this machine has, one rendered pixel, and what to install if there is none."""

from __future__ import annotations

import importlib.metadata
import os
import platform

import click

__all__ = ["doctor"]

_PACKAGES = ("roadreel", "panda3d", "numpy", "opencv-python-headless", "av", "pyarrow", "pydantic")


@click.command()
def doctor() -> None:
    """Print versions, the OpenGL driver and a test pixel; exit 1 and what to install without OpenGL."""
    click.echo(f"python    {platform.python_version()} on {platform.platform()}")
    click.echo(f"cores     {os.cpu_count()}")
    for name in _PACKAGES:
        click.echo(f"{name:9} {_version(name)}")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
