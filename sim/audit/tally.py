"""Measures of all checks, one after the other -> the report: what was compared, worst cases, findings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sim.audit.checks import Check
from sim.audit.report import Report, Result
from sim.audit.view import Finding, Measure, View

__all__ = ["MOST_LISTED", "Tally"]

MOST_LISTED = 20
"""Findings of one check in one sequence that are listed; a broken dataset breaks every frame alike."""

_COLUMNS = ("tracks", "annotations", "visible", "hidden", "truncated", "pixels")


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
            visible_px = thing.get("visible_px")  # formats that do not count them list what is seen
            row["hidden" if visible_px == 0 else "visible"] += 1
            row["truncated"] += bool(thing.get("truncation"))
            row["pixels"] += int(visible_px or 0)
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
