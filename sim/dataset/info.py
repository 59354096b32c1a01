"""What is known of a sequence before its first frame: the value writers open with and readers give back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, overload

import numpy as np

from sim.agents.state import Roster
from sim.bodies import Body, BodySpec, CompanionSpec, OwnBody, PersonSpec, RiderSpec, VehicleSpec, build_body
from sim.dataset.encodings import USUAL, Encodings, encodings_from_json, encodings_to_json
from sim.dataset.layout import require_name
from sim.dataset.splits import Splits, splits_from_json, splits_to_json
from sim.frame import CHANNELS
from sim.scenario import Camera, camera_from_json, camera_to_json, intrinsics, intrinsics_to_json
from sim.taxonomy import category
from sim.world import Origin

__all__ = ["SequenceInfo", "info_from_json", "info_to_json"]

Lwh = tuple[float, float, float]

_SPECS: dict[str, type[BodySpec]] = {
    "vehicle": VehicleSpec,
    "person": PersonSpec,
    "rider": RiderSpec,
    "companion": CompanionSpec,
}


@dataclass(frozen=True, eq=False)
class SequenceInfo:
    """One sequence, before any of its frames.

    Attributes:
        root: folder of the data set.
        name: of the sequence, unique in the data set, fit for a folder.
        scenario: the resolved scenario as plain mappings, lists, numbers and strings.
        tick_hz: ticks a second.
        origin: where the world's (0, 0, 0) lies on the globe.
        roster: who takes part.
        sizes_lwh_m: per agent, the constant size of its `box3d`.
        centres_m: per agent, the centre of that box in the body frame.
        sensors: all cameras.
        environment: what else decides the bytes: versions, OpenGL renderer, CPU features.
        min_visible_px: other formats leave out or mark as ignored what shows fewer pixels than this.
        splits: how the sequences of the data set are dealt out; None if nobody asked.
        encodings: file types of color and depth.
        replay_of: sequence and SHA-256 of the states that were filmed again; None if they were simulated.
    """

    root: Path
    name: str
    scenario: Mapping[str, object]
    tick_hz: int
    origin: Origin
    roster: Roster
    sizes_lwh_m: tuple[Lwh, ...]
    centres_m: tuple[Lwh, ...]
    sensors: tuple[Camera, ...]
    environment: Mapping[str, object]
    min_visible_px: int = 16
    splits: Splits | None = None
    encodings: Encodings = USUAL
    replay_of: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        require_name(self.name)
        if not len(self.sizes_lwh_m) == len(self.centres_m) == len(self.roster):
            raise ValueError("sizes_lwh_m and centres_m need one entry per agent of the roster")

    @property
    def split(self) -> str:
        """``train``, ``val`` or ``test``; ``train`` if nobody asked for splits."""
        return "train" if self.splits is None else self.splits.of(self.name)

    @staticmethod
    def of(
        root: Path,
        name: str,
        *,
        scenario: Mapping[str, object],
        tick_hz: int,
        origin: Origin,
        roster: Roster,
        sensors: Sequence[Camera],
        environment: Mapping[str, object],
        min_visible_px: int = 16,
        splits: Splits | None = None,
        encodings: Encodings = USUAL,
        replay_of: Mapping[str, str] | None = None,
    ) -> SequenceInfo:
        """The info of a run: sizes are taken from the roster's bodies."""
        return SequenceInfo(
            root,
            name,
            scenario,
            tick_hz,
            origin,
            roster,
            tuple(body.size_lwh_m for body in roster.bodies),
            tuple(body.centre_m for body in roster.bodies),
            tuple(sensors),
            environment,
            min_visible_px,
            splits,
            encodings,
            replay_of,
        )

    def camera(self, name: str) -> Camera:
        """The camera called `name`. Raises KeyError."""
        return {camera.name: camera for camera in self.sensors}[name]


def info_to_json(info: SequenceInfo) -> dict[str, Any]:
    """The part of ``sequence.json`` that is known before the first frame, see SCHEMA.md."""
    roster = info.roster
    agents = [
        {
            "instance_id": row + 1,
            "name": roster.names[row],
            "category": roster.categories[row].name,
            "is_parked": bool(roster.parked[row]),
            "rider_of": roster.rider_of[row] + 1 if row in roster.rider_of else None,
            "towed_by": roster.towed_by[row] + 1 if row in roster.towed_by else None,
            "led_by": roster.led_by[row] + 1 if row in roster.led_by else None,
            "size_lwh_m": list(map(float, info.sizes_lwh_m[row])),
            "centre_m": list(map(float, info.centres_m[row])),
            "body": _spec_to_json(roster.specs[row]),
        }
        for row in range(len(roster))
    ]
    sensors = [
        {"camera": camera_to_json(camera), "intrinsics": intrinsics_to_json(intrinsics(camera))}
        for camera in info.sensors
    ]
    return {
        "name": info.name,
        "split": info.split,
        "splits": splits_to_json(info.splits),
        "tick_hz": info.tick_hz,
        "origin": dataclasses.asdict(info.origin),
        "environment": info.environment,
        "encodings": encodings_to_json(info.encodings),
        "replay_of": None if info.replay_of is None else dict(info.replay_of),
        "channels": {name: dataclasses.asdict(channel) for name, channel in CHANNELS.items()},
        "sensors": sensors,
        "agents": agents,
        "scenario": info.scenario,
    }


def info_from_json(root: Path, data: Mapping[str, Any]) -> SequenceInfo:
    """The info that `info_to_json` wrote; bodies are built when first asked for.

    Raises:
        KeyError, TypeError, ValueError: the data are not what `info_to_json` writes.
    """
    agents = data["agents"]
    specs = tuple(_spec_from_json(agent["body"]) for agent in agents)
    roster = Roster(
        tuple(agent["name"] for agent in agents),
        tuple(category(agent["category"]) for agent in agents),
        specs,
        cast("tuple[Body, ...]", _LazyBodies(specs)),
        np.array([agent["is_parked"] for agent in agents], bool),
        # Data sets from before there were riders, trailers or dogs do not say so.
        *(
            {row: other - 1 for row, agent in enumerate(agents) if (other := agent.get(key)) is not None}
            for key in ("rider_of", "towed_by", "led_by")
        ),
    )
    return SequenceInfo(
        root,
        data["name"],
        data["scenario"],
        data["tick_hz"],
        Origin(**data["origin"]),
        roster,
        tuple(_lwh(agent["size_lwh_m"]) for agent in agents),
        tuple(_lwh(agent["centre_m"]) for agent in agents),
        tuple(camera_from_json(sensor["camera"]) for sensor in data["sensors"]),
        data["environment"],
        splits=splits_from_json(data.get("splits")),  # data sets from before there were splits have none
        encodings=encodings_from_json(data.get("encodings")),
        replay_of=data.get("replay_of"),
    )


class _LazyBodies(Sequence[Body]):
    """Bodies of a roster read from disk: each is built when first asked for, for most readers never."""

    def __init__(self, specs: tuple[BodySpec, ...]) -> None:
        self._specs = specs

    @overload
    def __getitem__(self, index: int) -> Body: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Body]: ...
    def __getitem__(self, index: int | slice) -> Body | Sequence[Body]:
        if isinstance(index, slice):
            return tuple(build_body(spec) for spec in self._specs[index])
        return build_body(self._specs[index])

    def __iter__(self) -> Iterator[Body]:
        return (self[i] for i in range(len(self)))

    def __len__(self) -> int:
        return len(self._specs)


def _spec_to_json(spec: BodySpec) -> dict[str, Any]:
    kind = next(kind for kind, cls in _SPECS.items() if isinstance(spec, cls))
    if isinstance(spec, RiderSpec):
        return {"kind": kind, **{part: _spec_to_json(getattr(spec, part)) for part in ("person", "vehicle")}}
    return {"kind": kind, **dataclasses.asdict(spec)}


def _spec_from_json(data: Mapping[str, Any]) -> BodySpec:
    fields: dict[str, Any] = {
        k: (OwnBody(**v) if k == "own" else _spec_from_json(v)) if isinstance(v, Mapping) else _tuple(v)
        for k, v in data.items()
        if k != "kind"
    }
    return _SPECS[data["kind"]](**fields)


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _lwh(values: Sequence[float]) -> Lwh:
    length, width, height = values
    return length, width, height
