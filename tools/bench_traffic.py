"""What a tick of simulation costs in CPU time: vehicles alone, people alone and both, in growing numbers.

    python tools/bench_traffic.py --each 50 100 200 400
    python tools/bench_traffic.py --world town --each 200 500     # as far as a street has room

Nothing is rendered. Every eighth vehicle is a bicycle. The first second, in which everybody sets out, is not
counted; what is set up before the first tick stands apart. Cost is linear where the last column is flat.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from itertools import islice

from cpu_time import cpu_s

from sim.scenario import Pedestrian, Scenario
from sim.scenario.sampling import sample
from sim.simulation import simulate

LARGE = {"blocks_x": 4, "blocks_y": 4, "block_length_m": 160.0, "block_depth_m": 120.0}
"""Parameters of the default world, `residential`, with room for some hundreds."""
SET_OUT = 20


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--world", default="residential")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, nargs="+", default=[50, 100, 200, 400])
    parser.add_argument("--ticks", type=int, default=100)
    args = parser.parse_args()
    settings = LARGE if args.world == "residential" else {}
    print(
        f"{'of each':>7} {'set up s':>8} {'vehicles ms':>11} {'people ms':>9} {'both ms':>8} "
        f"{'both us/each':>12}"
    )
    for each in args.each:
        crowd = {
            "vehicles": each - each // 8,
            "cyclists": each // 8,
            "motorcyclists": 0,
            "parked": 0,
            "parked_cycles": 0,
            "people": each,
        }
        both = sample(args.world, seed=args.seed, warmup_s=0.0, **settings, **crowd)
        people = tuple(agent for agent in both.agents if isinstance(agent, Pedestrian))
        vehicles = tuple(agent for agent in both.agents if not isinstance(agent, Pedestrian))
        cost = [tick_ms(both, agents, args.ticks) for agents in (vehicles, people, both.agents)]
        print(
            f"{each:7} {cost[2][0]:8.1f} {cost[0][1]:11.2f} {cost[1][1]:9.2f} {cost[2][1]:8.2f} "
            f"{1e3 * cost[2][1] / each:12.1f}",
            flush=True,
        )
    return 0


def tick_ms(scenario: Scenario, agents: tuple[object, ...], ticks: int) -> tuple[float, float]:
    """CPU seconds until the first tick and milliseconds for each of `ticks` later ones, of some agents."""
    some = dataclasses.replace(
        scenario,
        agents=agents,  # type: ignore[arg-type]
        sensors=tuple(camera for camera in scenario.sensors if not camera.mount),
        duration_s=(SET_OUT + ticks) / scenario.tick_hz,
    )
    began, states = cpu_s(), simulate(some)
    next(states)
    ready = cpu_s()
    for _ in islice(states, SET_OUT):
        pass
    set_out = cpu_s()
    count = sum(1 for _ in states)
    return ready - began, 1e3 * (cpu_s() - set_out) / count


if __name__ == "__main__":
    sys.exit(main())
