"""3D boxes of one view -> do they hold the pixels and depths of their masks, and explain the truncation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.audit.measures import measure
from sim.audit.memo import per_view
from sim.audit.optics import center_rays
from sim.audit.solids import Outline, camera_from_world, corners, outline, rigid, to_box
from sim.audit.view import Measure, Record, View

__all__ = ["boxes_around_masks", "depths_in_boxes", "distances", "posed_in_constant", "truncations"]

_BOX_PX = 1.5  # a pixel counts if its center is hit; far away coarser meshes are drawn than boxes are of
_DEPTH_M, _DEPTH_SHARE = 0.02, 1e-3  # depth is rasterized in single precision
_LOOKED_UP_PX = 0.5  # behind a lens a pixel has the depth of a ray up to half a pixel beside its own
_POSED_M = 0.1  # box3d is the extent of a body's whole motion on level ground; streets tilt and people lean
_TIP = ("movable.", "animal.", "human.pedestrian.wheelchair")  # what stands on the ground fore and aft
_BENDS = "vehicle.tram"  # its sections turn against one another
_SHARE = 0.005  # of truncation: half a percent of the box, for edges that a lens bends
_LENGTH_M = 1e-6  # two ways to multiply the same matrices


@per_view
def _outlines(view: View) -> list[Outline | None]:
    """Where the posed box of each object is seen."""
    assert view.lens is not None
    assert view.world_from_camera is not None
    from_world = camera_from_world(view.world_from_camera)
    return [outline(thing["box3d_posed"], from_world, view.lens, view.near_m) for thing in view.objects]


def boxes_around_masks(view: View) -> Iterator[Measure]:
    """The projected posed box encloses the visible one."""
    off = []
    for thing, seen in zip(view.objects, _outlines(view), strict=True):
        if thing.get("box2d_visible") is None:
            continue
        apart = np.inf if seen is None else _beyond(thing["box2d_visible"], seen.outer_px)
        sentence = (
            f"instance {thing['instance_id']}: its mask reaches {apart:.2f} px beyond its projected box3d"
        )
        off.append((apart, sentence))
    yield measure(view.where, off, _BOX_PX, "px")


def _beyond(inner: Sequence[float], outer: Sequence[float]) -> float:
    x0, y0, x1, y1 = np.subtract(inner, outer)
    return float(max(-x0, -y0, x1, y1, 0.0))


def depths_in_boxes(view: View) -> Iterator[Measure]:
    """Every pixel of a mask, put back into the world by its depth, lies in its posed box."""
    assert view.lens is not None
    assert view.world_from_camera is not None
    depth, instance, off = view.images["depth"], view.images["instance"], []
    rays, pose, compared = center_rays(view.lens), view.world_from_camera, 0
    beside = 0.0 if view.lens.model == "pinhole" else _LOOKED_UP_PX / min(view.lens.fx_px, view.lens.fy_px)
    for thing in view.objects:
        if thing.get("box2d_visible") is None:
            continue
        who = f"instance {thing['instance_id']}"
        x0, y0, x1, y1 = (int(v) for v in thing["box2d_visible"])
        # Where a fisheye's ray is perpendicular to the axis a depth is no place on it.
        own = (instance[y0:y1, x0:x1] == thing["instance_id"]) & np.isfinite(rays[2, y0:y1, x0:x1])
        z = np.abs(depth[y0:y1, x0:x1][own].astype(np.float64))
        compared += z.size
        if not np.isfinite(z).all():
            off.append((np.inf, f"{who}: depth is not finite on its mask"))
            continue
        local = rays[:, y0:y1, x0:x1][:, own] * z
        points = pose[:3, :3] @ local + pose[:3, 3:]
        half = np.asarray(thing["box3d_posed"]["size_lwh_m"])[:, None] / 2
        beyond = (np.abs(to_box(thing["box3d_posed"], points)) - half).max(0, initial=-np.inf)
        excess = beyond - (_DEPTH_SHARE + beside) * np.linalg.norm(local, axis=0)
        outside = int(np.count_nonzero(~(excess <= _DEPTH_M)))
        worst = float(excess.max(initial=0.0))
        off.append(
            (worst, f"{who}: {outside} of {z.size} mask pixels lie up to {worst:.3f} m outside its box")
        )
    whole = measure(view.where, off, _DEPTH_M, "m")
    yield Measure(compared, whole.worst, whole.limit, whole.unit, whole.where, whole.failures)


def posed_in_constant(view: View) -> Iterator[Measure]:
    """The box of this tick's triangles lies in that of the whole motion, give or take a lean.

    box3d stands on the ground below the body's middle: at a kerb a foot may stand lower, two-wheelers lean,
    prams tip, by what the states say, and trams bend in curves.
    """
    off = []
    for thing in view.objects:
        place = to_box(thing["box3d"], corners(thing["box3d_posed"]))
        half = np.asarray(thing["box3d"]["size_lwh_m"])[:, None] / 2
        above, below = place - half, -half - place
        below[2] -= _step_down_m(view, thing)
        tips = thing["category"].startswith(_TIP)
        leant, pitched = _leant_m(view, thing, "roll_rad", 2), tips * _leant_m(view, thing, "pitch_rad", 2)
        bent = np.inf if thing["category"] == _BENDS else 0.0
        raised = tips * _leant_m(view, thing, "pitch_rad", 0) / 2
        allowed = np.array([[pitched + bent], [leant + bent], [raised]])
        above -= allowed
        below -= allowed
        apart = max(float(above.max()), float(below.max()), 0.0)
        off.append(
            (apart, f"instance {thing['instance_id']}: box3d_posed reaches {apart:.3f} m out of box3d")
        )
    yield measure(view.where, off, _POSED_M, "m")


def _step_down_m(view: View, thing: Record) -> float:
    """How far a person's lower foot stands below the ground that box3d stands on; 0 for all else."""
    state, row = view.extra.get("state"), thing["instance_id"] - 1
    if state is None or not thing["category"].startswith("human.") or not 0 <= row < len(state["z_m"]):
        return 0.0
    lower = min(float(state[f"{side}_foot_z_m"][row]) for side in ("left", "right"))
    return max(float(state["z_m"][row]) - lower, 0.0)


def _leant_m(view: View, thing: Record, angle: str, side: int) -> float:
    """How far a side of what leans reaches out of a box that stands upright, by an angle in the states."""
    state, row = view.extra.get("state"), thing["instance_id"] - 1
    if state is None or not 0 <= row < len(state.get(angle, ())):
        return 0.0
    return abs(float(np.sin(state[angle][row]))) * float(thing["box3d"]["size_lwh_m"][side])


def truncations(view: View) -> Iterator[Measure]:
    """Truncation lies between what the posed box allows at least and at most; 0 for what lies inside.

    The body touches all six faces of its posed box, so its extent lies between two boxes in the image. The
    extent's part inside the image is the amodal box, so the share outside follows from the extent's area.
    """
    assert view.lens is not None
    size, off = (view.lens.width_px, view.lens.height_px), []
    for thing, seen in zip(view.objects, _outlines(view), strict=True):
        says, box = float(thing["truncation"]), thing["box2d_amodal"]
        low, high = _truncation_bounds(box, seen, size)
        apart = np.inf if not 0.0 <= says <= 1.0 else max(low - says, says - high, 0.0)
        exact = high == 0.0 and says != 0.0
        sentence = (
            f"instance {thing['instance_id']}: truncation {says:.4f}, its box allows {low:.4f} to {high:.4f}"
        )
        off.append((np.inf if exact else apart, sentence))
    yield measure(view.where, off, _SHARE, "")


def _truncation_bounds(
    box: Sequence[float], seen: Outline | None, size: tuple[int, int]
) -> tuple[float, float]:
    """Least and largest truncation of an amodal box whose unclipped extent an outline bounds."""
    (x0, y0, x1, y1), (width, height) = box, size
    cut = (x0 <= 0, y0 <= 0, x1 >= width, y1 >= height)
    if not any(cut):
        return 0.0, 0.0
    area = (x1 - x0) * (y1 - y0)
    outer = None if seen is None else seen.outer_px
    low, high = 0.0, 1.0
    if outer is not None:
        most = _stretched(box, outer, cut)
        high = 1.0 - area / max(area, most)
    if seen is not None and seen.inner_px is not None:
        least = _stretched(box, seen.inner_px, cut)
        low = 1.0 - area / max(area, least)
    return low, high


def _stretched(box: Sequence[float], by: Sequence[float], cut: tuple[bool, ...]) -> float:
    """Area of a box whose cut sides are moved outward to those of another."""
    x0, y0, x1, y1 = box
    left, top = min(x0, by[0]) if cut[0] else x0, min(y0, by[1]) if cut[1] else y0
    right, bottom = max(x1, by[2]) if cut[2] else x1, max(y1, by[3]) if cut[3] else y1
    return (right - left) * (bottom - top)


def distances(view: View) -> Iterator[Measure]:
    """`distance_m` is from the camera to the center of box3d."""
    assert view.world_from_camera is not None
    eye: NDArray[np.float64] = view.world_from_camera[:3, 3]
    off = []
    for thing in view.objects:
        away = float(np.linalg.norm(rigid(thing["box3d"]["world_from_box"])[:3, 3] - eye))
        sentence = (
            f"instance {thing['instance_id']}: distance {thing['distance_m']} m, it is {away:.6f} m away"
        )
        off.append((abs(thing["distance_m"] - away), sentence))
    yield measure(view.where, off, _LENGTH_M, "m")
