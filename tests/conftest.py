"""Tests marked `gl` are skipped, with the reason, where OpenGL does not open; `make test` sees to it."""

from __future__ import annotations

import functools

import pytest

from sim.errors import EnvironmentProblem


@functools.cache
def what_gl_lacks() -> str:
    from sim.render import engine

    try:
        engine()
    except EnvironmentProblem as problem:
        return str(problem).splitlines()[0]
    return ""


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("gl") and what_gl_lacks():
        pytest.skip(what_gl_lacks())
