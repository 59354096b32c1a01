"""What is verified of a dataset: every check by name, in the order of the report.

A check is a plain function that yields `Measure`s. Its *scope* says what it is called with:

* ``VIEW``: `run(view)`, once for every capture;
* ``STEP``: `run(before, view)`, for every capture and the frame before it of the same camera;
* ``RIG``: `run(views)`, for all captures of one frame that meet the needs, if they are two or more;
* ``SEQUENCE``: `run(history)`, once at the end of a sequence, with its tracks and captures without images.

*Needs* are what must be there for a check to have a meaning; it is not called without, and the report says
``not applicable: no depth``. A need is ``lens``, ``pose`` (of the camera), a channel (``depth``), a key of
`View.extra` (``state``), or a field of objects (``box3d``: some object of the view has it, not null).
What the native reader puts into `View.extra` is listed in `sim.audit.native`.

To add one: write the function in a module of its own, add a line to `CHECKS`, plant the fault it finds in
``tests/audit``. A check yields a measure with `compared` 0, or none, where there is nothing to compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from sim.audit import (
    agents,
    boxes,
    channels,
    classes,
    exposures,
    fields,
    masks,
    numbering,
    tracks,
    visibility,
)
from sim.audit.geometry_checks import GEOMETRY
from sim.audit.history import History
from sim.audit.view import Measure, View

__all__ = ["CHECKS", "Check", "Scope", "meets"]


class Scope(Enum):
    """What a check is called with; see the top of this module."""

    VIEW = "view"
    STEP = "step"
    RIG = "rig"
    SEQUENCE = "sequence"


@dataclass(frozen=True, eq=False)
class Check:
    """One thing that is verified.

    Attributes:
        name: short, with hyphens; in findings, in the table and in ``--json``.
        says: the sentence that holds if there is no finding.
        scope: what `run` is called with.
        needs: what must be there, see the top of this module.
        run: the function.
    """

    name: str
    says: str
    scope: Scope
    needs: tuple[str, ...]
    run: Callable[..., Iterable[Measure]]


def meets(view: View, need: str) -> bool:
    """Whether a view has what a check needs."""
    if need == "lens":
        return view.lens is not None
    if need == "pose":
        return view.world_from_camera is not None
    if need in view.images or view.extra.get(need) is not None:
        return True
    return any(thing.get(need) is not None for thing in view.objects)


def _in_view(name: str, says: str, needs: str, run: Callable[[View], Iterable[Measure]]) -> Check:
    return Check(name, says, Scope.VIEW, tuple(needs.split()), run)


def _at_end(name: str, says: str, needs: str, run: Callable[[History], Iterable[Measure]]) -> Check:
    return Check(name, says, Scope.SEQUENCE, tuple(needs.split()), run)


CHECKS: tuple[Check, ...] = (
    _at_end("frame-numbers", "frames are numbered without gaps, in time", "", numbering.frame_numbers),
    _at_end("timestamps", "timestamps are the ticks'", "tick_hz", numbering.timestamps),
    _at_end("all-frames", "no camera missed a frame", "sensors ticks", numbering.all_frames),
    _in_view("channels", "the images are those the camera records", "camera", channels.recorded_channels),
    _in_view("image-shapes", "images have the camera's size and their type", "lens", channels.shapes),
    _in_view("exposure", "time and iso make the exposure value", "camera exposure", exposures.exposures),
    _in_view("rgb-clean", "it shows what rgb shows", "rgb rgb_clean", exposures.clean_pictures),
    _in_view("fields", "annotations have every field, of its type", "state", fields.typed_fields),
    _in_view("unique-ids", "no id is in a capture twice", "instance_id", masks.unique_ids),
    _in_view("ids", "ids in the mask are those in the labels", "instance visible_px", masks.ids_agree),
    _in_view(
        "mask-rle", "masks in the labels are those of the image", "instance mask_rle", masks.masks_agree
    ),
    _in_view("visible-box", "the visible box is tight on the mask", "mask_rle", masks.visible_boxes),
    _in_view("visible-area", "visible_px is the mask's area", "visible_px mask_rle", masks.visible_areas),
    _in_view(
        "amodal-mask",
        "the amodal mask holds the visible one",
        "amodal_rle mask_rle",
        masks.amodal_holds_visible,
    ),
    _in_view("amodal-area", "unoccluded_px is the amodal mask's area", "amodal_rle", masks.amodal_areas),
    _in_view("amodal-box", "the amodal box holds both masks", "lens box2d_amodal", visibility.amodal_boxes),
    _in_view("unoccluded", "unoccluded_px is the capture's", "unoccluded_px", visibility.unoccluded_lists),
    _in_view("visibility", "visibility is visible_px / unoccluded_px", "visibility", visibility.visibilities),
    _in_view(
        "occlusion-level", "it follows from the visibility", "occlusion_level", visibility.occlusion_levels
    ),
    _in_view(
        "occluder-shares", "visible and hidden pixels add up to all", "occluders", visibility.occluder_shares
    ),
    _in_view(
        "occluders",
        "occluders are who owns the hidden pixels",
        "instance amodal_rle occluders",
        visibility.occluders_agree,
    ),
    _in_view("classes", "every pixel has a class there is", "semantic", classes.known_classes),
    _in_view("agent-classes", "agents' pixels have their class", "instance semantic", classes.agents_classes),
    _in_view(
        "panoptic", "it is class and id together", "panoptic semantic instance", classes.panoptic_agrees
    ),
    _in_view("depth-range", "depth is above zero", "lens depth", channels.depth_range),
    _in_view("weather-mask", "it is 0 in fair weather", "weather_mask state", channels.dry_masks),
    _in_view("normal-length", "normals have length one", "normal", channels.normal_length),
    _in_view("occlusion-values", "occlusion is 0, 1 or 255", "is_last", channels.occlusion_values),
    _in_view("motion-ends", "flow is NaN where there is no other frame", "is_last", channels.motion_ends),
    _in_view(
        "box3d-mask", "the projected box3d holds the mask", "lens pose box3d_posed", boxes.boxes_around_masks
    ),
    _in_view(
        "box3d-depth",
        "masks put back by depth lie in box3d",
        "lens pose depth instance box3d_posed",
        boxes.depths_in_boxes,
    ),
    _in_view("box3d-posed", "the posed box lies in box3d", "box3d box3d_posed", boxes.posed_in_constant),
    _in_view("truncation", "it is what box3d allows", "lens pose box3d_posed truncation", boxes.truncations),
    _in_view(
        "distance", "it is from the camera to the box's center", "pose box3d distance_m", boxes.distances
    ),
    _in_view("roster", "labels say of agents what the list says", "agents box3d", agents.roster),
    _in_view("box3d-state", "box3d lies where the states have it", "agents state box3d", agents.placed_boxes),
    _in_view("motion-state", "velocities are those of the states", "state velocity_mps", agents.motions),
    _in_view("lights", "lights are those of the states", "state lights", agents.lights),
    _in_view("light-names", "lights by name are the flags", "lights attributes", agents.attributes),
    _in_view("activity", "it is that of the states", "state activity", agents.activities),
    _in_view(
        "activity-speed",
        "it fits the speed and the category",
        "activity velocity_mps",
        agents.activity_speeds,
    ),
    _in_view("rider", "people ride vehicles there are", "agents rider_of", agents.riders),
    _at_end("track-category", "an id keeps its category", "category", tracks.same_category),
    _at_end("track-size", "an id keeps the size of box3d", "box3d", tracks.same_size),
    _at_end("track-step", "steps are as velocities say", "velocity_mps", tracks.steps_match_velocity),
    _at_end("track-speed", "velocities do not jump", "velocity_mps", tracks.smooth_speed),
    _at_end("track-turn", "turns are as yaw rates say", "yaw_rate_radps", tracks.turns_match_yaw_rate),
    *(
        Check(name, says, Scope(scope), tuple(needs.split()), run)
        for name, says, scope, needs, run in GEOMETRY
    ),
)
"""All checks, in the order of the report."""
