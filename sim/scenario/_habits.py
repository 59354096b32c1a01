"""A world, a seed and shares -> people on foot: who is with whom, stands, waits, runs or crosses anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from sim.errors import UsageError
from sim.randomness import stream
from sim.scenario._bodies import BodyDraws
from sim.scenario._person_places import PersonPlace, PersonPlaces
from sim.scenario.scenario import Pedestrian
from sim.world import World

__all__ = ["DENSITIES", "Habits", "people_on_foot"]

_FREE_SPEED_MPS, _SPEED_SPREAD_MPS = 1.34, 0.26
"""Mean and spread of free walking speeds (Weidmann 1993, Transporttechnik der Fussgaenger)."""
_SLOWER = {"child": 0.9, "old": 0.8}
_JOG_MPS, _JOG_SPREAD_MPS = 2.7, 0.35
_PLAY_MPS, _PLAY_SPREAD_MPS = 2.6, 0.4
"""Joggers at 8 to 11 km/h; children a run in between (ours)."""
_MOST_TOGETHER = 5
_TALKS = (0.24, 0.5, 0.2, 0.06)
"""Shares of those who stand alone, in twos, threes and fours."""


@dataclass(frozen=True)
class Habits:
    """How people on foot behave, shares of 0 to 1; less where there is no room for it.

    Attributes:
        together: of those who walk: beside others. Sizes of groups are those of a Poisson distribution
            without zero; that with a share of 0.56 was counted in a city's streets on a weekday (Moussaid,
            Perozo, Garnier, Helbing and Theraulaz 2010, PLoS ONE 5:e10047), and one of 0.67 on a Saturday.
        standing: of all: stand and talk, or pause.
        waiting: of all: wait at a stop, where there is one.
        anywhere: of those who walk: cross roads also where no crossing is marked.
        joggers: of young people who walk alone: run.
        playing: of children who walk: run about.
    """

    together: float = 0.56
    standing: float = 0.2
    waiting: float = 0.06
    anywhere: float = 0.25
    joggers: float = 0.06
    playing: float = 0.4

    def __post_init__(self) -> None:
        for field in fields(self):
            most = 0.9 if field.name == "together" else 1.0
            value = getattr(self, field.name)
            if not 0 <= value <= most:
                raise UsageError(f"{field.name}_share is {value}, wanted 0 to {most:g}")
        if self.standing + self.waiting > 1:
            raise UsageError("standing_share and waiting_share exceed 1 together")


@dataclass(frozen=True)
class Density:
    """How many people a street has, and where.

    Attributes:
        share: of those it has usually.
        spread_m: how far from its middle they are, as a rule.
    """

    share: float
    spread_m: float


DENSITIES = {
    "empty": Density(0.0, 50.0),
    "quiet": Density(0.4, 50.0),
    "usual": Density(1.0, 50.0),
    "busy": Density(2.5, 45.0),
    "crowd": Density(8.0, 34.0),
}
"""Names of the setting `density`."""


def people_on_foot(
    world: World,
    seed: int,
    count: int,
    bodies: BodyDraws,
    habits: Habits,
    blocked: Sequence[tuple[float, float, float]],
    spread_m: float,
) -> list[Pedestrian]:
    """People "p1" to "p<count>". Somebody more changes nobody else.

    Args:
        world: the street.
        seed: of everything drawn.
        count: how many.
        bodies: draws them.
        habits: how they behave.
        blocked: (x, y, radius) of places that others take.
        spread_m: how far from the middle of the street they are, as a rule.

    Raises:
        UsageError: there is no room.
    """
    places, out = PersonPlaces(world, seed, blocked, spread_m), list[Pedestrian]()
    parties = _parties(seed, habits, places.has_stops)
    while len(out) < count:
        kind, size = next(parties)
        first = f"p{len(out) + 1}"
        rng = stream(seed, f"population/{first}/place")
        taken = list[PersonPlace]()
        if kind == "stand":
            taken = places.standing(size, rng)
        elif kind == "wait":
            taken = places.waiting(rng)
        if not taken:
            kind, taken = "walk", places.walking(size, len(out), rng)
        group = first if kind == "walk" and len(taken) > 1 else ""
        anywhere = rng.random() < habits.anywhere
        for place in taken[: count - len(out)]:
            name = f"p{len(out) + 1}"
            out.append(_person(name, place, kind, group, anywhere, habits, bodies, seed))
    return out


def _parties(seed: int, habits: Habits, has_stops: bool) -> Iterator[tuple[str, int]]:
    """What people do and how many at once: ``walk``, ``stand`` or ``wait``."""
    rng = stream(seed, "population/parties")
    waiting = habits.waiting if has_stops else 0.0
    mean = -np.log1p(-habits.together) / habits.together if habits.together else 1.0
    sizes = np.array([1.0 - habits.standing - waiting, habits.standing, waiting])
    sizes /= [mean, float(np.dot(_TALKS, np.arange(1, len(_TALKS) + 1))), 1.0]
    ends = np.cumsum(sizes / sizes.sum())
    while True:
        kind = ("walk", "stand", "wait")[min(int(np.searchsorted(ends, rng.uniform(), side="right")), 2)]
        draw = float(rng.uniform())
        if kind == "stand":
            yield kind, 1 + int(np.searchsorted(np.cumsum(_TALKS)[:-1], draw, side="right"))
        else:
            yield kind, _group_size(habits.together, draw) if kind == "walk" else 1


def _group_size(together: float, draw: float) -> int:
    """A size from the Poisson distribution without zero whose share of people in groups is `together`.

    That share is 1 - exp(-rate): people alone are P(1) of the groups and P(1) / mean of the people.
    """
    rate = -float(np.log1p(-together))
    chance, size = rate * (1 - together) / together if together else 1.0, 1
    while draw >= chance and size < _MOST_TOGETHER:
        draw -= chance
        size += 1
        chance *= rate / size
    return size


def _person(
    name: str,
    place: PersonPlace,
    kind: str,
    group: str,
    anywhere: bool,
    habits: Habits,
    bodies: BodyDraws,
    seed: int,
) -> Pedestrian:
    """Somebody in their place; their body and speed depend on their name alone."""
    rng = stream(seed, f"population/{name}")
    body = bodies.person(name, rng)
    draw = rng.uniform()
    speed_mps = float(np.clip(rng.normal(_FREE_SPEED_MPS, _SPEED_SPREAD_MPS), 0.75, 2.0))
    speed_mps *= _SLOWER.get(body.age, 1.0)
    behavior = "cross" if kind == "walk" and anywhere else kind
    child = body.age == "child"
    jogs = habits.joggers if body.age == "young" and not group else 0.0
    if kind == "walk" and draw < (habits.playing if child else jogs):
        mean, spread = (_PLAY_MPS, _PLAY_SPREAD_MPS) if child else (_JOG_MPS, _JOG_SPREAD_MPS)
        behavior, speed_mps = "run", float(np.clip(rng.normal(mean, spread), mean - 0.8, mean + 0.8))
    return Pedestrian(name, place.xy_m, behavior, None, round(speed_mps, 3), place.yaw_rad, body, group=group)
