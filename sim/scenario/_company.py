"""People on foot and shares -> the same people, some with a pram, dog, wheelchair, cane or umbrella."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.company import beside_m
from sim.agents.ground import GroundHeight
from sim.agents.separation import disc_gap_m, rectangles_overlap
from sim.agents.setting import PERSON_RADIUS_M
from sim.bodies import build_body
from sim.bodies.company import CHAIRS, sample_companion
from sim.errors import UsageError
from sim.randomness import stream
from sim.scenario.scenario import Pedestrian
from sim.world import World

__all__ = ["CompanyShares", "accompanied"]

Floats = NDArray[np.float64]

_ROOM_M, _THING_ROOM_M = 0.15, 0.25
_WITH_DOG_MPS, _WITH_PRAM_MPS, _IN_CHAIR_MPS, _WITH_CANE = 1.25, 1.3, 1.15, 0.8
"""Speeds that people do not exceed, and the share of theirs that those with a cane walk at."""
_UMBRELLAS = ((30, 32, 38), (36, 46, 82), (96, 30, 36), (40, 66, 56), (150, 150, 152), (176, 160, 60))
_UMBRELLA_SHARES = (0.46, 0.2, 0.12, 0.08, 0.08, 0.06)
_CANES = ((92, 58, 34), (40, 40, 42), (60, 42, 30))


@dataclass(frozen=True)
class CompanyShares:
    """How many people on foot have what, 0 to 1; less where there is no room for it.

    Attributes:
        prams: of adults who walk.
        dogs: of adults who walk.
        wheelchairs: of adults who walk, manual ones and powered ones.
        canes: of old people.
        umbrellas: of all whose hands are free.
    """

    prams: float = 0.04
    dogs: float = 0.05
    wheelchairs: float = 0.02
    canes: float = 0.18
    umbrellas: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 <= value <= 1:
                raise UsageError(f"{field.name}_share is {value}, wanted 0 to 1")
        if self.prams + self.dogs + self.wheelchairs > 1:
            raise UsageError("prams_share, dogs_share and wheelchairs_share exceed 1 together")


def accompanied(
    world: World,
    seed: int,
    people: Sequence[Pedestrian],
    shares: CompanyShares,
    blocked: Sequence[tuple[float, float, float]] = (),
) -> list[Pedestrian]:
    """The people with what goes with them. Whoever draws something that there is no room for goes without.

    Args:
        world: the street.
        seed: decides who has what.
        people: on foot, in their places.
        shares: how many have what.
        blocked: (x, y, radius) of more that people do not stand in.
    """
    room, out = _Room(world, people, blocked), []
    for person in people:
        rng = stream(seed, f"population/{person.name}/company")
        draw = rng.uniform(size=4)
        grown = person.body.age != "child"
        ends = np.cumsum([shares.wheelchairs, shares.prams, shares.dogs]) * grown
        kind = ("wheelchair", "pram", "dog", "")[int(np.searchsorted(ends, draw[0], side="right"))]
        if kind == "wheelchair" and draw[1] < 0.4:
            kind = "powered_wheelchair"
        if kind and person.behavior in ("walk", "cross"):
            person = room.taken(_with_companion(person, kind, rng))
        out.append(_with_held(person, shares, draw[2], draw[3], rng))
    return out


def _with_companion(person: Pedestrian, kind: str, rng: np.random.Generator) -> Pedestrian:
    most_mps = _IN_CHAIR_MPS if kind in CHAIRS else _WITH_PRAM_MPS if kind == "pram" else _WITH_DOG_MPS
    body = person.body
    # Hands are on the rims or the bar; bags hang from shoulders.
    if kind != "dog" and body.bag in ("tote", "backpack"):
        body = replace(body, bag="none")
    if kind in CHAIRS and body.bottom == "skirt":
        body = replace(body, bottom="trousers")
    if kind in CHAIRS and body.top == "coat":
        body = replace(body, top="jacket")
    return replace(
        person, companion=sample_companion(rng, kind), speed_mps=min(person.speed_mps, most_mps), body=body
    )


def _with_held(
    person: Pedestrian, shares: CompanyShares, cane: float, umbrella: float, rng: np.random.Generator
) -> Pedestrian:
    company = person.companion
    if company is not None and company.shape != "dog":
        return person
    if person.body.age == "old" and cane < shares.canes:
        color = _CANES[int(rng.integers(len(_CANES)))]
        slower = round(person.speed_mps * _WITH_CANE, 3)
        return replace(person, body=replace(person.body, held="cane", held_srgb=color), speed_mps=slower)
    if umbrella < shares.umbrellas:
        color = _UMBRELLAS[int(rng.choice(len(_UMBRELLAS), p=_UMBRELLA_SHARES))]
        return replace(person, body=replace(person.body, held="umbrella", held_srgb=color))
    return person


class _Room:
    """Places that are taken: people, what goes with them, and things.

    Args:
        world: the street.
        people: everybody on foot.
        blocked: (x, y, radius) of things beside those of the world.
    """

    def __init__(
        self, world: World, people: Sequence[Pedestrian], blocked: Sequence[tuple[float, float, float]]
    ) -> None:
        self._ground = GroundHeight(world)
        self._people = {p.name: np.array(p.start_m, float) for p in people}
        things = [(t.x_m, t.y_m, 0.2) for t in world.trees] + [
            (h.x_m, h.y_m, 0.15) for h in world.signal_heads
        ]
        things += [(p.x_m, p.y_m, max(0.4, p.length_m / 2)) for p in world.props]
        self._things = np.array([*things, *blocked], float).reshape(-1, 3)
        self._poses, self._boxes = np.zeros((0, 3)), np.zeros((0, 3))

    def taken(self, person: Pedestrian) -> Pedestrian:
        """The person with the companion, if there is room for both; else without. Who is alone may turn."""
        assert person.companion is not None
        body = build_body(person.companion)
        box = np.array([body.footprint_m])
        x, y = (0.0, 0.0) if person.companion.shape in CHAIRS else beside_m(body)
        for turn in (0.0,) if person.group else (0.0, np.pi):
            yaw = float((person.yaw_rad + turn + np.pi) % (2 * np.pi) - np.pi)
            c, s = np.cos(yaw), np.sin(yaw)
            at = self._people[person.name] + (c * x - s * y, s * x + c * y)
            pose = np.array([[*at, yaw]])
            if self._is_free(person.name, pose, box):
                self._poses, self._boxes = (
                    np.concatenate([self._poses, pose]),
                    np.concatenate([self._boxes, box]),
                )
                return replace(person, yaw_rad=round(yaw, 4))
        return replace(person, companion=None)

    def _is_free(self, name: str, pose: Floats, box: Floats) -> bool:
        here = self._people[name]
        corners = _corners(pose[0], box[0])
        level = self._ground(np.concatenate([here[None], corners]))
        if not np.isclose(level, level[0]).all():
            return False
        others = np.array([xy for other, xy in self._people.items() if other != name]).reshape(-1, 2)
        near = disc_gap_m(others, np.repeat(pose, len(others), 0), np.repeat(box, len(others), 0))
        if (near < PERSON_RADIUS_M + _ROOM_M).any():
            return False
        things, count = self._things, len(self._things)
        gap = disc_gap_m(things[:, :2], np.repeat(pose, count, 0), np.repeat(box, count, 0))
        if (gap < things[:, 2] + _THING_ROOM_M).any():
            return False
        count = len(self._poses)
        if disc_gap_m(np.repeat(here[None], count, 0), self._poses, self._boxes).min(initial=np.inf) < (
            PERSON_RADIUS_M + _ROOM_M
        ):
            return False
        both = np.repeat(pose, count, 0), np.repeat(box, count, 0)
        return not rectangles_overlap(*both, self._poses, self._boxes, _ROOM_M).any()


def _corners(pose: Floats, box: Floats) -> Floats:
    """(9, 2) corners, middles of the edges and middle of a footprint in the world."""
    x, y = np.meshgrid([box[0], box[:2].mean(), box[1]], [-box[2], 0.0, box[2]])
    c, s = np.cos(pose[2]), np.sin(pose[2])
    return np.stack([pose[0] + c * x - s * y, pose[1] + s * x + c * y], -1).reshape(-1, 2)
