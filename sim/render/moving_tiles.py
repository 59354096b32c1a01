"""A state, a camera, an exposure -> how surfaces move against the camera, where moving agents may be seen."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.geometry import Intrinsics, Pose
from sim.render.amodal import silhouette_boxes
from sim.render.optics import relative
from sim.render.programs import BLUR_TILE, BLUR_TOUCHED
from sim.scenario import Camera, camera_pose

__all__ = ["NEAR_MOVING", "Motions", "later", "motions"]

NEAR_MOVING = 2.0
"""Class of the tiles that streaks of agents may reach; what is seen there is of class `BLUR_TOUCHED`."""

_LOOKED_AT = 1.0  # beside those

_UNSEEN_PX = 0.3  # way of an agent in half an exposure from which on nobody takes it for one that stands


@dataclasses.dataclass(frozen=True, eq=False)
class Motions:
    """How surfaces move, from the middle of an exposure to its end.

    Attributes:
        of_agents: (N + 1, 4, 4) rows of later_from_camera, of what stands and then of each agent; in the last
            row, the first number is 1 for agents that move.
        of_standing: (4, 4) later_from_camera of what stands.
        carrier: row of the agent that carries the camera, -1 if there is none.
        tiles: (h, w) float32 class of each tile of the image, 0 or as above.
    """

    of_agents: NDArray[np.float64]
    of_standing: NDArray[np.float64]
    carrier: int
    tiles: NDArray[np.float32]


def motions(
    camera: Camera,
    optics: Intrinsics,
    state: WorldState,
    world_from_camera: Pose,
    exposure_s: float,
    *,
    shows_carrier: bool,
) -> Motions:
    """The motions of an exposure whose middle is a state.

    Args:
        camera: which.
        optics: of its image.
        state: in the middle of the exposure.
        world_from_camera: pose then.
        exposure_s: how long it is open.
        shows_carrier: whether the agent that carries the camera is to be seen.
    """
    half_s = exposure_s / 2
    world_from_later = camera_pose(camera, later(state, half_s))[0]
    standing = relative(world_from_later, world_from_camera)
    position = state.poses.position_m
    away_m = np.linalg.norm(position - world_from_camera.translation_m, axis=1)
    away_m -= [float(np.linalg.norm(body.size_lwh_m)) for body in state.roster.bodies]
    # Relative to its distance, plus what it turns: an agent that passes near has a large angle.
    swing = np.abs(state.yaw_rate_radps) * [float(np.hypot(*b.size_lwh_m[:2])) for b in state.roster.bodies]
    way_px = (np.hypot(*state.velocity_mps.T) + swing) * half_s / np.maximum(away_m, 1.0) * optics.fx_px
    moves = way_px > _UNSEEN_PX
    carrier = state.roster.row(camera.mount) if camera.mount else -1
    table = np.zeros((len(moves) + 1, 4, 4))
    table[:] = standing
    table[1:][moves] = (
        world_from_later.inverse().matrix @ _moved(state, half_s)[moves] @ world_from_camera.matrix
    )
    table[:, 3] = 0.0
    table[1:, 3, 0] = moves
    if carrier >= 0:
        table[1 + carrier, :3] = np.eye(4)[:3]
        moves[carrier] &= shows_carrier
    return Motions(table, standing, carrier, _tiles(camera, optics, state, world_from_camera, moves))


def later(state: WorldState, time_s: float) -> WorldState:
    """A state a fraction of a tick later, every agent moved on as it moves, limbs and wheels as they are."""
    poses = state.poses
    position = poses.position_m.copy()
    position[:, :2] += state.velocity_mps * time_s
    moved = dataclasses.replace(
        poses, position_m=position, yaw_rad=poses.yaw_rad + state.yaw_rate_radps * time_s
    )
    return dataclasses.replace(state, poses=moved)


def _moved(state: WorldState, time_s: float) -> NDArray[np.float64]:
    """(N, 4, 4) what `later` does to each agent's points in the world: a turn about its origin, a step."""
    angle = state.yaw_rate_radps * time_s
    out = np.tile(np.eye(4), (len(angle), 1, 1))
    out[:, 0, 0] = out[:, 1, 1] = np.cos(angle)
    out[:, 1, 0] = np.sin(angle)
    out[:, 0, 1] = -out[:, 1, 0]
    origin = state.poses.position_m
    out[:, :3, 3] = origin - (out[:, :3, :3] @ origin[..., None])[..., 0]
    out[:, :2, 3] += state.velocity_mps * time_s
    return out


def _tiles(
    camera: Camera,
    optics: Intrinsics,
    state: WorldState,
    world_from_camera: Pose,
    moves: NDArray[np.bool_],
) -> NDArray[np.float32]:
    size = np.array([optics.width_px, optics.height_px])
    columns, rows = -(-size // BLUR_TILE)
    touched = np.zeros((rows + 4, columns + 4), bool)
    if moves.any() and not optics.is_pinhole:
        touched[2:-2, 2:-2] = True  # boxes of agents are those of pinholes
    elif moves.any():
        poses = state.poses
        bodies = tuple(body for body, is_one in zip(state.roster.bodies, moves, strict=True) if is_one)
        boxes = silhouette_boxes(
            bodies,
            poses.position_m[moves],
            poses.yaw_rad[moves],
            optics,
            world_from_camera.inverse(),
            camera.near_m,
        )
        for x0, y0, x1, y1 in boxes.tolist():
            if x1 > x0 and y1 > y0:
                touched[
                    y0 // BLUR_TILE + 2 : (y1 - 1) // BLUR_TILE + 3,
                    x0 // BLUR_TILE + 2 : (x1 - 1) // BLUR_TILE + 3,
                ] = True
    # A streak reaches less than a tile.
    near = _grown(touched)
    classes = np.zeros(touched.shape, np.float32)
    for marked, name in ((_grown(near), _LOOKED_AT), (near, NEAR_MOVING), (touched, BLUR_TOUCHED)):
        classes[marked] = name
    return classes[2:-2, 2:-2]


def _grown(marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is marked, and what is beside it or across a corner."""
    out = marked.copy()
    out[1:] |= marked[:-1]
    out[:-1] |= marked[1:]
    tall = out.copy()
    out[:, 1:] |= tall[:, :-1]
    out[:, :-1] |= tall[:, 1:]
    return out
