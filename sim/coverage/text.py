"""Coverage -> a table to read, or JSON."""

from __future__ import annotations

import dataclasses
import json

from sim.coverage.counting import Coverage, Table

__all__ = ["to_json", "to_text"]


def to_text(coverage: Coverage) -> str:
    """One block per combination: a line per cell with its counts; cells short of the goal are marked."""
    goal, lines = coverage.plan.goal, []
    for table in coverage.tables:
        lines += [*_block(table, coverage), ""]
    covered = coverage.cells - coverage.missing
    lines.append(
        f"{covered} of {coverage.cells} cells hold {goal.at_least} {goal.of} or more; "
        f"looked at: {coverage.sequences} sequences, {coverage.frames} frames, {coverage.objects} objects"
    )
    return "\n".join(lines) + "\n"


def _block(table: Table, coverage: Coverage) -> list[str]:
    goal, axes = coverage.plan.goal, table.combination.axes
    units = ["frames", "sequences", *(["tracks", "objects"] if table.cells[0].tracks is not None else [])]
    widths = [max(len(axis.name), *map(len, axis.bands)) for axis in axes]
    names = "  ".join(axis.name.ljust(width) for axis, width in zip(axes, widths, strict=True))
    lines = [names + "".join(unit.rjust(12) for unit in units)]
    short = table.missing(goal)
    for cell in table.cells:
        bands = "  ".join(band.ljust(width) for band, width in zip(cell.bands, widths, strict=True))
        mark = "" if cell not in short else "   empty" if cell.count(goal.of) == 0 else "   short"
        lines.append(bands + "".join(f"{cell.count(unit):12}" for unit in units) + mark)
    if len(axes) == 1:
        outside, whose = coverage.outside[axes[0].name], "objects" if "tracks" in units else "frames"
        for count, why in ((outside.beyond, "in none of these bands"), (outside.without, "without a value")):
            if count:
                lines.append(f"({count} {whose} {why})")
    return lines


def to_json(coverage: Coverage) -> str:
    """All counts; ``covered`` says whether a cell reaches the goal."""
    goal = coverage.plan.goal
    tables = []
    for table in coverage.tables:
        short = table.missing(goal)
        axes = [axis.name for axis in table.combination.axes]
        cells = [
            {
                **dataclasses.asdict(cell),
                "bands": dict(zip(axes, cell.bands, strict=True)),
                "covered": cell not in short,
            }
            for cell in table.cells
        ]
        tables.append({"axes": axes, "cells": cells})
    return json.dumps(
        {
            "goal": dataclasses.asdict(goal),
            "sequences": coverage.sequences,
            "frames": coverage.frames,
            "objects": coverage.objects,
            "tables": tables,
            "outside": {name: dataclasses.asdict(found) for name, found in coverage.outside.items()},
        },
        indent=1,
    )
