"""A map's signals and controllers -> signal groups, their programme, and the heads in the street."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.roads import RoadNetwork, SignalReference
from sim.roads import Signal as MapSignal
from sim.world import Signal, SignalHead, SignalPhase
from worlds._map_lanes import Chain, heading_rad

__all__ = ["governed", "heads", "programme", "signals"]

_LIGHT_TYPES = frozenset({"1000001", "1000002", "1000009", "1000010", "1000011", "1000012"})
"""Types of traffic lights for vehicles in OpenDRIVE's own catalog (country OpenDRIVE)."""
_GREEN_S, _AMBER_S, _ALL_RED_S, _RED_AMBER_S = 14.0, 3.0, 3.0, 1.0
_HEAD_M, _FOOT_M = 2.6, 0.0


def governed(network: RoadNetwork, chains: Sequence[Chain]) -> dict[int, str]:
    """Chain -> name of the group whose light its traffic obeys.

    Lights valid inside a junction hold for the chains that lead there.
    """
    group = _groups(network)
    chain_of = {row: k for k, chain in enumerate(chains) for row in chain.rows}
    before: dict[int, list[int]] = {}
    for k, chain in enumerate(chains):
        for after in chain.successors:
            before.setdefault(after, []).append(k)
    out: dict[int, str] = {}
    for road in network.roads:
        standing: tuple[MapSignal | SignalReference, ...] = (*road.signals, *road.signal_references)
        for signal in standing:
            for row in _lanes(network, road.id, signal) if signal.id in group else ():
                if row in chain_of and chains[chain_of[row]].junction:
                    out.update(dict.fromkeys(before.get(chain_of[row], []), group[signal.id]))
                elif row in chain_of:
                    out[chain_of[row]] = group[signal.id]
    return out


def signals(network: RoadNetwork) -> tuple[Signal, ...]:
    """Every group of vehicle lights."""
    return tuple(Signal(name, "vehicle") for name in sorted(set(_groups(network).values())))


def programme(network: RoadNetwork) -> tuple[SignalPhase, ...]:
    """Each junction's groups green one after the other; all junctions change at the same time."""
    rings = _rings(network)
    out: list[SignalPhase] = []
    for k in range(max((len(ring) for ring in rings), default=0)):
        now = [ring[k % len(ring)] for ring in rings]
        for color, duration_s in (
            *(("red_amber", _RED_AMBER_S), ("green", _GREEN_S), ("amber", _AMBER_S)),
            ("red", _ALL_RED_S),
        ):
            out.append(SignalPhase(duration_s, tuple((name, color) for name in now if color != "red")))
    return tuple(out)


def heads(
    network: RoadNetwork, chains: Sequence[Chain], governs: Mapping[int, str]
) -> tuple[SignalHead, ...]:
    """The lights as they stand; each looks at the nearest traffic that obeys it."""
    group = _groups(network)
    out = []
    for number, road in enumerate(network.roads):
        for signal in road.signals:
            if signal.id not in group:
                continue
            at, s_m = np.array([number]), np.array([signal.s_m])
            x, y, _ = network.surface.points(at, s_m, np.array([signal.t_m]))[0].tolist()
            obeying = [chain for k, chain in enumerate(chains) if governs.get(k) == group[signal.id]]
            ends = [float(np.hypot(*(chain.points_m[-1, :2] - (x, y)))) for chain in obeying]
            if ends:
                yaw = heading_rad(obeying[int(np.argmin(ends))], -1) + np.pi
            else:
                yaw = float(network.surface.frame(at, s_m).heading_rad[0])
                yaw += signal.h_offset_rad + (np.pi if signal.orientation == "+" else 0.0)
            name = f"light {signal.id}"
            out.append(SignalHead(name, group[signal.id], "vehicle", x, y, _FOOT_M, yaw, _HEAD_M))
    return tuple(out)


def _lanes(network: RoadNetwork, road_id: str, signal: MapSignal | SignalReference) -> list[int]:
    """Numbers of the driving lanes of a road that a signal is valid for.

    Lanes that a signal names count, whatever its orientation: in some maps that is where the board looks.
    """
    lanes, out = network.lanes, []
    for row in np.flatnonzero(lanes.road == network.road_number[road_id]).tolist():
        lane_id = lanes.keys[row].lane
        named = [
            min(v.from_lane, v.to_lane) <= lane_id <= max(v.from_lane, v.to_lane) for v in signal.validity
        ]
        along = {"+": 1, "-": -1}.get(signal.orientation, int(lanes.along[row]))
        if lanes.is_driving[row] and (any(named) if named else lanes.along[row] == along):
            out.append(row)
    return out


def _groups(network: RoadNetwork) -> Mapping[str, str]:
    """Signal id -> name of its group: its controller, or itself if it has none."""
    out: dict[str, str] = {}
    for signal_id, (_, signal) in network.signals.items():
        if _is_light(signal):
            out[signal_id] = f"signal {signal_id}"
    for controller in network.controllers:
        for control in controller.controls:
            if control.signal_id in out:
                out[control.signal_id] = f"controller {controller.id}"
    return out


def _rings(network: RoadNetwork) -> list[list[str]]:
    """The groups that take turns: those of each junction's controllers; all others together."""
    known = set(_groups(network).values())
    out, placed = [], set[str]()
    for junction in network.junctions:
        ordered = sorted(junction.controllers, key=lambda c: (c.sequence or 0, c.id))
        ring = [n for n in dict.fromkeys(f"controller {c.id}" for c in ordered) if n in known - placed]
        placed.update(ring)
        out += [ring] if ring else []
    rest = sorted(known - placed)
    return out + ([rest] if rest else [])


def _is_light(signal: MapSignal) -> bool:
    return signal.dynamic and signal.type in _LIGHT_TYPES
