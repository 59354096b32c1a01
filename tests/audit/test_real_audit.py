"""Short real runs of every world: every check that can apply does, and none finds anything."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import sim
from sim.geometry import BrownConrady
from sim.scenario import CAMERA_CHANNELS, RESPONSES, Camera

pytestmark = pytest.mark.gl

SMALL = {"width_px": 320, "height_px": 180, "rate_hz": 10, "channels": CAMERA_CHANNELS}


@pytest.mark.parametrize(("world", "seed"), [("crossing", 5), ("avenue", 5)])
def test_a_real_run_has_no_findings(tmp_path: Path, world: str, seed: int) -> None:
    left, right = (Camera(n, "ego", x_m=1.6, y_m=y, z_m=1.4, **SMALL) for n, y in (("l", 0.3), ("r", -0.3)))  # type: ignore[arg-type]
    bent = dataclasses.replace(left, name="bent", yaw_deg=40.0, distortion=BrownConrady(k1=-0.2, k2=0.03))
    # Only a camera with a shutter says how it was exposed.
    bent = dataclasses.replace(bent, response=RESPONSES["dashcam"])
    scenario = sim.sample(world, seed=seed)
    sim.record(dataclasses.replace(scenario, sensors=(left, right, bent), duration_s=0.3), tmp_path)
    report = sim.check(tmp_path)
    assert report.findings == ()
    assert [one.check for one in report.results if one.not_applicable] == []
    assert sum(row["visible"] for row in report.counts.values()) > 20
