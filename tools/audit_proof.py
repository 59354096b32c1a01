"""Worlds and seeds -> short runs of every channel, audited: how much was compared, worst cases, findings.

    python tools/audit_proof.py --worlds avenue crossing --seeds 5

Prints one line per run and the worst case of every check over all runs; exits 1 on a finding.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile

import sim
from sim.audit import Report, Result
from sim.scenario import CAMERA_CHANNELS
from sim.scenario.rigs import stereo


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--worlds", nargs="+", default=["avenue", "crossing"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--duration", type=float, default=0.5)
    parser.add_argument("--width", type=int, default=640)
    arguments = parser.parse_args()
    reports = []
    for world in arguments.worlds:
        for seed in range(arguments.seeds):
            report = audited(world, seed, arguments.duration, arguments.width)
            compared = sum(result.compared for result in report.results)
            print(f"{world} {seed}: {report.found} findings, {compared} comparisons", flush=True)
            for finding in report.findings:
                print(f"  {finding.check}: {finding}", flush=True)
            reports.append(report)
    print(summary(reports))
    sys.exit(any(report.found for report in reports))


def audited(world: str, seed: int, duration_s: float, width_px: int) -> Report:
    """The audit of one run: the first of the scenario's cameras as a stereo pair, and its other cameras."""
    scenario = sim.sample(world, seed=seed)
    front, *others = (
        dataclasses.replace(c, width_px=width_px, height_px=width_px * 9 // 16, channels=CAMERA_CHANNELS)
        for c in scenario.sensors
    )
    sensors = (*stereo(front, 0.5), *others)
    with tempfile.TemporaryDirectory() as folder:
        sim.record(dataclasses.replace(scenario, sensors=sensors, duration_s=duration_s), folder)
        return sim.check(folder)


def summary(reports: list[Report]) -> str:
    """Every check: what was compared in all runs, and the worst case of all."""
    lines = []
    for results in zip(*(report.results for report in reports), strict=True):
        worst = max(results, key=excess)
        unit = f" {worst.unit}" if worst.unit else ""
        compared = sum(result.compared for result in results)
        found = sum(result.findings for result in results)
        worst_case = f"worst {worst.worst:.4g}{unit} of {worst.limit:.4g}" if compared else "not applicable"
        lines.append(f"{worst.check:24} {compared:>11} {found:>4} findings  {worst_case}")
    return "\n".join(lines)


def excess(result: Result) -> float:
    """Worst case over limit."""
    return result.worst / result.limit if result.limit else result.worst


if __name__ == "__main__":
    main()
