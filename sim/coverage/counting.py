"""A dataset and a plan -> how many frames, sequences, tracks and objects each cell of the plan holds."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.coverage.axes import Axis, Combination, Goal, Plan
from sim.coverage.labels import LabelledSequence
from sim.coverage.measures import FilmedImage, Image, Scope
from sim.dataset import RecordedSequence
from sim.errors import UsageError
from sim.frame import Frame

__all__ = ["Cell", "Coverage", "Outside", "Table", "measure_coverage"]

Place = tuple[int, ...]


_BEYOND, _WITHOUT = -1, -2  # in place of a band's number


@dataclass(frozen=True)
class Cell:
    """One choice of a band of every axis of a combination, and what was seen in it.

    Attributes:
        bands: names of the bands.
        frames: pictures, one per camera and time, that show it.
        sequences: sequences with such a picture.
        tracks: agents that were ever in it; None where no axis is about objects.
        objects: labels in it, one per agent and picture; None likewise.
    """

    bands: tuple[str, ...]
    frames: int
    sequences: int
    tracks: int | None
    objects: int | None

    def count(self, unit: str) -> int:
        """How many of a unit; frames for tracks and objects where no axis is about objects."""
        found = getattr(self, unit)
        return self.frames if found is None else int(found)


@dataclass(frozen=True)
class Table:
    """The cells of one combination, the last axis running fastest."""

    combination: Combination
    cells: tuple[Cell, ...]

    def missing(self, goal: Goal) -> list[Cell]:
        """Cells that hold less than the goal."""
        return [cell for cell in self.cells if cell.count(goal.of) < goal.at_least]


@dataclass(frozen=True)
class Outside:
    """What an axis could not place: values in none of its bands, and things that have no value."""

    beyond: int = 0
    without: int = 0


@dataclass(frozen=True)
class Coverage:
    """What a dataset holds of a plan.

    Attributes:
        plan: what was counted.
        tables: one per combination, in the plan's order.
        outside: name of an axis -> how many pictures or objects it could not place.
        frames, sequences, objects: how much was looked at.
    """

    plan: Plan
    tables: tuple[Table, ...]
    outside: Mapping[str, Outside]
    frames: int
    sequences: int
    objects: int

    @property
    def cells(self) -> int:
        """All cells of all tables."""
        return sum(len(table.cells) for table in self.tables)

    @property
    def missing(self) -> int:
        """Cells that hold less than the goal."""
        return sum(len(table.missing(self.plan.goal)) for table in self.tables)


def measure_coverage(
    dataset: Iterable[LabelledSequence],
    plan: Plan,
    progress: Callable[[str], None] | None = None,
) -> Coverage:
    """Count the cells of a plan in what was written.

    An object counts in a picture where at least one of its pixels is visible; one that its data set does not
    score does not count. What an imported dataset does not tell has no value.

    Args:
        dataset: a dataset, or some sequences, recorded or imported.
        plan: what to count.
        progress: called with the name of each sequence before it is read.

    Raises:
        UsageError: a file is missing or broken, or the plan names a camera that no sequence has.
    """
    axes = plan.axes
    counts = [_Count(combination) for combination in plan.combinations]
    beyond, without = Counter[str](), Counter[str]()
    frames = sequences = objects = 0
    cameras: set[str] = set()
    for sequence in dataset:
        if progress is not None:
            progress(sequence.name)
        sequences += 1
        for image in _images(sequence, plan.cameras, cameras):
            frames += 1
            objects += len(image.seen)
            bands = {axis.name: _bands(axis, image) for axis in axes}
            for name, found in bands.items():
                beyond[name] += found.count(_BEYOND)
                without[name] += found.count(_WITHOUT)
            ids = [seen.instance_id for seen in image.seen]
            for count in counts:
                count.add(bands, ids)
        for count in counts:
            count.end_sequence()
    if unknown := [name for name in plan.cameras if name not in cameras]:
        raise UsageError(
            f"cameras: no sequence has {', '.join(unknown)}; there are: {', '.join(sorted(cameras))}"
        )
    outside = {axis.name: Outside(beyond[axis.name], without[axis.name]) for axis in axes}
    return Coverage(plan, tuple(count.table() for count in counts), outside, frames, sequences, objects)


def _images(sequence: LabelledSequence, cameras: tuple[str, ...], there: set[str]) -> Iterator[Image]:
    for frame in sequence:
        there.update(frame.captures)
        for name, labels in frame.annotations.items():
            if cameras and name not in cameras:
                continue
            seen = tuple(a for a in labels if a.visible_px != 0 and not getattr(a, "is_ignored", False))
            if isinstance(sequence, RecordedSequence) and isinstance(frame, Frame):
                yield FilmedImage(seen, sequence.info, frame, frame.captures[name])
            else:
                yield Image(seen)


def _bands(axis: Axis, image: Image) -> list[int]:
    """The bands of a picture's objects on an axis, or the one band of the picture itself."""
    out = []
    for seen in image.seen if axis.measure.scope is Scope.OBJECT else (None,):
        value = axis.measure.of(image, seen)
        band = axis.band(value)
        out.append(band if band is not None else _WITHOUT if value is None else _BEYOND)
    return out


class _Count:
    """The cells of one combination while pictures come in."""

    def __init__(self, combination: Combination) -> None:
        self._combination = combination
        self._of_objects = combination.scope is Scope.OBJECT
        self._frames = Counter[Place]()
        self._sequences = Counter[Place]()
        self._objects = Counter[Place]()
        self._tracks = Counter[Place]()
        self._here: defaultdict[Place, set[int]] = defaultdict(set)  # cells of this sequence -> instance ids

    def add(self, bands: Mapping[str, Sequence[int]], ids: Sequence[int]) -> None:
        """Count a picture: the bands of its objects, whose ids are given, or of itself."""
        places = set()
        for number, instance_id in enumerate(ids if self._of_objects else (0,)):
            place = tuple(
                bands[axis.name][number if axis.measure.scope is Scope.OBJECT else 0]
                for axis in self._combination.axes
            )
            if min(place) >= 0:
                places.add(place)
                self._objects[place] += 1
                self._here[place].add(instance_id)
        self._frames.update(places)

    def end_sequence(self) -> None:
        """The next picture is of another sequence."""
        for place, ids in self._here.items():
            self._sequences[place] += 1
            self._tracks[place] += len(ids)
        self._here.clear()

    def table(self) -> Table:
        """What was counted."""
        axes = self._combination.axes
        cells = [
            Cell(
                tuple(axis.bands[band] for axis, band in zip(axes, place, strict=True)),
                self._frames[place],
                self._sequences[place],
                self._tracks[place] if self._of_objects else None,
                self._objects[place] if self._of_objects else None,
            )
            for place in itertools.product(*(range(len(axis.bands)) for axis in axes))
        ]
        return Table(self._combination, tuple(cells))
