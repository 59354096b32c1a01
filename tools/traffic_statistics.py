"""How a dataset's traffic and boxes are spread, beside real driving data.

    roadreel run crossing --seed 1 --count 10 --write native --out out/streets
    python tools/traffic_statistics.py out/streets

One table. The bands are medians and the range from 5 to 95 % in the published labels of all 21 training
sequences of KITTI tracking (Geiger, Lenz and Urtasun 2012, CVPR; 1242 x 375 pixels at 10 Hz); for people in
crowds the share of boxes less than half visible in MOT17 (Milan et al. 2016, arXiv:1603.00831). Heights are
scaled to KITTI's focal length of 721 pixels.
Speed, headway and time to collision stand without a band: KITTI's labels have no velocities.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.agents import WorldState
from sim.dataset import RecordedSequence, read
from sim.geometry.meeting import time_to_collision_s

KITTI_FOCAL_PX = 721.5
LEAST_HEIGHT_PX = 15.0
"""Smaller boxes are not labeled there."""
KINDS = {
    "car": ("vehicle.car",),
    "van": ("vehicle.van",),
    "truck": ("vehicle.truck", "vehicle.bus"),
    "pedestrian": ("human.pedestrian",),
    "cyclist": ("vehicle.bicycle",),
}
"""Names of KITTI and how ours begin."""
HEIGHT_PX = {
    "car": (45, 18, 177),
    "van": (55, 26, 253),
    "truck": (72, 38, 321),
    "pedestrian": (103, 47, 220),
    "cyclist": (70, 30, 210),
}
DEPTH_M = {
    "car": (27, 5, 62),
    "van": (31, 8, 66),
    "truck": (40, 11, 73),
    "pedestrian": (12.7, 5.5, 30),
    "cyclist": (18, 6, 41),
}
TRACK_FRAMES = {
    "car": (31, 8, 151),
    "van": (38, 8, 150),
    "truck": (27, 17, 332),
    "pedestrian": (46, 10, 185),
    "cyclist": (41, 12, 142),
}
CLEAR_SHARE = {"car": 0.50, "van": 0.28, "truck": 0.53, "pedestrian": 0.65, "cyclist": 0.64}
"""Boxes that nothing hides, by the annotators' judgement; ours are those at least 95 % visible."""
CROWD = 0.29, 0.61
CLEAR, HALF = 0.95, 0.5
SAME_WAY_COS, CORRIDOR_M, FARTHEST_M, MOVES_MPS = 0.9, 1.3, 60.0, 1.0
TTC_S = 10.0

Columns = dict[tuple[str, str], list[float]]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", nargs="+")
    parser.add_argument("--sensor", default="front")
    args = parser.parse_args()
    found: Columns = defaultdict(list)
    for path in args.dataset:
        for sequence in read(path):
            measure(sequence, args.sensor, found)
    for line in table(found):
        print(line)
    return 0


def measure(sequence: RecordedSequence, sensor: str, found: Columns) -> None:
    """Adds what one sequence shows to lists by (kind, figure)."""
    seen: dict[tuple[str, int], int] = defaultdict(int)
    for frame in sequence:
        moving(sequence, frame.state, found)
        if sensor not in frame.captures:
            continue
        scale = KITTI_FOCAL_PX / frame.captures[sensor].intrinsics.fy_px
        for label in frame.annotations.get(sensor, ()):
            kind = next((k for k, names in KINDS.items() if label.category.startswith(names)), None)
            _, top, _, bottom = label.box2d_amodal
            height_px = (bottom - top) * scale
            if kind is None or height_px < LEAST_HEIGHT_PX or not label.visible_px:
                continue
            seen[kind, label.instance_id] += 1
            found[kind, "height px"].append(height_px)
            found[kind, "distance m"].append(label.distance_m)
            if label.visibility is not None:
                found[kind, "visibility"].append(label.visibility)
    for (kind, _), frames in seen.items():
        found[kind, "track frames"].append(frames * 10.0 / sequence.info.camera(sensor).rate_hz)


def moving(sequence: RecordedSequence, state: WorldState, found: Columns) -> None:
    """Speeds, headways and times to collision of everybody who drives."""
    info, yaw, v = sequence.info, state.poses.yaw_rad, state.velocity_mps
    drives = np.array([c.name.startswith("vehicle.") for c in state.roster.categories]) & ~state.roster.parked
    speed, rows = np.hypot(*v.T), np.flatnonzero(drives)
    center, size = boxes(info.sizes_lwh_m, info.centres_m, state.poses.position_m, yaw)
    found["vehicles", "speed m/s"] += speed[rows].tolist()
    people = np.flatnonzero([c.name.startswith("human.ped") for c in state.roster.categories])
    found["people", "speed m/s"] += speed[people].tolist()
    for row in rows[speed[rows] > MOVES_MPS]:
        away = center - center[row]
        c, s = np.cos(yaw[row]), np.sin(yaw[row])
        along, across = c * away[:, 0] + s * away[:, 1], c * away[:, 1] - s * away[:, 0]
        gap = along - (size[:, 0] + size[row, 0]) / 2
        leads = drives & (gap > 0) & (gap < FARTHEST_M) & (np.abs(across) < CORRIDOR_M)
        leads &= np.cos(yaw - yaw[row]) > SAME_WAY_COS
        if leads.any():
            found["vehicles", "headway s"].append(float(gap[leads].min() / speed[row]))
    if len(rows):
        ttc = time_to_collision_s(center[rows], yaw[rows], size[rows], v[rows], 0)
        found["ego", "time to collision s"].append(float(min(ttc.min(initial=np.inf), TTC_S)))


def boxes(
    sizes_lwh_m: Iterable[Iterable[float]],
    centres_m: Iterable[Iterable[float]],
    position_m: NDArray[np.float64],
    yaw_rad: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(N, 2) middles of everybody's ground rectangle, (N, 2) their lengths and widths."""
    offset = np.array([list(own) for own in centres_m])[:, :2]
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    turned = np.stack([c * offset[:, 0] - s * offset[:, 1], s * offset[:, 0] + c * offset[:, 1]], 1)
    return position_m[:, :2] + turned, np.array([list(own) for own in sizes_lwh_m])[:, :2]


def table(found: Columns) -> list[str]:
    """Lines to print: who, what, ours as median [5 % .. 95 %], the band, and whether the median is in it."""
    out = [f"{'who':11} {'what':20} {'number':>8} {'ours':>24} {'real':>22}"]
    bands = {"height px": HEIGHT_PX, "distance m": DEPTH_M, "track frames": TRACK_FRAMES}
    for (kind, what), values in sorted(found.items()):
        if what == "visibility":
            clear, hidden = (float(np.mean(np.array(values) >= x)) for x in (CLEAR, HALF))
            real = f"{CLEAR_SHARE[kind]:.2f}"
            out.append(f"{kind:11} {'clear, share':20} {len(values):8} {clear:24.2f} {real:>22}")
            if kind == "pedestrian":
                band = f"{CROWD[0]:.2f} .. {CROWD[1]:.2f} in crowds"
                out.append(f"{kind:11} {'over half hidden':20} {len(values):8} {1 - hidden:24.2f} {band:>22}")
            continue
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        ours = f"{middle:.1f} [{low:.1f} .. {high:.1f}]"
        real, verdict = "", ""
        if what in bands:
            median, lowest, highest = bands[what][kind]
            real = f"{median} [{lowest} .. {highest}]"
            verdict = "" if lowest <= middle <= highest else "  median outside"
        out.append(f"{kind:11} {what:20} {len(values):8} {ours:>24} {real:>22}{verdict}")
    return out


if __name__ == "__main__":
    sys.exit(main())
