"""Sweeps: rows cover what they should, stay within ranges and do not depend on how many there are."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from sim.errors import UsageError
from sim.scenario.sweeps import rows_of, varied_parameters
from sim.scenario.template import Template, template_of

TEXT = """roadreel: 1
parameters:
  speed: {value: 10m/s, range: [5m/s, 20m/s]}
  gap: {value: 2m, range: [1m, 3m]}
  side: {value: left, choices: [left, right]}
  drawn: {value: 1, draw: {normal: [1, 0.1]}}
  fixed: 4m
"""


def template() -> Template:
    return template_of(TEXT, Path("s.yaml"))


def rows(
    method: str, count: int = 10**6, steps: int = 3, seed: int = 0, **asked: str
) -> list[dict[str, object]]:
    made = template()
    return list(rows_of(made, varied_parameters(made, asked), method, count=count, steps=steps, seed=seed))  # type: ignore[arg-type]


def test_a_grid_is_every_combination_of_levels() -> None:
    found = rows("grid", speed="5m/s..20m/s", side="left,right", gap="1m,150cm")
    wanted = itertools.product((5.0, 12.5, 20.0), ("left", "right"), (1.0, 1.5))
    assert [tuple(row.values()) for row in found] == list(wanted)


def test_pairwise_rows_hold_every_pair_and_are_fewer_than_a_grid() -> None:
    asked = {"speed": "5m/s..20m/s", "gap": "1m..3m", "side": "left,right"}
    found, every = rows("pairwise", steps=4, **asked), rows("grid", steps=4, **asked)
    for a, b in itertools.combinations(asked, 2):
        assert {(row[a], row[b]) for row in found} == {(row[a], row[b]) for row in every}
    assert len(found) < len(every)


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_drawn_rows_lie_in_the_ranges_and_repeat(method: str) -> None:
    found = rows(method, count=32)
    assert len(found) == 32
    assert found == rows(method, count=32)
    assert found != rows(method, count=32, seed=1)
    assert {row["side"] for row in found} == {"left", "right"}
    for row in found:
        assert 5 <= row["speed"] <= 20  # type: ignore[operator]
        assert 1 <= row["gap"] <= 3  # type: ignore[operator]
    if method == "random":
        assert found[:7] == rows(method, count=7)


def test_sobol_rows_lie_evenly() -> None:
    found = rows("sobol", count=16, speed="5m/s..20m/s", gap="1m..3m")
    for name, low, high in (("speed", 5.0, 20.0), ("gap", 1.0, 3.0)):
        shares = sorted((row[name] - low) / (high - low) for row in found)  # type: ignore[operator]
        assert [int(16 * share) for share in shares] == list(range(16))


def test_edges_are_the_ends_one_by_one() -> None:
    assert rows("edges", speed="5m/s..20m/s", side="left,right") == [
        {"speed": 5.0}, {"speed": 20.0}, {"side": "left"}, {"side": "right"},
    ]  # fmt: skip


def test_what_is_not_named_is_varied_if_it_can_be() -> None:
    assert [one.name for one in varied_parameters(template(), {})] == ["speed", "gap", "side", "drawn"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"sped": "1..2"}, "s.yaml: unknown parameter 'sped': did you mean 'speed'"),
        ({"speed": "1m/s..10m/s"}, "--vary speed: 1 m/s is out of range, wanted 5 to 20 m/s"),
        ({"speed": "20m/s..5m/s"}, "--vary speed=20m/s..5m/s: wanted LOW..HIGH"),
        ({"speed": "5m,6m"}, "--vary speed: 5 m, wanted m/s"),
        ({"side": "up"}, "--vary side: 'up', wanted one of left, right"),
        ({"speed": "fast..faster"}, "--vary speed: 'fast' is not a number"),
    ],
)
def test_what_cannot_be_varied_so_is_told(asked: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        varied_parameters(template(), asked)
    assert str(caught.value).startswith(message)
