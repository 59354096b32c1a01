"""How much people hide each other: boxes of people per frame and how many are less than half visible.

    python tools/crowd_statistics.py --streets 3 --frames 4

Films streets drawn from seeds from both default cameras, at each density, and counts people on foot whose
whole body would be at least 25 pixels tall. MOT17's training sequences show 8 to 45 people in a frame, 29 to
61 % of their boxes less than half visible. Also: what people on foot are doing.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter
from collections.abc import Sequence

import numpy as np

import sim
from sim.agents.state import Activity, WaitReason
from sim.frame import Annotation, Frame
from sim.labels import label
from sim.render import Renderer
from sim.scenario._habits import DENSITIES
from sim.scenario.response import CameraResponse
from sim.simulation import simulate

SHORTEST_PX = 25.0


def people_seen(annotations: Sequence[Annotation]) -> list[float]:
    """Visibilities of people on foot who are tall enough in the picture to count."""
    return [
        a.visibility or 0.0
        for a in annotations
        if a.category.startswith("human.pedestrian")
        and a.box2d_amodal[3] - a.box2d_amodal[1] >= SHORTEST_PX
        and a.truncation < 0.5
        and (a.unoccluded_px or 0) > 0
    ]


def film(
    world: str, seed: int, density: str, frames: int, width_px: int
) -> tuple[list[list[float]], Counter[str]]:
    """Visibilities of people in every picture, and how often people do what."""
    height_px = width_px * 9 // 16
    scenario = sim.sample(
        world, seed=seed, density=density, duration_s=2.0 * frames, width_px=width_px, height_px=height_px
    )
    plain = [
        dataclasses.replace(c, channels=("instance",), response=CameraResponse()) for c in scenario.sensors
    ]
    states = list(simulate(dataclasses.replace(scenario, sensors=tuple(plain))))
    seen, does = [], Counter[str]()
    near_m = {camera.name: camera.near_m for camera in plain}
    with Renderer(scenario.world, states[0].roster, plain, quality="draft", seed=seed) as renderer:
        for index, state in enumerate(states[:: len(states) // frames][:frames]):
            captures = {c.sensor: c for c in renderer.capture(state)}
            frame = label(Frame(index, state, captures), bones=renderer.bones, near_m=near_m)
            seen += [people_seen(found) for found in frame.annotations.values()]
            frame.release()
            for row in state.memory["crowd"].rows:  # type: ignore[attr-defined]
                reason, activity = WaitReason(int(state.wait[row])), Activity(int(state.activity[row]))
                does[reason.name if activity == Activity.STANDING and reason else activity.name] += 1
    return seen, does


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--streets", type=int, default=2, help="of each world")
    parser.add_argument("--frames", type=int, default=4, help="of each street and camera")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--world", action="append", help="names of worlds; avenue and crossing by default")
    parser.add_argument("--density", action="append", choices=list(DENSITIES))
    parser.add_argument("--width-px", type=int, default=1280)
    args = parser.parse_args()
    print(f"{'world':12} {'density':8} {'people per frame':>16} {'less than half visible':>23}  what they do")
    for world in args.world or ["avenue", "crossing"]:
        for density in args.density or DENSITIES:
            frames: list[list[float]] = []
            does = Counter[str]()
            for seed in range(args.first_seed, args.first_seed + args.streets):
                more, doing = film(world, seed, density, args.frames, args.width_px)
                frames += more
                does += doing
            people = np.array([v for frame in frames for v in frame])
            hidden = f"{(people < 0.5).mean():23.2f}" if len(people) else f"{'-':>23}"
            shares = ", ".join(f"{n / does.total():.2f} {name.lower()}" for name, n in does.most_common())
            print(f"{world:12} {density:8} {len(people) / len(frames):16.1f} {hidden}  {shares}", flush=True)


if __name__ == "__main__":
    main()
