"""What labels cost: color alone, with depth and ids, with everything; amodal masks; encoding each channel.

    python tools/bench.py --labels [--frames 12]

Renderers film the same states of an avenue with about 60 agents in view, in turn, so that noise of the
machine meets all of them alike. Figures are CPU time of all threads, a frame of one camera, before encoding.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from cpu_time import cpu_s

SETS = {
    "RGB alone": ("rgb",),
    "RGB, depth, ids": ("rgb", "depth", "instance", "semantic"),
    "everything": None,  # all there is
}
AMODAL_SETS = {"depth": ("depth",), "depth and amodal masks": ("depth", "amodal")}


def measure(
    frames: int, size: tuple[int, int], people: int, sets: dict[str, tuple[str, ...] | None]
) -> tuple[dict[str, dict[str, list[float]]], dict[str, float], dict[str, float]]:
    """CPU ms by set and stage, CPU ms and MB of encoding by channel; medians are for the caller."""
    import sim
    from sim.dataset.images import ENCODERS
    from sim.frame import AMODAL, Frame
    from sim.labels import label
    from sim.moments import moments
    from sim.render import Renderer
    from sim.scenario import CAMERA_CHANNELS
    from sim.simulation import simulate

    scenario = sim.sample(
        "avenue", seed=7, vehicles=24, parked=10, people=people, width_px=size[0], height_px=size[1],
        duration_s=(frames + 2) / 10,
    )  # fmt: skip
    front = scenario.sensors[0]
    cameras = {k: dataclasses.replace(front, channels=v or CAMERA_CHANNELS) for k, v in sets.items()}
    spent: dict[str, dict[str, list[float]]] = {k: defaultdict(list) for k in sets}
    encoding: dict[str, list[tuple[float, float]]] = defaultdict(list)
    states = list(simulate(scenario))
    renderers = {k: Renderer(scenario.world, states[0].roster, [c]) for k, c in cameras.items()}

    def stages(name: str, moment: object) -> Iterator[None]:
        renderer = renderers[name]
        start = cpu_s()
        (capture,) = renderer.capture(moment.state, moment.before, moment.after)  # type: ignore[attr-defined]
        shot = cpu_s()
        frame = Frame(0, moment.state, {"front": capture})  # type: ignore[attr-defined]
        amodal = ("front",) if AMODAL in cameras[name].channels else ()
        frame = label(frame, bones=renderer.bones, near_m={"front": front.near_m}, amodal=amodal)
        spent[name]["render + read back"].append(shot - start)
        spent[name]["label"].append(cpu_s() - shot)
        if capture.silhouettes is not None and "rgb" not in capture.channels:
            spent[name]["silhouettes"].append(int((capture.silhouettes.areas_px() > 0).sum()))
        if name == "everything":
            spent[name]["agents in view"].append(sum(a.visible_px > 0 for a in frame.annotations["front"]))
            assert capture.unoccluded_px is not None
            spent[name]["silhouettes"].append(int((capture.unoccluded_px > 0).sum()))
            for channel, array in capture.channels.items():
                start = cpu_s()
                data = ENCODERS[channel](array)
                encoding[channel].append((cpu_s() - start, len(data)))
        capture.release()
        yield

    for moment in moments(states, [front]):
        if moment.before:
            for name in sets:
                for _ in stages(name, moment):
                    pass
    for renderer in renderers.values():
        renderer.close()
    medians = {c: 1000 * float(np.median([t for t, _ in v[1:]])) for c, v in encoding.items()}
    sizes = {c: float(np.median([n for _, n in v])) / 1e6 for c, v in encoding.items()}
    return spent, medians, sizes


def sums(spent: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    """Print a line per set, and give back the CPU ms of each."""
    print("| recorded | render + read back | label | sum |\n|---|---|---|---|")
    total = {}
    for name, stages in spent.items():
        ms = {stage: 1000 * float(np.median(times[1:])) for stage, times in stages.items()}
        total[name] = sum(ms.values())
        print(f"| {name} | {ms['render + read back']:.1f} | {ms['label']:.1f} | {total[name]:.1f} |")
    return total


def report(frames: int, size: tuple[int, int], people: int) -> None:
    """Print the tables of one image size."""
    spent, encoding, sizes = measure(frames, size, people, SETS)
    seen, outlines = (np.mean(spent["everything"].pop(k)) for k in ("agents in view", "silhouettes"))
    print(f"\n{size[0]}x{size[1]}, {seen:.0f} agents in view, {outlines:.0f} silhouettes; CPU ms a frame")
    total = sums(spent)
    more = total["everything"] - total["RGB, depth, ids"]
    print(f"everything costs {more:.1f} ms more than RGB, depth, ids\n")
    crowd, _, _ = measure(frames, size, 66, AMODAL_SETS)  # with the vehicles 100 agents
    outlines = np.mean(crowd["depth and amodal masks"].pop("silhouettes"))
    total = sums(crowd)
    more = total["depth and amodal masks"] - total["depth"]
    print(f"amodal masks of 100 agents, {outlines:.0f} of them in the image, cost {more:.1f} ms, read back")
    print("\n| channel | encode CPU ms | MB |\n|---|---|---|")
    for channel, ms in encoding.items():
        print(f"| {channel} | {ms:.1f} | {sizes[channel]:.2f} |")
