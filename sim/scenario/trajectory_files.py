"""Trajectories <-> CSV files: one agent each, a row for every time, read strictly and written exactly."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.agents.trajectory import Trajectory
from sim.errors import UsageError, near_matches
from sim.scenario.yamltext import read_text

__all__ = ["beside", "read_trajectory", "trajectory_text", "with_trajectories"]

MAX_BYTES = 64_000_000
_WANTED = ("time_s", "x_m", "y_m")
_YAW = ("yaw_rad", "yaw_deg")
_COLUMNS = (*_WANTED, *_YAW, "z_m", "speed_mps")


def read_trajectory(path: Path) -> Trajectory:
    """The trajectory in a CSV file.

    The first line names the columns, in any order: ``time_s``, ``x_m``, ``y_m``, one of ``yaw_rad`` and
    ``yaw_deg``, and if they are known ``z_m`` and ``speed_mps``. Numbers have a decimal point; times grow.

    Raises:
        UsageError: naming the file, line, column, value and what would be right.
        OSError: the file cannot be read.
    """
    text = read_text(path, MAX_BYTES).removeprefix("\ufeff")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(lines.line_num, [cell.strip() for cell in row]) for row in lines]
    except csv.Error as error:
        raise UsageError(f"{path.name}, line {lines.line_num}: no CSV: {error}") from None
    while rows and not any(rows[-1][1]):
        rows.pop()
    names = _header(path.name, rows[0][1] if rows else [])
    if len(rows) < 2:
        raise UsageError(f"{path.name}: no line below its columns, wanted at least one")
    values = {name: [0.0] * (len(rows) - 1) for name in names}
    for k, (line, cells) in enumerate(rows[1:]):
        if len(cells) != len(names):
            raise UsageError(f"{path.name}, line {line}: {len(cells)} values, wanted {len(names)}")
        for name, cell in zip(names, cells, strict=True):
            values[name][k] = _number(cell, f"{path.name}, line {line}, column {name}")
        if k and values["time_s"][k] <= values["time_s"][k - 1]:
            where = f"{path.name}, line {line}, column time_s"
            raise UsageError(f"{where}: {values['time_s'][k]}, wanted more than {values['time_s'][k - 1]}")
    if "yaw_deg" in values:
        values["yaw_rad"] = np.deg2rad(values.pop("yaw_deg")).tolist()
    return Trajectory(**{name: tuple(column) for name, column in values.items()})


def trajectory_text(trajectory: Trajectory) -> str:
    """The trajectory as CSV; `read_trajectory` gives it back to the last bit."""
    names = ["time_s", "x_m", "y_m"]
    names += ["z_m"] * bool(trajectory.z_m) + ["yaw_rad"] + ["speed_mps"] * bool(trajectory.speed_mps)
    columns = [map(repr, map(float, getattr(trajectory, name))) for name in names]
    return "\n".join(",".join(row) for row in [names, *zip(*columns, strict=True)]) + "\n"


def with_trajectories(data: object, file: Path) -> object:
    """The document of a scenario file in which agents have trajectories in place of names of CSV files.

    Args:
        data: what YAML gave, of any shape; what is no name of a file is left to whoever checks it.
        file: the scenario file; CSV files lie beside or below it.

    Raises:
        UsageError: a name leads out of the scenario's folder, or its file is broken.
        OSError: a file cannot be read.
    """
    agents = data.get("agents") if isinstance(data, dict) else None
    for index, agent in enumerate(agents if isinstance(agents, list) else ()):
        for kind, fields in agent.items() if isinstance(agent, dict) else ():
            name = fields.get("trajectory") if isinstance(fields, dict) else None
            if isinstance(name, str):
                where = f"{file.name}: agents[{index}].{kind}.trajectory"
                way = read_trajectory(beside(name, file, where))
                fields["trajectory"] = {key: list(value) for key, value in vars(way).items()}
    return data


def beside(name: str, file: Path, where: str) -> Path:
    """The file of this name, as seen from the scenario file. Raises UsageError if it is somewhere else."""
    folder = file.resolve().parent
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder) and not Path(name).is_absolute()
    except (OSError, ValueError):  # a null byte, a loop of links
        inside, path = False, folder
    if not inside:
        raise UsageError(f"{where}: {name!r:.80} leads out of the scenario's folder, wanted a file in it")
    if not path.is_file():
        raise UsageError(f"{where}: {name!r:.80}: no such file")
    return path


def _header(source: str, names: Sequence[str]) -> Sequence[str]:
    where = f"{source}, line 1"
    for name in names:
        if name not in _COLUMNS:
            raise UsageError(f"{where}: {near_matches('column', name, _COLUMNS)}")
        if names.count(name) > 1:
            raise UsageError(f"{where}: column {name!r} twice")
    missing: Any = [name for name in _WANTED if name not in names]
    if missing:
        raise UsageError(f"{where}: no column {missing[0]!r}, wanted {', '.join(_WANTED)} and a heading")
    if sum(name in names for name in _YAW) != 1:
        raise UsageError(f"{where}: wanted one of the columns yaw_rad and yaw_deg")
    return names


def _number(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in cell:
        raise UsageError(f"{where}: {cell!r:.40} is no finite number")
    return value
