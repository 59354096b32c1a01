"""Prove that clean data are clean: record every world with every channel and audit what was written.

    python tools/audit_proof.py --seeds 5

Each street is filmed by a stereo pair, a wide lens and a fisheye on the ego car and by the fixed camera. The
worst case of every check over all streets is printed beside its limit; one finding, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
from pathlib import Path

import sim
from sim.audit import check
from sim.audit.report import Result
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import CAMERA_CHANNELS, Scenario
from sim.scenario.catalog import world_names

_WIDE = BrownConrady(k1=-0.28, k2=0.09, p1=0.0006, p2=-0.0004, k3=-0.012)
_FISHEYE = KannalaBrandt(k1=0.02, k2=-0.004, k3=0.0005, k4=-0.00003)


def filmed(world: str, seed: int, duration_s: float) -> Scenario:
    """A street drawn from a seed, before five cameras that record everything there is."""
    scenario = sim.sample(world, seed=seed, duration_s=duration_s, width_px=640, height_px=360)
    front, *fixed = (dataclasses.replace(c, channels=CAMERA_CHANNELS) for c in scenario.sensors)
    wide = dataclasses.replace(front, name="wide", hfov_deg=85.0, distortion=_WIDE)
    # Before the nose: behind the windscreen a fisheye would see little but the car that carries it.
    nose = {"x_m": 3.8, "z_m": 0.8, "width_px": 480}
    fisheye = dataclasses.replace(front, name="fisheye", hfov_deg=190.0, distortion=_FISHEYE, **nose)
    return dataclasses.replace(scenario, sensors=(*sim.stereo(front), wide, fisheye, *fixed))


def worse(one: Result | None, other: Result) -> Result:
    """The one that came nearer to its limit, with what both compared."""
    if one is None or not other.compared:
        return one or other
    nearer = max(one, other, key=lambda r: (r.compared > 0, r.worst / r.limit if r.limit else r.worst))
    return dataclasses.replace(nearer, compared=one.compared + other.compared)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="streets of each world")
    parser.add_argument("--first", type=int, default=0, help="seed of the first")
    parser.add_argument("--duration-s", type=float, default=0.5)
    args = parser.parse_args()
    worst: dict[str, Result] = {}
    found = 0
    for world in world_names():
        for seed in range(args.first, args.first + args.seeds):
            with tempfile.TemporaryDirectory() as folder:
                data = Path(folder) / "data"
                sim.record(filmed(world, seed, args.duration_s), data, sequence=f"{world}-{seed}")
                report = check(data)
            for result in report.results:
                worst[result.check] = worse(worst.get(result.check), result)
            found += report.found
            print(f"{world} seed {seed}: {report.found} findings", flush=True)
            for finding in report.findings:
                print(f"  {finding.check}: {finding}", flush=True)
    print("\n| check | compared | worst | limit | where |\n|---|---|---|---|---|")
    for r in worst.values():
        where = r.where or r.not_applicable
        print(f"| {r.check} | {r.compared} | {r.worst:.4g} {r.unit} | {r.limit:g} | {where} |")
    print(f"\n{found} findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
