"""What more processes cost and gain: CPU and wall time a frame of `--jobs 1` and `--jobs N`.

    python tools/bench.py --jobs 2 [--rounds 3]

Each measurement is `roadreel run` of two sequences a job, once short, once long, in turn with all others;
what counts is the difference, so that imports and the building of streets do not. CPU is user and system time
of all processes. Wall time means something only where nothing else runs: the load of the machine is printed.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

SECONDS = (1, 3)
_RATE_HZ, _CAMERAS = 10, 2


def report(jobs: int, rounds: int, size: tuple[int, int]) -> None:
    """Print the table of one image size."""
    busy = max(0.0, os.getloadavg()[0])
    found: dict[int, list[tuple[float, float]]] = {1: [], jobs: []}
    for _ in range(rounds):
        for processes, measured in found.items():
            short, long = (_run(processes, jobs, seconds, size) for seconds in SECONDS)
            images = 2 * jobs * _CAMERAS * _RATE_HZ * (SECONDS[1] - SECONDS[0])
            measured.append(tuple(1000 * (b - a) / images for a, b in zip(short, long, strict=True)))  # type: ignore[arg-type]
    cpu, wall = ({k: statistics.median(m[i] for m in v) for k, v in found.items()} for i in (0, 1))
    print(f"\n{size[0]}x{size[1]}, {len(os.sched_getaffinity(0))} cores, load before the start {busy:.1f}")
    print("| --jobs | CPU ms an image | wall ms an image |\n|---|---|---|")
    for processes in found:
        print(f"| {processes} | {cpu[processes]:.1f} | {wall[processes]:.1f} |")
    print(f"CPU of --jobs {jobs} over that of 1: {cpu[jobs] / cpu[1]:.2f}; speed: {wall[1] / wall[jobs]:.2f}")


def _run(processes: int, jobs: int, seconds: int, size: tuple[int, int]) -> tuple[float, float]:
    """CPU and wall seconds of a run."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "sim", "run", "crossing", "--seeds", f"0:{2 * jobs}",
            "--jobs", str(processes), "--duration-s", str(seconds), "--rate-hz", str(_RATE_HZ),
            "--width-px", str(size[0]), "--height-px", str(size[1]), "--set", "warmup_s=0.0",
            "--out", folder,
        ]  # fmt: skip
        cpu, wall = _cpu_of_children(), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return _cpu_of_children() - cpu, time.perf_counter() - wall


def _cpu_of_children() -> float:
    """Seconds of all processes that were started here and have ended, theirs included."""
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime
