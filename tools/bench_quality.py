"""What each quality costs: CPU ms a frame of color, depth and ids.

    python tools/bench.py --quality [--frames 12] [--world crossing] [--vehicles 40] [--people 60]

Renderers of all qualities film the same states in turn, so that noise of the machine meets all of them alike.
Figures are CPU time of all threads, medians over frames, before labelling and encoding.
"""

from __future__ import annotations

import statistics

from cpu_time import cpu_s


def report(scenario: object, frames: int) -> None:
    """Print the table of one camera of a scenario, the first."""
    from sim.render import Renderer
    from sim.scenario import QUALITIES, Scenario
    from sim.simulation import simulate

    assert isinstance(scenario, Scenario)
    camera = scenario.sensors[0]
    states = [s for s in simulate(scenario) if s.tick % (scenario.tick_hz // camera.rate_hz) == 0]
    renderers = {q: Renderer(scenario.world, states[0].roster, [camera], quality=q) for q in QUALITIES}
    spent: dict[str, list[float]] = {quality: [] for quality in QUALITIES}
    for number, state in enumerate(states[: frames + 1]):
        for quality, renderer in renderers.items():
            start = cpu_s()
            (capture,) = renderer.capture(state)
            capture.release()
            if number:  # at the first picture programs compile
                spent[quality].append(1000 * (cpu_s() - start))
    for renderer in renderers.values():
        renderer.close()
    ms = {quality: statistics.median(times) for quality, times in spent.items()}
    print(
        f"\n{camera.width_px}x{camera.height_px}: {len(spent['standard'])} frames of camera {camera.name!r}"
    )
    print("| quality | render + read back, CPU ms | of standard |\n|---|---|---|")
    for quality, cost in ms.items():
        print(f"| {quality} | {cost:.1f} | {cost / ms['standard']:.2f} |", flush=True)
