"""A street of your own, rendered and held to stored pictures: `pytest test_my_street.py`.

The first time, and whenever the street has changed on purpose: `ROADREEL_GOLDEN_UPDATE=1 pytest
test_my_street.py`, then look at golden/*.png and commit them.
"""

from __future__ import annotations

from pathlib import Path

import sim
from sim.testing.golden import DRIVERS, Tolerance, assert_golden

HERE = Path(__file__).parent


def test_my_street_looks_as_it_did(tmp_path: Path) -> None:
    """Colors of the first frame may differ as drivers do; agents may differ at their very edges."""
    sim.record(sim.load(HERE / "my_street.yaml"), tmp_path / "data")
    front = next(iter(sim.read(tmp_path / "data")[0]))["front"]
    assert_golden(front.rgb, HERE / "golden/front.png", DRIVERS)
    assert_golden(front.instance, HERE / "golden/front_instances.png", Tolerance(share=0.0005))
