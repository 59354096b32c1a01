"""World states <-> one Parquet table, exact: a row per tick; of agents and signals, lists in their order."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.agents.state import Roster, WorldState
from sim.bodies import PoseColumns
from sim.dataset.layout import STATES
from sim.environment import Environment

__all__ = ["StateReader", "StateWriter"]

_TICKS_PER_GROUP = 128  # a group of rows is what readers hold in memory at a time

_ENVIRONMENT = "environment_"  # before the names of Environment's fields

Column = NDArray[np.generic]


def _columns(state: WorldState) -> dict[str, Column]:
    """One state's lists in ``states.parquet``: (N,) in the order of the roster, (S,) signals, (E,) events."""
    poses = state.poses
    out: dict[str, Column] = {"signals": state.signals, "instance_id": state.roster.instance_ids}
    for axis, name in enumerate(("x_m", "y_m", "z_m")):
        out[name] = poses.position_m[:, axis]
    for name in ("yaw_rad", "pitch_rad", "roll_rad", "wheel_rad", "steer_rad", "gait_phase", "gait_weight"):
        out[name] = getattr(poses, name)
    for foot, side in enumerate(("left", "right")):
        for axis, name in enumerate(("x_m", "y_m", "z_m")):
            out[f"{side}_foot_{name}"] = poses.foot_m[:, foot, axis]
        out[f"{side}_foot_yaw_rad"] = poses.foot_yaw_rad[:, foot]
        out[f"{side}_foot_pitch_rad"] = poses.foot_pitch_rad[:, foot]
    out["look_yaw_rad"] = poses.look_yaw_rad
    out["lights"] = poses.lights
    out["vx_mps"] = state.velocity_mps[:, 0]
    out["vy_mps"] = state.velocity_mps[:, 1]
    out["accel_mps2"] = state.accel_mps2
    out["yaw_rate_radps"] = state.yaw_rate_radps
    out["wait"] = state.wait
    out["activity"] = state.activity
    if len(state.event_times_s):
        out["event_start_s"], out["event_end_s"] = state.event_times_s.T
    return out


def _state(
    tick: int,
    tick_hz: int,
    roster: Roster,
    signal_names: tuple[str, ...],
    c: Mapping[str, Column],
    environment: Environment,
) -> WorldState:
    """The inverse of `_columns`; what behaviors remember is not stored."""

    def stack(*names: str) -> NDArray[np.float64]:
        return np.stack([np.asarray(c[name], np.float64) for name in names], -1)

    def feet(*names: str) -> NDArray[np.float64]:
        return np.stack([stack(*(f"{side}_foot_{n}" for n in names)) for side in ("left", "right")], 1)

    def real(name: str) -> NDArray[np.float64]:
        return np.asarray(c[name], np.float64)

    poses = PoseColumns(
        position_m=stack("x_m", "y_m", "z_m"),
        yaw_rad=real("yaw_rad"),
        pitch_rad=real("pitch_rad"),
        roll_rad=real("roll_rad"),
        wheel_rad=real("wheel_rad"),
        steer_rad=real("steer_rad"),
        gait_phase=real("gait_phase"),
        gait_weight=real("gait_weight"),
        foot_m=feet("x_m", "y_m", "z_m"),
        foot_yaw_rad=feet("yaw_rad")[..., 0],
        foot_pitch_rad=feet("pitch_rad")[..., 0],
        look_yaw_rad=real("look_yaw_rad"),
        lights=np.asarray(c["lights"], np.uint8),
    )
    return WorldState(
        tick=tick,
        tick_hz=tick_hz,
        roster=roster,
        poses=poses,
        velocity_mps=stack("vx_mps", "vy_mps"),
        accel_mps2=real("accel_mps2"),
        yaw_rate_radps=real("yaw_rate_radps"),
        wait=np.asarray(c["wait"], np.uint8),
        signal_names=signal_names,
        signals=np.asarray(c["signals"], np.uint8),
        memory={},
        environment=environment,
        activity=np.asarray(c["activity"], np.uint8),
        event_times_s=stack("event_start_s", "event_end_s") if "event_start_s" in c else np.zeros((0, 2)),
    )


class StateWriter:
    """Writes every tick's state; holds at most one group of ticks in memory.

    Args:
        folder: gets ``states.parquet``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pending: list[WorldState] = []
        self._file: pq.ParquetWriter | None = None
        self.first_tick = 0
        self.ticks = 0
        self.signal_names: tuple[str, ...] = ()

    def write(self, state: WorldState) -> None:
        """Append a state; ticks follow one another without gaps. Raises ValueError if they do not."""
        if not self.ticks:
            self.first_tick, self.signal_names = state.tick, state.signal_names
        if state.tick != self.first_tick + self.ticks:
            raise ValueError(f"state of tick {state.tick}, wanted tick {self.first_tick + self.ticks}")
        self.ticks += 1
        self._pending.append(state)
        if len(self._pending) == _TICKS_PER_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is left and close the file."""
        if self._pending:
            self._flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def abort(self) -> None:
        """Close the file as it is."""
        self._pending.clear()
        self.close()

    def _flush(self) -> None:
        states, self._pending = self._pending, []
        arrays: dict[str, pa.Array] = {"tick": pa.array([state.tick for state in states], pa.int64())}
        for field in dataclasses.fields(Environment):
            kind = pa.int64() if field.name == "cloud_seed" else pa.float64()
            values = [getattr(state.environment, field.name) for state in states]
            arrays[_ENVIRONMENT + field.name] = pa.array(values, kind)
        lists = [_columns(state) for state in states]
        for name, first in lists[0].items():
            offsets = np.arange(len(states) + 1, dtype=np.int32) * len(first)
            entries = np.concatenate([one[name] for one in lists])
            arrays[name] = pa.ListArray.from_arrays(pa.array(offsets), pa.array(entries))
        table = pa.table(arrays)
        if self._file is None:
            self._file = pq.ParquetWriter(self._folder / STATES, table.schema, compression="zstd")
        self._file.write_table(table, row_group_size=table.num_rows)


class StateReader:
    """Reads states back, one group of ticks at a time.

    Args:
        folder: of the sequence.
        roster: of the sequence.
        tick_hz: ticks a second.
        first_tick: of the sequence.
        ticks: number of ticks.
        signal_names: names of the signals.
    """

    def __init__(
        self,
        folder: Path,
        roster: Roster,
        tick_hz: int,
        first_tick: int,
        ticks: int,
        signal_names: tuple[str, ...],
    ) -> None:
        self._folder, self._roster, self._tick_hz = folder, roster, tick_hz
        self._ticks = range(first_tick, first_tick + ticks)
        self._signal_names = signal_names
        self._group = -1
        self._columns: dict[str, Column] = {}
        self._environments: list[Environment] = []

    def state(self, tick: int) -> WorldState:
        """The state at a tick. Raises KeyError if the sequence has no such tick."""
        if tick not in self._ticks:
            raise KeyError(f"tick {tick} of {self._ticks.start} to {self._ticks.stop - 1}")
        group, place = divmod(tick - self._ticks.start, _TICKS_PER_GROUP)
        if group != self._group:
            self._read(group)
            self._group = group
        columns = {name: column[place] for name, column in self._columns.items()}
        return _state(
            tick, self._tick_hz, self._roster, self._signal_names, columns, self._environments[place]
        )

    def _read(self, group: int) -> None:
        with pq.ParquetFile(self._folder / STATES) as file:
            table = file.read_row_group(group)
        names = [field.name for field in dataclasses.fields(Environment)]
        rows = table.select([_ENVIRONMENT + name for name in names]).to_pylist()
        self._environments = [
            Environment(**{name: row[_ENVIRONMENT + name] for name in names}) for row in rows
        ]
        self._columns = {}
        for name in table.column_names:
            if pa.types.is_list(table[name].type):
                values = table[name].combine_chunks().flatten().to_numpy(zero_copy_only=False)
                self._columns[name] = values.reshape(table.num_rows, -1 if len(values) else 0)
