"""What an audit found, as values, as a table and as JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.audit.view import Finding

__all__ = ["Report", "Result"]


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
        format: of the dataset: ``native``, ``coco``, ``kitti`` or ``mot``.
        results: one per check, in order.
        findings: those listed, at most `sim.audit.tally.MOST_LISTED` per check and sequence.
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
