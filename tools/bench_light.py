"""What light and weather cost: CPU ms a frame of color, depth and ids by day, in dusk, at night, in rain.

    python tools/bench.py --light [--frames 12] [--world crossing] [--vehicles 40] [--people 60]

One renderer for each light films the same states in turn: noise of the machine meets all of them alike.
Figures are CPU time of all threads, medians over frames, before labelling and encoding.
"""

from __future__ import annotations

import dataclasses
import statistics

from cpu_time import cpu_s

LIGHTS: dict[str, dict[str, float]] = {
    "day": {"sun_elevation_deg": 42.0},
    "dusk": {"sun_elevation_deg": 3.0},
    "night": {"sun_elevation_deg": -20.0},
    "rain at night": {
        "sun_elevation_deg": -20.0,
        "cloud_cover": 0.9,
        "rain_mm_per_h": 5.0,
        "wetness": 1.0,
        "puddles": 0.4,
        "visibility_m": 8000.0,
    },
}


def report(scenario: object, frames: int) -> None:
    """Print the table of one camera of a scenario, the first."""
    from sim.environment import Environment
    from sim.render import Renderer
    from sim.scenario import Scenario
    from sim.simulation import simulate

    assert isinstance(scenario, Scenario)
    camera = scenario.sensors[0]
    states = [s for s in simulate(scenario) if s.tick % (scenario.tick_hz // camera.rate_hz) == 0]
    renderers = {light: Renderer(scenario.world, states[0].roster, [camera]) for light in LIGHTS}
    spent: dict[str, list[float]] = {light: [] for light in LIGHTS}
    for number, state in enumerate(states[: frames + 1]):
        for light, renderer in renderers.items():
            lit = dataclasses.replace(state, environment=Environment(**LIGHTS[light]))  # type: ignore[arg-type]
            start = cpu_s()
            (capture,) = renderer.capture(lit)
            capture.release()
            if number:  # at the first picture programs compile
                spent[light].append(1000 * (cpu_s() - start))
    for renderer in renderers.values():
        renderer.close()
    ms = {light: statistics.median(times) for light, times in spent.items()}
    print(f"\n{camera.width_px}x{camera.height_px}: {len(spent['day'])} frames of camera {camera.name!r}")
    print("| light | render + read back, CPU ms | of day |\n|---|---|---|")
    for light, cost in ms.items():
        print(f"| {light} | {cost:.1f} | {cost / ms['day']:.2f} |", flush=True)
