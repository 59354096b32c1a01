"""Chains through junctions -> who yields to whom: by priorities, signs, oncoming traffic, the nearer side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.roads import RoadNetwork, conflict_areas
from worlds._map_lanes import Chain, heading_rad

__all__ = ["yields"]

_YIELD_TYPES = frozenset({"205", "206"})
"""Yield and stop in the catalogs of Germany and of CARLA's maps."""
_ONCOMING_RAD, _ASIDE_RAD = 2.3, 0.8


def yields(network: RoadNetwork, chains: Sequence[Chain], signal: Mapping[int, str]) -> dict[int, list[int]]:
    """Chain -> the chains whose traffic goes first where they meet.

    Args:
        network: the map.
        chains: its chains.
        signal: group that governs a chain before a junction.
    """
    chain_of = {row: k for k, chain in enumerate(chains) for row in chain.rows}
    before = {n: k for k, chain in enumerate(chains) for n in chain.successors if chains[n].junction}
    listed = {(p.high, p.low) for junction in network.junctions for p in junction.priorities}
    minor = {k for k in before.values() if _has_to_yield(network, chains[k])}
    left_hand = {
        k: network.roads[network.lanes.road[chain.rows[0]]].left_hand for k, chain in enumerate(chains)
    }
    out: dict[int, list[int]] = {}
    for junction in network.junctions:
        pairs = {
            tuple(sorted((chain_of[a], chain_of[b])))
            for area in conflict_areas(network, junction.id)
            if area.kind != "diverge"
            for a, b in [area.lanes]
            if a in chain_of and b in chain_of
        }
        for a, b in sorted(pairs):
            if a not in before or b not in before or before[a] == before[b]:
                continue
            lights = signal.get(before[a], ""), signal.get(before[b], "")
            if all(lights) and lights[0] != lights[1]:
                continue
            roads = network.lanes.keys[chains[a].rows[0]].road, network.lanes.keys[chains[b].rows[0]].road
            if roads in listed or roads[::-1] in listed:
                first = roads in listed
            elif not any(lights) and (before[a] in minor) != (before[b] in minor):
                first = before[b] in minor
            else:
                first = _goes_first(chains[a], chains[b], left_hand[a])
            low, high = (b, a) if first else (a, b)
            out.setdefault(low, []).append(high)
    return out


def _goes_first(a: Chain, b: Chain, left_hand: bool) -> bool:
    """Whether `a` goes before `b` by the rules of the road; ties go to `a`."""
    side = -1.0 if left_hand else 1.0
    across = "right" if left_hand else "left"
    turn = side * math.remainder(heading_rad(b, 0) - heading_rad(a, 0), math.tau)
    if abs(turn) > _ONCOMING_RAD:
        return a.turn != across or b.turn == across
    # Who comes from the nearer side (the right, where traffic keeps right) goes first.
    return not turn > _ASIDE_RAD


def _has_to_yield(network: RoadNetwork, chain: Chain) -> bool:
    """A yield or stop sign stands for its last lane."""
    lanes, row = network.lanes, chain.rows[-1]
    for signal in network.roads[lanes.road[row]].signals:
        along = {"+": 1, "-": -1}.get(signal.orientation, int(lanes.along[row]))
        if signal.type in _YIELD_TYPES and along == lanes.along[row]:
            return True
    return False
