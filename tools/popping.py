"""How much each body changes where its level of detail does: python tools/popping.py [name ...]

Each body stands alone; cameras stand 1 mm on either side of the distance at which the renderer takes a
coarser mesh, and 0.5 m nearer, a frame at 10 Hz and 18 km/h. Printed are the mean absolute differences of
luma (0 to 255) over the body's pixels, of the switch and of the motion: what jumps less than an ordinary
frame moves is not seen to jump.
"""

from __future__ import annotations

import argparse
import dataclasses
from statistics import median

import cv2
import numpy as np
from gallery import bodies, ground, standing

from sim.bodies import COARSE_FROM_M, FAR_FROM_M, BodySpec, build_body
from sim.bodies.body import REFERENCE_FOCAL_PX
from sim.environment import Environment
from sim.frame import Capture
from sim.render import Renderer
from sim.scenario import Camera, Scenario
from sim.simulation import simulate

AZIMUTH_DEG, HEIGHT_M = 35.0, 1.3
STEP_M, NEAR_M = 0.5, 0.001
LIGHT = Environment(60.0, 40.0, cloud_cover=0.2)


def jumps(spec: BodySpec, from_m: float) -> tuple[float, float]:
    """Mean absolute difference of luma at the switch, and over one frame of motion."""
    cameras = tuple(
        _camera(name, away_m)
        for name, away_m in (
            ("moved", from_m - STEP_M),
            ("fine", from_m - NEAR_M),
            ("coarse", from_m + NEAR_M),
        )
    )
    scenario = Scenario(ground(), (standing(spec),), cameras, duration_s=0.1, environment=LIGHT)
    state = next(iter(simulate(scenario)))
    driven = dataclasses.replace(state.roster, parked=np.zeros(len(state.roster), bool))
    with Renderer(scenario.world, driven, cameras) as renderer:
        moved, fine, coarse = renderer.capture(state)
        return _difference(fine, coarse), _difference(fine, moved)


def _camera(name: str, away_m: float) -> Camera:
    a, flat_m = np.deg2rad(AZIMUTH_DEG), np.sqrt(away_m**2 - HEIGHT_M**2)
    return Camera(
        name, "", float(flat_m * np.cos(a)), float(flat_m * np.sin(a)), HEIGHT_M, AZIMUTH_DEG + 180.0,
        width_px=1280, height_px=720, fx_px=REFERENCE_FOCAL_PX, channels=("rgb", "instance"),
    )  # fmt: skip


def _difference(one: Capture, other: Capture) -> float:
    body = (one.instance > 0) | (other.instance > 0)
    luma = [cv2.cvtColor(c.rgb, cv2.COLOR_RGB2GRAY).astype(float)[body] for c in (one, other)]
    return float(np.abs(luma[0] - luma[1]).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="all by default")
    args = parser.parse_args()
    known = bodies()
    ratios: list[float] = []
    print(f"{'body':16} {'at m':>5} {'switch':>7} {'motion':>7} {'ratio':>6}")
    for name in args.names or known:
        body = build_body(known[name])
        for mesh, from_m in ((body.coarse, COARSE_FROM_M), (body.far, FAR_FROM_M)):
            if mesh is not None:
                switch, motion = jumps(known[name], from_m)
                ratios.append(switch / motion)
                print(f"{name:16} {from_m:5.0f} {switch:7.2f} {motion:7.2f} {ratios[-1]:6.2f}", flush=True)
    print(f"{len(ratios)} switches: median ratio {median(ratios):.2f}, worst {max(ratios):.2f}")


if __name__ == "__main__":
    main()
