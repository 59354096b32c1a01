"""A detector trained on photographs of people finds ours: the short version of tools/people_detector.py."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from people_detector import Score, counts, score_frame, separation, street_frames

pytestmark = pytest.mark.gl


def test_people_are_found_in_clear_daylight() -> None:
    score = Score()
    for picture, labels in street_frames(1, 10, 8, people=60):
        if sum(map(counts, labels)) > 1:
            score_frame(score, picture, labels)
        if score.people >= 8:
            break
    assert score.people >= 8
    assert score.found >= 0.6 * score.people
    assert separation(score.person_scores, score.background_scores) >= 0.95


def test_separation_is_the_share_of_pairs_in_order() -> None:
    rng = np.random.default_rng(4)
    high, low = rng.integers(2, 9, 40).astype(float), rng.integers(0, 7, 55).astype(float)
    pairs = np.sign(high[:, None] - low[None, :])
    assert separation(high, low) == pytest.approx((1 + pairs).mean() / 2)
