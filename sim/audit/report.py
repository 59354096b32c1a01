"""Measures of all checks -> a table of what was compared, the worst cases and the findings."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sim.audit.checks import Check
from sim.audit.view import Finding, Measure, View

__all__ = ["MOST_LISTED", "Report", "Result", "Tally"]

MOST_LISTED = 20
"""Findings of one check in one sequence that are listed; a broken dataset breaks every frame alike."""

_COLUMNS = ("tracks", "annotations", "visible", "hidden", "truncated", "pixels")


@dataclass(frozen=True)
class Result:
    """What became of one check.

    Attributes:
        check: its name.
        says: what holds if there is no finding.
        compared: how many things were compared.
        worst: the largest disagreement, relative to the limit it had; in `unit`.
        limit: what was accepted there.
        unit: of both.
        where: place of the worst one.
        findings: how many, listed or not.
        not_applicable: why the check did not run; empty if it did.
    """

    check: str
    says: str
    compared: int
    worst: float
    limit: float
    unit: str
    where: str
    findings: int
    not_applicable: str


@dataclass(frozen=True)
class Report:
    """What an audit found.

    Attributes:
        format: of the dataset: ``native``, ``coco`` or ``kitti``.
        results: one per check, in order.
        findings: those listed, at most `MOST_LISTED` per check and sequence.
        counts: category -> tracks, annotations, visible, hidden, truncated, pixels.
    """

    format: str
    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    counts: Mapping[str, Mapping[str, int]]

    @property
    def found(self) -> int:
        """How many findings there are, listed or not."""
        return sum(result.findings for result in self.results)

    def to_json(self) -> dict[str, object]:
        """Everything, as plain values."""
        return {
            "format": self.format,
            "found": self.found,
            "findings": [dataclasses.asdict(finding) for finding in self.findings],
            "checks": [_plain(result) for result in self.results],
            "counts": {name: dict(row) for name, row in self.counts.items()},
        }

    def table(self) -> str:
        """The checks as lines of text."""
        head = ("check", "compared", "worst", "limit", "findings", "where")
        rows = [_row(result) for result in self.results]
        widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head) - 1)]
        return "\n".join(_line(row, widths) for row in (head, *rows))

    def contents(self) -> str:
        """The categories as lines of text, counts as columns."""
        columns = list(next(iter(self.counts.values()), {}))
        width = max((len(name) for name in self.counts), default=0)
        lines = [" " * width + "".join(f"{column:>13}" for column in columns)]
        lines += [
            f"{name:{width}}" + "".join(f"{row[column]:>13}" for column in columns)
            for name, row in self.counts.items()
        ]
        return "\n".join(lines)


def _plain(result: Result) -> dict[str, object]:
    """A result as JSON can hold it: infinities and NaN become null."""
    record = dataclasses.asdict(result)
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in record.items()}


def _row(result: Result) -> tuple[str, ...]:
    if result.not_applicable:
        return result.check, "-", "-", "-", "-", f"not applicable: {result.not_applicable}"
    unit = f" {result.unit}" if result.unit else ""
    return (
        result.check,
        str(result.compared),
        f"{result.worst:.4g}{unit}" if result.compared else "-",
        f"{result.limit:.4g}" if result.compared else "-",
        str(result.findings),
        result.where if result.worst > 0 else "",
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [row[0].ljust(widths[0])]
    cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:], strict=True)]
    return "  ".join([*cells, row[-1]]).rstrip()


@dataclass(eq=False)
class Tally:
    """Adds up measures; not to be shared between threads.

    Attributes:
        checks: all checks of the report, in order.
    """

    checks: Sequence[Check]
    _worst: dict[str, Measure] = field(default_factory=dict)
    _compared: Counter[str] = field(default_factory=Counter)
    _found: Counter[str] = field(default_factory=Counter)
    _found_here: Counter[tuple[str, str]] = field(default_factory=Counter)
    _listed: list[Finding] = field(default_factory=list)
    _ran: set[str] = field(default_factory=set)
    _missing: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, Counter[str]] = field(default_factory=dict)
    _tracks: set[tuple[str, str, int]] = field(default_factory=set)

    def add(self, check: str, sequence: str, measures: Iterable[Measure]) -> None:
        """Take over what a check measured in a sequence (or in a file, then `sequence` is empty)."""
        self._ran.add(check)
        for measure in measures:
            self._compared[check] += measure.compared
            if check not in self._worst or _excess(measure) > _excess(self._worst[check]):
                self._worst[check] = measure
            for sentence in measure.failures:
                self._found[check] += 1
                self._found_here[check, sequence] += 1
                if self._found_here[check, sequence] <= MOST_LISTED:
                    self._listed.append(Finding(check, measure.where, sentence))

    def skip(self, check: str, missing: str) -> None:
        """Note why a check did not run on some view; it counts if it never runs."""
        self._missing.setdefault(check, missing)

    def count(self, view: View) -> None:
        """Count the objects of a view by category."""
        for thing in view.objects:
            name = str(thing.get("category"))
            row = self._counts.setdefault(name, Counter(dict.fromkeys(_COLUMNS, 0)))
            row["annotations"] += 1
            visible = int(thing.get("visible_px") or 0)
            row["visible" if visible else "hidden"] += 1
            row["truncated"] += bool(thing.get("truncation"))
            row["pixels"] += visible
            track = (name, view.sequence, int(thing.get("instance_id") or 0))
            row["tracks"] += track not in self._tracks
            self._tracks.add(track)

    def report(self, format_name: str) -> Report:
        """All that was added up."""
        for (check, sequence), number in sorted(self._found_here.items()):
            if number > MOST_LISTED:
                self._listed.append(
                    Finding(
                        check, sequence or "files", f"{number - MOST_LISTED} more findings are not listed"
                    )
                )
        results = tuple(self._result(check) for check in self.checks)
        counts = {name: dict(self._counts[name]) for name in sorted(self._counts)}
        order = {check.name: place for place, check in enumerate(self.checks)}
        listed = sorted(self._listed, key=lambda finding: order[finding.check])
        return Report(format_name, results, tuple(listed), counts)

    def _result(self, check: Check) -> Result:
        worst = self._worst.get(check.name, Measure(0, 0.0, 0.0, "", ""))
        skipped = ""
        if not self._compared[check.name] and not self._found[check.name]:
            missing = "nothing of that kind" if check.name in self._ran else "nothing to look at"
            skipped = self._missing.get(check.name, missing)
        return Result(
            check.name,
            check.says,
            self._compared[check.name],
            worst.worst,
            worst.limit,
            worst.unit,
            worst.where,
            self._found[check.name],
            skipped,
        )


def _excess(measure: Measure) -> float:
    """How bad a measure is, comparable between measures of different limits."""
    if not measure.compared and not measure.failures:
        return -1.0
    if math.isnan(measure.worst):
        return math.inf
    return measure.worst / measure.limit if measure.limit > 0 else measure.worst * 1e12
