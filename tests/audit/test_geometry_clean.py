"""Geometry checks on sound toy streets, filmed through every lens: nothing is found, and much is compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from geometry_street import NAMES, audited, filmed


@pytest.mark.parametrize("seed", [0, 2])
def test_nothing_is_found_in_a_sound_street(tmp_path: Path, seed: int) -> None:
    report = audited(filmed(tmp_path, seed, ticks=3))
    assert [str(finding) for finding in report.findings] == []
    results = {result.check: result for result in report.results}
    assert set(results) == set(NAMES)
    assert [name for name in NAMES if results[name].not_applicable] == []
    for name in ("flow-forward-static", "flow-backward-static"):
        assert results[name].worst < 1e-4  # the renderer of the toys traces rays in double precision
        assert results[name].compared > 50_000
