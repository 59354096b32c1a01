"""Prove that nobody runs into anybody: simulate streets and test every pair of footprints at every tick.

    python tools/overlap_proof.py --seeds 10 --duration 60

Footprints are the oriented rectangles of vehicles, prams, dogs and wheelchairs (`Body.footprint_m`) and discs
of 0.2 m below people. The tests here are exact and share no code with the simulation: two convex shapes are
apart if and only if an edge normal (or, for a disc, the nearest point of the rectangle) separates them. Lanes
are checked as well: the rear axle of whoever drives stays on a centre line.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WaitReason, WorldState
from sim.scenario.catalog import load_world, world_names
from sim.scenario.population import default_scenario
from sim.scenario.room import with_room
from sim.simulation import simulate
from sim.world import World

PERSON_RADIUS_M = 0.2


@dataclass
class Finding:
    """What one run showed."""

    ticks: int = 0
    overlaps: int = 0
    closest_m: float = np.inf
    off_lane_m: float = 0.0
    last_resort: int = 0
    unexplained_s: float = 0.0
    first: str = ""


def corners_of(state: WorldState) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Rows of all but people and the (V, 4, 2) corners of their footprints, counter-clockwise."""
    rows = np.array([k for k, kind in enumerate(state.roster.categories) if not kind.is_person], np.intp)
    out = np.zeros((len(rows), 4, 2))
    for n, k in enumerate(rows):
        x0, x1, half = state.roster.bodies[k].footprint_m
        local = np.array([[x0, -half], [x1, -half], [x1, half], [x0, half]])
        yaw = state.poses.yaw_rad[k]
        turn = np.array([[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]])
        out[n] = local @ turn.T + state.poses.position_m[k, :2]
    return rows, out


def polygon_gap_m(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Distance of two rectangles given by corners; 0 or less if they overlap."""
    best = -np.inf
    for ring in (a, b):
        edge = np.roll(ring, -1, 0) - ring
        normal = np.stack([edge[:, 1], -edge[:, 0]], 1) / np.hypot(*edge.T)[:, None]
        pa, pb = a @ normal.T, b @ normal.T
        gaps = np.maximum(pb.min(0) - pa.max(0), pa.min(0) - pb.max(0))
        best = max(best, float(gaps.max()))
    return best


def point_gap_m(point: NDArray[np.float64], ring: NDArray[np.float64]) -> float:
    """Distance from a point to a rectangle given by corners; negative inside."""
    edge = np.roll(ring, -1, 0) - ring
    cross = edge[:, 0] * (point[1] - ring[:, 1]) - edge[:, 1] * (point[0] - ring[:, 0])
    if (cross >= 0).all():
        return -float((cross / np.hypot(*edge.T)).min())
    share = np.clip(((point - ring) * edge).sum(1) / (edge**2).sum(1), 0, 1)
    return float(np.hypot(*(ring + share[:, None] * edge - point).T).min())


def gaps(state: WorldState) -> Iterable[tuple[float, int, int]]:
    """(gap, row, row) of every pair near enough to matter."""
    rows, corners = corners_of(state)
    riders = state.roster.rider_of
    # Riders are where their machine is, and its footprint has room for them.
    kinds = enumerate(state.roster.categories)
    people = np.array([k for k, kind in kinds if kind.is_person and k not in riders], np.intp)
    xy = state.poses.position_m[:, :2]
    middle = corners.mean(1)
    for i in range(len(rows)):
        for j in np.flatnonzero(np.hypot(*(middle[i + 1 :] - middle[i]).T) < 14.0) + i + 1:
            # A trailer hangs over its tractor.
            if state.roster.towed_by.get(int(rows[j])) != rows[i]:
                yield polygon_gap_m(corners[i], corners[j]), int(rows[i]), int(rows[j])
        for p in people[np.hypot(*(xy[people] - middle[i]).T) < 8.5]:
            yield point_gap_m(xy[p], corners[i]) - PERSON_RADIUS_M, int(rows[i]), int(p)
    for n, p in enumerate(people):
        away = np.hypot(*(xy[people[n + 1 :]] - xy[p]).T)
        for q in np.flatnonzero(away < 1.0):
            yield float(away[q]) - 2 * PERSON_RADIUS_M, int(p), int(people[n + 1 + q])


def off_lane_m(state: WorldState, world: World) -> float:
    """How far the worst rear axle is from every lane's centre line; cyclists and trailers are free."""
    lines = [np.array(lane.centre_m) for lane in world.network.lanes if lane.kind == "driving"]
    a = np.concatenate([line[:-1] for line in lines])
    d = np.concatenate([np.diff(line, axis=0) for line in lines])
    worst = 0.0
    for k, kind in enumerate(state.roster.categories):
        cyclist = kind.name == "vehicle.bicycle"
        free = state.roster.parked[k] or k in state.roster.towed_by or cyclist
        if kind.is_vehicle and not free:
            point = state.poses.position_m[k, :2]
            share = np.clip(((point - a) * d).sum(1) / (d**2).sum(1), 0, 1)
            worst = max(worst, float(np.hypot(*(a + share[:, None] * d - point).T).min()))
    return worst


def examine(world: World, seed: int, duration_s: float, **population: int) -> Finding:
    """Run one street and test every tick."""
    out = Finding()
    idle = None
    for state in simulate(default_scenario(world, seed, duration_s=duration_s, **population)):
        out.ticks += 1
        for gap, i, j in gaps(state):
            out.closest_m = min(out.closest_m, gap)
            if gap < 0:
                out.overlaps += 1
                out.first = (
                    out.first or f"{state.roster.names[i]} and {state.roster.names[j]} at tick {state.tick}"
                )
        if state.tick % 10 == 0:
            out.off_lane_m = max(out.off_lane_m, off_lane_m(state, world))
        out.last_resort += int(state.memory["last_resort"])  # type: ignore[call-overload]
        still = (np.hypot(*state.velocity_mps.T) < 0.05) & (state.wait == WaitReason.NONE)
        still &= np.array([kind.is_vehicle for kind in state.roster.categories])
        idle = np.where(still, (0 if idle is None else idle) + 1, 0)
        out.unexplained_s = max(out.unexplained_s, float(idle.max(initial=0)) / state.tick_hz)
    return out


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--duration", type=float, default=60.0)
    parser.add_argument("--world", action="append", help="names of worlds; all of the catalog by default")
    parser.add_argument("--sampled", action="store_true", help="draw the streets, too")
    args = parser.parse_args()
    print(
        f"{'world':12} {'seed':>4} {'ticks':>6} {'overlaps':>8} {'closest m':>9} {'off lane m':>10} "
        f"{'last resort':>11} {'idle s':>6} {'CPU s':>6}"
    )
    failed = 0
    for name in args.world or world_names():
        module = load_world(name)
        for seed in range(args.first_seed, args.first_seed + args.seeds):
            world = module.sample(np.random.default_rng(seed)) if args.sampled else module.build()
            began = time.process_time()
            f = examine(world, seed, args.duration, **with_room(world, {}))
            failed += f.overlaps
            print(
                f"{name:12} {seed:4} {f.ticks:6} {f.overlaps:8} {f.closest_m:9.3f} {f.off_lane_m:10.4f} "
                f"{f.last_resort:11} {f.unexplained_s:6.1f} {time.process_time() - began:6.1f} {f.first}",
                flush=True,
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
