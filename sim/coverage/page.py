"""Coverage -> one HTML page that needs nothing else: bars for an axis, heat maps for two, lists for more."""

from __future__ import annotations

import math
from html import escape

from sim.coverage.axes import Combination
from sim.coverage.counting import Cell, Coverage, Table

__all__ = ["to_html"]

_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:72em;padding:0 1em;color:#1c2430}
h1{font-size:1.5em}h2{font-size:1.1em;margin:2em 0 .5em}p{margin:.3em 0}
table{border-collapse:separate;border-spacing:2px}
th{font-weight:500;text-align:right;padding:.25em .6em;white-space:nowrap}thead th{text-align:center}
td{min-width:4.2em;padding:.35em .6em;text-align:right;font-variant-numeric:tabular-nums;border-radius:3px}
td.short{outline:2px solid #c2410c;outline-offset:-2px}
td.empty{background:repeating-linear-gradient(45deg,#fff,#fff 5px,#fde4d8 5px,#fde4d8 10px);color:#9a3412}
.note{color:#5b6675;font-size:.92em}
.bar{height:1.1em;background:#2a6fb0;border-radius:2px}
td.plain{min-width:20em;text-align:left;padding-left:0}
"""


def to_html(coverage: Coverage, title: str) -> str:
    """The page.

    Args:
        coverage: what was counted.
        title: of the page, for example the dataset's folder.
    """
    goal = coverage.plan.goal
    covered = coverage.cells - coverage.missing
    parts = [
        f"<h1>Coverage of {escape(title)}</h1>",
        f"<p><b>{covered} of {coverage.cells} cells</b> hold {goal.at_least} {goal.of} or more. Looked at: "
        f"{coverage.sequences} sequences, {coverage.frames} frames, {coverage.objects} objects with a "
        "visible pixel.</p>",
        f'<p class="note">Cells count {goal.of}; where no axis is about objects, frames stand for tracks and '
        "objects. Hatched: empty. Outlined: short of the goal. Point at a cell for all its counts.</p>",
        *(_section(table, coverage) for table in coverage.tables),
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _section(table: Table, coverage: Coverage) -> str:
    axes = table.combination.axes
    draw = {1: _bars, 2: _map}.get(len(axes), _list)
    notes = [f"{escape(axis.name)}: {escape(axis.measure.meaning)}." for axis in axes]
    if len(axes) == 1:
        outside = coverage.outside[axes[0].name]
        if outside.beyond:
            notes.append(f"{outside.beyond} in none of these bands.")
        if outside.without:
            notes.append(f"{outside.without} without a value.")
    missing = len(table.missing(coverage.plan.goal))
    lead = f"{len(table.cells) - missing} of {len(table.cells)} cells covered. " if len(axes) > 1 else ""
    name = escape(table.combination.name)
    return f'<h2>{name}</h2>{draw(table, coverage)}<p class="note">{lead}{" ".join(notes)}</p>'


def _cell(cell: Cell, table: Table, coverage: Coverage) -> str:
    goal = coverage.plan.goal
    count, most = cell.count(goal.of), max(c.count(goal.of) for c in table.cells)
    counts = {unit: getattr(cell, unit) for unit in ("frames", "sequences", "tracks", "objects")}
    tip = ", ".join(f"{value} {unit}" for unit, value in counts.items() if value is not None)
    name = "empty" if not count else "short" if count < goal.at_least else ""
    # By logarithm: counts of cells differ by powers of ten.
    shade = math.log1p(count) / math.log1p(most) if most else 0.0
    ink = "#fff" if shade > 0.55 else "#1c2430"
    style = f"background:rgb({_mix(shade)});color:{ink}" if count else ""
    where = escape(", ".join(cell.bands), quote=True)
    return f'<td class="{name}" style="{style}" title="{where}: {tip}">{count}</td>'


def _mix(share: float) -> str:
    """From a pale to a deep blue."""
    pale, deep = (226, 238, 249), (18, 78, 138)
    return ",".join(str(round(a + (b - a) * share)) for a, b in zip(pale, deep, strict=True))


def _bars(table: Table, coverage: Coverage) -> str:
    unit = coverage.plan.goal.of
    most = max(1, *(cell.count(unit) for cell in table.cells))
    rows = [
        f"<tr><th>{escape(cell.bands[0])}</th>{_cell(cell, table, coverage)}"
        f'<td class="plain"><div class="bar" style="width:{cell.count(unit) / most:.1%}"></div></td></tr>'
        for cell in table.cells
    ]
    return f"<table>{''.join(rows)}</table>"


def _map(table: Table, coverage: Coverage) -> str:
    rows, columns = (axis.bands for axis in table.combination.axes)
    head = "".join(f"<th>{escape(band)}</th>" for band in columns)
    lines = []
    for number, band in enumerate(rows):
        cells = table.cells[number * len(columns) : (number + 1) * len(columns)]
        lines.append(f"<tr><th>{escape(band)}</th>{''.join(_cell(c, table, coverage) for c in cells)}</tr>")
    corner = escape(_corner(table.combination))
    return f"<table><thead><tr><th>{corner}</th>{head}</tr></thead>{''.join(lines)}</table>"


def _corner(combination: Combination) -> str:
    down, across = (axis.name for axis in combination.axes)
    return f"{down} \\ {across}"


def _list(table: Table, coverage: Coverage) -> str:
    head = "".join(f"<th>{escape(axis.name)}</th>" for axis in table.combination.axes)
    rows = [
        f"<tr>{''.join(f'<th>{escape(band)}</th>' for band in cell.bands)}{_cell(cell, table, coverage)}</tr>"
        for cell in table.cells
    ]
    return f"<table><thead><tr>{head}<th></th></tr></thead>{''.join(rows)}</table>"
