"""What each camera response costs: CPU ms a frame of color, depth and ids.

    python tools/bench.py --response [--frames 12] [--world crossing] [--vehicles 40] [--people 60]

Cameras of all responses film the same states from one place, by day and by night. Figures are CPU time of all
threads, medians over frames, before labelling and encoding.
"""

from __future__ import annotations

import dataclasses
import statistics

from cpu_time import cpu_s

NIGHT_DEG = -12.0


def report(scenario: object, frames: int) -> None:
    """Print the table of one camera of a scenario, the first, as if it had each response."""
    from sim.environment import Environment
    from sim.render import Renderer
    from sim.scenario import RESPONSES, Scenario
    from sim.simulation import simulate

    assert isinstance(scenario, Scenario)
    first = scenario.sensors[0]
    cameras = [dataclasses.replace(first, name=name, response=r) for name, r in RESPONSES.items()]
    table: dict[str, list[float]] = {camera.name: [] for camera in cameras}
    for environment in (Environment(), Environment(sun_elevation_deg=NIGHT_DEG)):
        lit = dataclasses.replace(scenario, environment=environment)
        states = [s for s in simulate(lit) if s.tick % (lit.tick_hz // first.rate_hz) == 0][: frames + 1]
        for camera in cameras:
            spent = []
            with Renderer(lit.world, states[0].roster, [camera], seed=lit.seed) as renderer:
                for number, state in enumerate(states):
                    start = cpu_s()
                    (capture,) = renderer.capture(state)
                    capture.release()
                    if number:  # at the first picture programs compile, and a metered one is drawn twice
                        spent.append(1000 * (cpu_s() - start))
            table[camera.name].append(statistics.median(spent))
    print(f"\n{first.width_px}x{first.height_px}: {frames} frames of camera {first.name!r}")
    print("| response | day, CPU ms | night, CPU ms |\n|---|---|---|")
    for name, costs in table.items():
        print(f"| {name} | " + " | ".join(f"{cost:.0f}" for cost in costs) + " |", flush=True)
