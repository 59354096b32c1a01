"""A TrackEval dataset -> HOTA, MOTA, IDF1 and true positives of every class, over all its sequences."""

import numpy as np


def evaluate(dataset, name):
    import trackeval

    metrics = [m({"PRINT_CONFIG": False}) for m in (trackeval.metrics.HOTA, trackeval.metrics.CLEAR)]
    metrics.append(trackeval.metrics.Identity({"PRINT_CONFIG": False}))
    quiet = dict.fromkeys(
        (
            "PRINT_RESULTS",
            "PRINT_CONFIG",
            "TIME_PROGRESS",
            "OUTPUT_SUMMARY",
            "OUTPUT_DETAILED",
            "PLOT_CURVES",
        ),
        False,
    )
    result, _ = trackeval.Evaluator({"USE_PARALLEL": False, "LOG_ON_ERROR": None, **quiet}).evaluate(
        [dataset], metrics
    )
    scores = {}
    for kind, found in result[dataset.get_name()][name]["COMBINED_SEQ"].items():
        scores[kind] = (
            float(np.mean(found["HOTA"]["HOTA"])),
            float(found["CLEAR"]["MOTA"]),
            float(found["Identity"]["IDF1"]),
            int(found["CLEAR"]["CLR_TP"]),
        )
    return scores
