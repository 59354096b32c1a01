"""What a frame costs: CPU and wall milliseconds by stage, start-up, memory, install size.

    python tools/bench.py [--world crossing] [--frames 20] [--vehicles 24] [--parked 10] [--people 34]
    python tools/bench.py --labels                 # color alone, with depth and ids, with everything
    python tools/bench.py --encode                 # what each channel costs as each type of file
    python tools/bench.py --quality                # draft, standard and high beside each other
    python tools/bench.py --response               # camera responses beside each other, by day and by night
    python tools/bench.py --light                  # day, dusk, night and rain at night beside each other
    python tools/bench.py --jobs 2                 # one process beside two

CPU is user + system time of all threads of the process (software OpenGL draws in threads of its own),
divided by frames. Stages run one after the other here; in `record` they overlap.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cpu_time import cpu_s

SIZES = ((1280, 720), (640, 360))


class Clock:
    """Sums CPU and wall seconds by stage."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = defaultdict(float)
        self.wall: dict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        cpu, wall = cpu_s(), time.perf_counter()
        yield
        self.cpu[name] += cpu_s() - cpu
        self.wall[name] += time.perf_counter() - wall


def scenario_for(args: argparse.Namespace, size: tuple[int, int]) -> object:
    import sim
    from sim.randomness import stream
    from sim.scenario.population import default_sensors, populate

    world = __import__(f"worlds.{args.world}", fromlist=["sample"]).sample(stream(args.seed, "bench/world"))
    agents = populate(world, args.seed, vehicles=args.vehicles, parked=args.parked, people=args.people)
    front = default_sensors(world, width_px=size[0], height_px=size[1], rate_hz=10)[:1]
    return sim.Scenario(
        world=world, agents=agents, sensors=front, duration_s=args.frames / 10, tick_hz=20, seed=args.seed
    )


def measure_stages(args: argparse.Namespace, size: tuple[int, int]) -> dict[str, object]:
    import numpy as np

    from sim.bodies import mesh_at
    from sim.dataset.images import ENCODERS
    from sim.frame import Frame
    from sim.labels import label
    from sim.render import Renderer
    from sim.simulation import simulate

    scenario = scenario_for(args, size)
    clock = Clock()
    states = simulate(scenario)
    state = next(states)
    vehicles, people, triangles, frames, images = [], [], [], 0, 0
    near_m = {c.name: c.near_m for c in scenario.sensors}
    with (
        tempfile.TemporaryDirectory() as folder,
        Renderer(scenario.world, state.roster, scenario.sensors) as camera,
    ):
        # Start-up is measured apart: programs compile and outlines of bodies are found at the first frame.
        first = Frame(0, state, {c.sensor: c for c in camera.capture(state)})
        label(first, bones=camera.bones, near_m=near_m).release()
        while True:
            with clock.stage("render + read back"):
                captures = camera.capture(state)
            if captures:
                frame = Frame(frames, state, {c.sensor: c for c in captures})
                with clock.stage("label"):
                    frame = label(frame, bones=camera.bones, near_m=near_m)
                encoded = []
                with clock.stage("encode"):
                    for capture in captures:
                        encoded += [(n, ENCODERS[n](a)) for n, a in capture.channels.items()]
                with clock.stage("write"):
                    for name, data in encoded:
                        (Path(folder) / f"{frames}-{name}").write_bytes(data)
                for capture in captures:
                    seen = [a for a in frame.annotations[capture.sensor] if a.visible_px]
                    vehicles.append(sum(a.category.startswith("vehicle") for a in seen))
                    people.append(sum(a.category.startswith("human") for a in seen))
                    focal_px = capture.intrinsics.fx_px
                    triangles.append(
                        sum(
                            len(mesh_at(state.roster.bodies[a.instance_id - 1], a.distance_m, focal_px).faces)
                            for a in frame.annotations[capture.sensor]
                        )
                    )
                    images += 1
                frame.release()
                frames += 1
            with clock.stage("simulate"):
                following = next(states, None)
            if following is None:
                break
            state = following
        static = sum(len(c.mesh.faces) for c in camera._stage.scenery.chunks)
        renderer = camera.gl_info.renderer
    stages = ("simulate", "render + read back", "label", "encode", "write")
    return {
        "size": f"{size[0]}x{size[1]}",
        "cpu_ms": {s: 1000 * clock.cpu[s] / images for s in stages},
        "wall_ms": {s: 1000 * clock.wall[s] / images for s in stages},
        "vehicles_in_view": float(np.mean(vehicles)),
        "people_in_view": float(np.mean(people)),
        "agent_triangles": float(np.mean(triangles)),
        "scenery_triangles": static,
        "agents": len(state.roster),
        "renderer": renderer,
    }


def measure_record(args: argparse.Namespace, size: tuple[int, int]) -> dict[str, float]:
    """The whole pipeline as a user runs it, less start-up: two lengths, the difference counts."""
    import sim

    results, waits = [], []
    for frames in (args.frames // 2, args.frames + args.frames // 2):
        args_now = argparse.Namespace(**{**vars(args), "frames": frames})
        scenario = scenario_for(args_now, size)
        with tempfile.TemporaryDirectory() as folder:
            cpu, wall = cpu_s(), time.perf_counter()
            sim.record(scenario, Path(folder) / "out", on_waits=waits.append)
            results.append((frames, cpu_s() - cpu, time.perf_counter() - wall))
    (n0, c0, w0), (n1, c1, w1) = results
    per_frame = 1000 / (n1 - n0)
    return {"cpu_ms": per_frame * (c1 - c0), "wall_ms": per_frame * (w1 - w0), "waits": sum(waits)}


FIRST = """
import time; start = time.perf_counter()
import sys, tempfile, pathlib, json
sys.path.insert(0, "tools")
import bench
args = bench.parse(sys.argv[1:])
args.frames = {frames}
import sim
scenario = bench.scenario_for(args, (1280, 720))
first = []
with tempfile.TemporaryDirectory() as folder:
    note = lambda: first.append(time.perf_counter() - start)
    sim.record(scenario, pathlib.Path(folder) / "out", on_frame=note)
# Not ru_maxrss: that counts what the parent held when it forked.
status = pathlib.Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps({{"first_s": first[0], "all_s": time.perf_counter() - start, "peak_mb": peak}}))
"""


def fresh(arguments: list[str], frames: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", FIRST.format(frames=frames), *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def world_build_ms(name: str) -> float:
    """Median CPU ms of `build` with default parameters."""
    build = __import__(f"worlds.{name}", fromlist=["build"]).build
    build()
    times = []
    for _ in range(15):
        start = cpu_s()
        build()
        times.append(1000 * (cpu_s() - start))
    return sorted(times)[7]


def install_mb() -> float:
    root = Path(sys.prefix) / "lib"
    return sum(f.stat().st_size for f in root.rglob("*") if f.is_file() and not f.is_symlink()) / 1e6


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--world", default="crossing")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--vehicles", type=int, default=24)
    parser.add_argument("--parked", type=int, default=10)
    parser.add_argument("--people", type=int, default=34)
    parser.add_argument("--stages-only", action="store_true", help="no start-up, memory, install size")
    parser.add_argument(
        "--labels", action="store_true", help="what each set of labels costs, and nothing else"
    )
    parser.add_argument(
        "--encode", action="store_true", help="what each type of image files costs, and nothing else"
    )
    parser.add_argument("--quality", action="store_true", help="what each quality costs, and nothing else")
    parser.add_argument("--response", action="store_true", help="what each camera response costs, no more")
    parser.add_argument("--light", action="store_true", help="what light and weather cost, and nothing else")
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="what N processes cost and gain, and nothing else"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of --jobs")
    return parser.parse_args(arguments)


def one_table(args: argparse.Namespace) -> bool:
    """Print the table that was asked for; False if it is the whole report."""
    if args.labels:
        import bench_labels

        for size in SIZES:
            bench_labels.report(args.frames, size, people=84)
        return True
    if args.encode:
        import bench_encode

        bench_encode.report(args.frames)
        return True
    if args.quality:
        import bench_quality

        for size in SIZES:
            bench_quality.report(scenario_for(args, size), args.frames)
        return True
    if args.response:
        import bench_response

        bench_response.report(scenario_for(args, SIZES[0]), args.frames)
        return True
    if args.light:
        import bench_light

        for size in SIZES:
            bench_light.report(scenario_for(args, size), args.frames)
        return True
    if args.jobs:
        import bench_jobs

        bench_jobs.report(args.jobs, args.rounds, SIZES[1])
        return True
    return False


def main() -> None:
    args = parse(sys.argv[1:])
    if one_table(args):
        return
    rows = [measure_stages(args, size) for size in SIZES]
    print(f"world {args.world}, seed {args.seed}, {rows[0]['agents']} agents, OpenGL {rows[0]['renderer']}")
    for row in rows:
        print(
            f"{row['size']}: {row['vehicles_in_view']:.1f} vehicles and {row['people_in_view']:.1f} people "
            f"in view; triangles: {row['agent_triangles'] / 1000:.0f}k of agents in view, "
            f"{row['scenery_triangles'] / 1000:.0f}k of scenery in all"
        )
    print("\n| CPU ms / wall ms a frame | " + " | ".join(str(r["size"]) for r in rows) + " |")
    print("|---|" + "---|" * len(rows))
    for stage in rows[0]["cpu_ms"]:
        cells = [f"{r['cpu_ms'][stage]:.1f} / {r['wall_ms'][stage]:.1f}" for r in rows]
        print(f"| {stage} | " + " | ".join(cells) + " |")
    sums = [f"{sum(r['cpu_ms'].values()):.0f} / {sum(r['wall_ms'].values()):.0f}" for r in rows]
    print("| sum of stages | " + " | ".join(sums) + " |")
    if args.stages_only:
        return
    whole = [measure_record(args, size) for size in SIZES]
    print(
        "| `record`, overlapped | "
        + " | ".join(f"{w['cpu_ms']:.0f} / {w['wall_ms']:.0f}" for w in whole)
        + " |"
    )
    print("| rendering waited for encoders, times | " + " | ".join(f"{w['waits']}" for w in whole) + " |")
    short, long = fresh(sys.argv[1:], 20), fresh(sys.argv[1:], 100)
    print(f"\nfrom `import sim` to the first frame handed to disk: {short['first_s']:.1f} s")
    print(f"a fresh process, 20 frames recorded: {short['all_s']:.1f} s")
    print(f"peak memory: {short['peak_mb']:.0f} MB for 20 frames, {long['peak_mb']:.0f} MB for 100 frames")
    print(f"a world as data: {world_build_ms(args.world):.0f} CPU ms")
    print(f"installed size of the environment: {install_mb():.0f} MB")


if __name__ == "__main__":
    main()
