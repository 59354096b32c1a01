"""An axes file (YAML) -> a plan: which measures, cut into which bands, counted alone and together.

at_least: 20                 # so many make a cell covered (1) ...
of: frames                   # ... frames, sequences, tracks or objects
cameras: [front]             # all, if left out
axes:
  category: [vehicle.car, human.pedestrian]       # words
  distance_m: [0, 10, 20, 40, 80]                 # edges of bands: 0-10, 10-20, ...
  near: {measure: ttc_s, bands: [0, 1.5, 3, .inf]}      # an axis with a name of its own
together:
  - [category, distance_m]                        # every pair of their bands is a cell
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sim.coverage.measures import MEASURES, Measure, Scope, Value
from sim.errors import UsageError, near_matches
from sim.scenario.yamltext import parse_yaml, read_text

__all__ = ["Axis", "Combination", "Goal", "Plan", "plan_from_yaml", "read_plan"]

UNITS = ("frames", "sequences", "tracks", "objects")

_MAX_CELLS = 100_000
_KEYS = ("at_least", "of", "cameras", "axes", "together")


@dataclass(frozen=True)
class Axis:
    """A measure cut into bands.

    Attributes:
        name: of the axis.
        measure: what is measured.
        bands: names of the bands, as in reports.
        edges: of a number's bands, one more than bands, ascending; empty for words.
    """

    name: str
    measure: Measure
    bands: tuple[str, ...]
    edges: tuple[float, ...] = ()

    def band(self, value: Value) -> int | None:
        """Number of the band a value falls into; None if it lies in none.

        Bands hold their lower edge, the last one both.
        """
        if isinstance(value, str):
            # A dotted word stands for all below it, the longest that fits wins.
            fits = [band for band in self.bands if value == band or value.startswith(band + ".")]
            return self.bands.index(max(fits, key=len)) if fits else None
        if value is None or math.isnan(value):
            return None
        for number, (low, high) in enumerate(itertools.pairwise(self.edges)):
            if low <= value < high:
                return number
        return len(self.bands) - 1 if self.edges and value == self.edges[-1] else None


@dataclass(frozen=True)
class Combination:
    """Axes whose bands are counted together: each choice of one band of every axis is a cell."""

    axes: tuple[Axis, ...]

    @property
    def name(self) -> str:
        """The axes' names."""
        return " x ".join(axis.name for axis in self.axes)

    @property
    def scope(self) -> Scope:
        """What is counted: the finest thing one of the axes is a property of, at least a picture."""
        return max(Scope.IMAGE, *(axis.measure.scope for axis in self.axes))

    @property
    def cells(self) -> int:
        """Number of cells."""
        return math.prod(len(axis.bands) for axis in self.axes)


@dataclass(frozen=True)
class Goal:
    """When a cell counts as covered: this many, of frames, sequences, tracks or objects."""

    at_least: int = 1
    of: str = "frames"


@dataclass(frozen=True)
class Plan:
    """What to count.

    Attributes:
        combinations: each axis alone, then those counted together.
        goal: when a cell counts as covered.
        cameras: whose pictures count; empty: all.
    """

    combinations: tuple[Combination, ...]
    goal: Goal = Goal()
    cameras: tuple[str, ...] = ()

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Every axis once."""
        return tuple({axis.name: axis for c in self.combinations for axis in c.axes}.values())


def read_plan(path: str | Path) -> Plan:
    """The plan in an axes file. Raises UsageError naming file, field, value and what would be right."""
    path = Path(path)
    try:
        text = read_text(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    return plan_from_yaml(text, str(path))


def plan_from_yaml(text: str, source: str) -> Plan:
    """The plan in a text; `source` is its name in messages. Raises UsageError."""
    data = parse_yaml(text, source)
    if not isinstance(data, Mapping) or not isinstance(data.get("axes"), Mapping) or not data["axes"]:
        raise UsageError(f"{source}: wanted a mapping with 'axes': measure -> its bands")
    for key in data:
        if key not in _KEYS:
            raise UsageError(f"{source}: {near_matches('key', key, _KEYS)}")
    axes = {str(name): _axis(str(name), given, source) for name, given in data["axes"].items()}
    alone = [Combination((axis,)) for axis in axes.values()]
    together = [
        _together(names, axes, source) for names in _list(data.get("together", []), "together", source)
    ]
    cells = sum(c.cells for c in alone + together)
    if cells > _MAX_CELLS:
        raise UsageError(f"{source}: {cells:,} cells, wanted at most {_MAX_CELLS:,}")
    cameras = _list(data.get("cameras", []), "cameras", source)
    if not all(isinstance(name, str) for name in cameras):
        raise UsageError(f"{source}: cameras is {cameras!r:.80}, wanted names of cameras")
    return Plan((*alone, *together), _goal(data, source), tuple(cast("list[str]", cameras)))


def _goal(data: Mapping[str, object], source: str) -> Goal:
    at_least, of = data.get("at_least", 1), data.get("of", "frames")
    if not isinstance(at_least, int) or isinstance(at_least, bool) or at_least < 1:
        raise UsageError(f"{source}: at_least is {at_least!r:.40}, wanted a whole number, 1 or more")
    if of not in UNITS:
        raise UsageError(f"{source}: of is {of!r:.40}, wanted {', '.join(UNITS[:-1])} or {UNITS[-1]}")
    return Goal(at_least, str(of))


def _axis(name: str, given: object, source: str) -> Axis:
    where = f"{source}: axes: {name}"
    word, bands = name, given
    if isinstance(given, Mapping):
        if set(given) != {"measure", "bands"}:
            raise UsageError(f"{where}: wanted a list of bands, or measure and bands; got {sorted(given)}")
        word, bands = str(given["measure"]), given["bands"]
    if word not in MEASURES:
        raise UsageError(f"{where}: {near_matches('measure', word, MEASURES)}")
    measure, listed = MEASURES[word], _list(bands, f"axes: {name}", source)
    if measure.words is None:
        return Axis(name, measure, *_bands(listed, where))
    if not listed or not all(isinstance(band, str) for band in listed) or len(set(listed)) < len(listed):
        raise UsageError(f"{where}: bands are {listed!r:.80}, wanted words, each once")
    for band in cast("list[str]", listed):
        if measure.words and band not in measure.words:
            raise UsageError(f"{where}: {near_matches('word', band, measure.words)}")
    return Axis(name, measure, tuple(cast("list[str]", listed)))


def _bands(listed: list[object], where: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    edges = [float(e) for e in listed if isinstance(e, int | float) and not isinstance(e, bool)]
    if len(edges) < 2 or len(edges) < len(listed) or any(not a < b for a, b in itertools.pairwise(edges)):
        raise UsageError(
            f"{where}: bands are {listed!r:.80}, wanted two or more ascending numbers, their edges"
        )
    names = tuple(
        f"{low:g}-{high:g}" if low >= 0 else f"{low:g}..{high:g}" for low, high in itertools.pairwise(edges)
    )
    return names, tuple(edges)


def _together(names: object, axes: Mapping[str, Axis], source: str) -> Combination:
    listed = _list(names, "together", source)
    if len(listed) < 2 or len(set(map(str, listed))) < len(listed):
        raise UsageError(f"{source}: together: {listed!r:.80}, wanted two or more axes, each once")
    for name in listed:
        if name not in axes:
            raise UsageError(f"{source}: together: {near_matches('axis', str(name), axes)}")
    return Combination(tuple(axes[str(name)] for name in listed))


def _list(value: object, field: str, source: str) -> list[object]:
    if not isinstance(value, list):
        raise UsageError(f"{source}: {field} is {value!r:.60}, wanted a list")
    return value
