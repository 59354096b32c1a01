"""TrackEval's datasets -> HOTA, MOTA and IDF1; and tracks that exchange their ids half way."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import trackeval

__all__ = ["Scores", "most_often", "scores"]

Scores = dict[str, tuple[float, float, float, int]]
"""Class -> HOTA, MOTA, IDF1, matched boxes or masks."""


def scores(dataset: Any, tracker: str) -> Scores:
    """Of every class with ground truth, over all sequences."""
    quiet = {
        key: False
        for key in trackeval.Evaluator.get_default_eval_config()
        if key.startswith(("PRINT", "OUTPUT"))
    }
    config = {
        **quiet,
        "PLOT_CURVES": False,
        "TIME_PROGRESS": False,
        "USE_PARALLEL": False,
        "LOG_ON_ERROR": None,
    }
    metrics = [
        kind({"PRINT_CONFIG": False})
        for kind in (trackeval.metrics.HOTA, trackeval.metrics.CLEAR, trackeval.metrics.Identity)
    ]
    result, _ = trackeval.Evaluator(config).evaluate([dataset], metrics)
    return {
        name: (
            float(np.mean(found["HOTA"]["HOTA"])),
            float(found["CLEAR"]["MOTA"]),
            float(found["Identity"]["IDF1"]),
            int(found["CLEAR"]["CLR_TP"]),
        )
        for name, found in result[dataset.get_name()][tracker]["COMBINED_SEQ"].items()
    }


def most_often(seen: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Of (video, track) for everything seen, the two tracks of one video that are seen most often."""
    counts = Counter(seen)
    pairs = (pair for pair in itertools.combinations(sorted(counts), 2) if pair[0][0] == pair[1][0])
    (_, first), (_, second) = max(pairs, key=lambda pair: min(counts[key] for key in pair))
    return first, second
