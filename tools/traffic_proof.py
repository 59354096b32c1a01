"""Prove that traffic behaves: simulate streets for minutes and look at every tick.

    python tools/traffic_proof.py --seeds 10 --minutes 5 --worlds avenue crossing

Nobody overlaps (`overlap_proof`) or is kept from it by force, wheels stay on the road, nobody passes a red
light, nobody stands for a minute without a reason in the state or for three with one, accelerations are
bounded, positions are continuous and every number is one. Streets are drawn from the seed.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from overlap_proof import gaps

from sim.agents.state import SignalColor, WaitReason, WorldState
from sim.agents.traffic import Traffic
from sim.scenario.catalog import world_names
from sim.scenario.population import default_scenario
from sim.scenario.room import with_room
from sim.simulation import simulate
from sim.world import World

STILL_MPS, STUCK_S = 0.1, 60.0
STILL_S = 180.0
"""Nobody stands longer than this, whatever the reason: several turns of the lights, or traffic is locked."""
GRIP_MPS2, THROTTLE_MPS2 = 8.5, 3.2
TYRE_M = 0.15
"""The middle of a tyre is this far inside the footprint."""
JUMP_M = 0.02


@dataclass
class Finding:
    """What one run showed.

    Attributes:
        ticks: simulated.
        overlaps: pairs of footprints that overlap, summed over ticks looked at.
        off_road: tyres beside the road, summed likewise.
        red: vehicles that passed a stop line at red.
        stuck_s: longest time somebody stood without a reason.
        still_s: longest time a driver stood for whatever reason.
        hardest_mps2, strongest_mps2: braking and acceleration.
        jerk_mps3: 99.9th percentile of the change of acceleration of drivers.
        jumps: places that do not follow from the speeds.
        not_numbers: numbers of states that are none.
        changes: lane changes begun.
        last_resort: vehicles kept from overlapping by force.
        first: the first overlap, tyre beside the road or red light passed.
    """

    ticks: int = 0
    overlaps: int = 0
    off_road: int = 0
    red: int = 0
    stuck_s: float = 0.0
    still_s: float = 0.0
    hardest_mps2: float = 0.0
    strongest_mps2: float = 0.0
    jerk_mps3: float = 0.0
    jumps: int = 0
    not_numbers: int = 0
    changes: int = 0
    last_resort: int = 0
    first: str = ""
    _jerks: list[NDArray[np.float64]] = field(default_factory=list, repr=False)

    @property
    def is_clean(self) -> bool:
        """True if nothing happened that must not."""
        bounded = self.hardest_mps2 <= GRIP_MPS2 + 1e-6 and self.strongest_mps2 <= THROTTLE_MPS2
        none = self.overlaps + self.off_road + self.red + self.jumps + self.not_numbers == 0
        flows = self.stuck_s < STUCK_S and self.still_s < STILL_S
        return bounded and none and flows and self.last_resort == 0

    def note(self, state: WorldState, what: str) -> None:
        """Remember what was first."""
        self.first = self.first or f"{what} at tick {state.tick}"


def examine(world: World, seed: int, duration_s: float, **population: int) -> Finding:
    """Run one street with its usual population and look at every tick."""
    usual = with_room(world, {"duration_s": duration_s, **population})
    return judged(world, simulate(default_scenario(world, seed, **usual)))


def judged(world: World, states: Iterable[WorldState]) -> Finding:
    """What states of consecutive ticks show.

    Args:
        world: where they are.
        states: of one run.
    """
    out, before, idle, stood = Finding(), None, np.zeros(0), np.zeros(0)
    for state in states:
        out.ticks += 1
        traffic = _traffic(state)
        out.last_resort += int(state.memory["last_resort"])  # type: ignore[call-overload]
        numbers = (state.poses.position_m, state.poses.yaw_rad, state.velocity_mps, state.accel_mps2)
        out.not_numbers += sum(int((~np.isfinite(column)).sum()) for column in numbers)
        out.hardest_mps2 = max(out.hardest_mps2, -float(traffic.accel_mps2.min(initial=0.0)))
        out.strongest_mps2 = max(out.strongest_mps2, float(traffic.accel_mps2.max(initial=0.0)))
        if state.tick % 4 == 0:
            for gap, i, j in gaps(state):
                if gap < 0:
                    out.overlaps += 1
                    out.note(state, f"{state.roster.names[i]} and {state.roster.names[j]} overlap")
            _off_road(out, state, world)
        if before is None:
            idle, stood = np.zeros(len(state.roster)), np.zeros(len(traffic))
        else:
            _compare(out, before, state, world)
        idle = np.where(_idle(state), idle + 1, 0)
        out.stuck_s = max(out.stuck_s, float(idle.max(initial=0)) / state.tick_hz)
        stood = np.where(traffic.speed_mps < STILL_MPS, stood + 1, 0)
        out.still_s = max(out.still_s, float(stood.max(initial=0)) / state.tick_hz)
        for k in np.flatnonzero(idle == STUCK_S * state.tick_hz):
            out.note(state, f"{state.roster.names[k]} stands without a reason")
        for k in traffic.rows[stood == STILL_S * state.tick_hz]:
            out.note(state, f"{state.roster.names[k]} stands for ever")
        before = state
    if out._jerks:
        out.jerk_mps3 = float(np.quantile(np.abs(np.concatenate(out._jerks)), 0.999))
    return out


def _traffic(state: WorldState) -> Traffic:
    traffic = state.memory["traffic"]
    assert isinstance(traffic, Traffic)
    return traffic


def _idle(state: WorldState) -> NDArray[np.bool_]:
    """(N,) who stands and says not why; people who stand and talk do nothing else."""
    still = np.hypot(*state.velocity_mps.T) < STILL_MPS
    out = still & (state.wait == WaitReason.NONE) & ~state.roster.parked
    crowd = state.memory["crowd"]
    rows, path = crowd.rows, crowd.path  # type: ignore[attr-defined]
    out[rows[path[:, 0] < 0]] = False
    return np.asarray(out)


def _off_road(out: Finding, state: WorldState, world: World) -> None:
    traffic, kinds = _traffic(state), [patch.kind for patch in world.ground]
    for row in traffic.rows:
        _, _, half_m = state.roster.bodies[row].footprint_m
        base_m = state.roster.bodies[row].skeleton.wheelbase_m  # type: ignore[union-attr]
        local = np.array([[x, y] for x in (0.0, base_m) for y in (TYRE_M - half_m, half_m - TYRE_M)])
        c, s = np.cos(state.poses.yaw_rad[row]), np.sin(state.poses.yaw_rad[row])
        points = local @ np.array([[c, s], [-s, c]]) + state.poses.position_m[row, :2]
        for patch in world.ground_patch(points):
            if patch < 0 or kinds[patch] != "road":
                out.off_road += 1
                out.note(state, f"{state.roster.names[row]} leaves the road")


def _compare(out: Finding, before: WorldState, after: WorldState, world: World) -> None:
    """What happened between two ticks."""
    old, new, lanes = _traffic(before), _traffic(after), world.network.lanes
    out.changes += int(((new.leaving >= 0) & (old.leaving < 0)).sum())
    out._jerks.append((new.accel_mps2 - old.accel_mps2) * after.tick_hz)
    xy = after.poses.position_m[new.rows, :2] - before.poses.position_m[new.rows, :2]
    way_m = (old.speed_mps + new.speed_mps) / 2 / after.tick_hz
    held = (new.speed_mps == 0) & (np.hypot(*xy.T) == 0)
    out.jumps += int((~held & (np.abs(np.hypot(*xy.T) - way_m) > JUMP_M)).sum())
    colors = dict(zip(before.signal_names, before.signals, strict=True))
    nose = np.array([after.roster.bodies[row].footprint_m[1] for row in new.rows])
    for i in np.flatnonzero(old.lane == new.lane):
        lane = lanes[new.lane[i]]
        line = lane.stop_line_s_m
        passes = lane.signal and old.s_m[i] + nose[i] <= line < new.s_m[i] + nose[i]
        if passes and colors[lane.signal] not in (SignalColor.GREEN, SignalColor.AMBER):
            out.red += 1
            out.note(after, f"{after.roster.names[new.rows[i]]} passes {lane.signal} at red")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--worlds", nargs="+", default=list(world_names()))
    args = parser.parse_args()
    print(
        f"{'world':12} {'seed':>4} {'ticks':>6} {'overlap':>7} {'off road':>8} {'red':>3} {'stuck s':>7} "
        f"{'still s':>7} "
        f"{'brake':>5} {'accel':>5} {'jerk':>5} {'jumps':>5} {'NaN':>3} {'lanes':>5} "
        f"{'forced':>6} {'CPU s':>6}"
    )
    failed = 0
    for name in args.worlds:
        module = importlib.import_module(f"worlds.{name}")
        for seed in range(args.first_seed, args.first_seed + args.seeds):
            began = time.process_time()
            f = examine(module.sample(np.random.default_rng(seed)), seed, 60.0 * args.minutes)
            failed += not f.is_clean
            print(
                f"{name:12} {seed:4} {f.ticks:6} {f.overlaps:7} {f.off_road:8} {f.red:3} {f.stuck_s:7.1f} "
                f"{f.still_s:7.1f} "
                f"{f.hardest_mps2:5.2f} {f.strongest_mps2:5.2f} {f.jerk_mps3:5.1f} {f.jumps:5} "
                f"{f.not_numbers:3} {f.changes:5} {f.last_resort:6} "
                f"{time.process_time() - began:6.1f} {f.first}",
                flush=True,
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
