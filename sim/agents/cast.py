"""A setting -> everybody in it: who has which behavior, how they start, what they decide on one snapshot."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.behaviors import FollowLane, Parked, behaviors
from sim.agents.crossings import Crossings
from sim.agents.driving import vehicle_pose
from sim.agents.gaps import Gaps
from sim.agents.guided import Guides
from sim.agents.motion import Movers
from sim.agents.outlook import Outlook
from sim.agents.riding import balanced, feet_down_at_start
from sim.agents.separation import held_back
from sim.agents.setting import PERSON_RADIUS_M, Setting
from sim.agents.snapshot import Decisions, Snapshot, Walk
from sim.agents.state import WaitReason
from sim.agents.towing import hitched
from sim.agents.walking import start_crowd
from sim.errors import UsageError

__all__ = ["Cast"]

Ints = NDArray[np.intp]

_DRIVERS, _PARKED, _RIDERS, _TOWED, _GUIDED, _LED = (
    *("follow_lane", "parked", "ride"),
    *("towed", "guided", "led"),
)


class Cast:
    """Everybody's behavior.

    Args:
        setting: the street and its cast.

    Attributes:
        setting: the same.
        parked_rows: (K,) roster rows of parked vehicles.
        guides: who is on a trajectory.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._crossings = Crossings(setting)
        self.parked_rows = setting.rows(_PARKED)
        self._parked = Parked(setting, self._crossings, self.parked_rows)
        self._drivers = FollowLane(setting, self._crossings, setting.rows(_DRIVERS))
        on_foot = sorted(
            {role.behavior for role in setting.roles} - {_DRIVERS, _PARKED, _RIDERS, _TOWED, _GUIDED, _LED}
        )
        self._people_rows = setting.rows(*on_foot)
        self.guides = Guides(setting, self._people_rows)
        led = len(self.guides.vehicles) + len(self.guides.people)
        free = len(self._drivers.rows) + len(self._people_rows) - len(self.guides.people)
        # Only who moves as they like looks out for those who do not.
        self._outlook = Outlook(setting, self.guides) if led and free else None
        self._people: list[tuple[Ints, Any]] = []
        # Behaviors of one class are decided together: people of different ones may be companions.
        kinds = list(dict.fromkeys(behaviors[name] for name in on_foot))
        for kind in kinds:
            rows = setting.rows(*(name for name in on_foot if behaviors[name] is kind))
            who = np.searchsorted(self._people_rows, rows)
            self._people.append((who, kind(setting, self._crossings, rows)))
        self._gaps = Gaps(setting, setting.midblock)

    def start(self) -> Movers:
        """Everybody at their first place.

        Raises:
            UsageError: two agents stand in one place.
        """
        setting, count = self.setting, len(self._people_rows)
        path, chosen = np.full((count, 3), -1, np.intp), np.zeros(count, np.intp)
        for who, behavior in self._people:
            path[who], chosen[who] = behavior.start()
        traffic = self._drivers.start()
        guided = self.guides.start()
        crowd = start_crowd(setting, self._people_rows, path, chosen)
        crowd = self.guides.led(crowd, guided)
        none = np.zeros(len(traffic))
        down = feet_down_at_start(setting, traffic)
        roll = np.where(
            setting.is_cycle[traffic.rows], balanced(setting, traffic.rows, None, none, down), 0.0
        )
        pulling = np.searchsorted(traffic.rows, setting.tractors)
        trailers = hitched(setting, vehicle_pose(setting, traffic)[pulling])
        rolled = np.zeros(len(trailers))
        movers = Movers(
            traffic, crowd, self._parked.start(), none, none, roll, down, trailers, rolled, guided
        )
        self._check_places(movers)
        return movers

    def decide(self, tick: int, movers: Movers, colors: NDArray[np.uint8]) -> Decisions:
        """What everybody does until the next tick; all see the same snapshot, and signals of these colors."""
        blocks = None if self._outlook is None else self._outlook.at(movers.guided)
        if self.setting.midblock:
            taken = self._gaps.taken(movers.crowd)
            blocks = taken if blocks is None else blocks.with_more(taken)
        snapshot = Snapshot(
            self.setting, self._crossings, tick, movers.traffic, movers.crowd, colors, self._gaps, blocks
        )
        walks = [behavior.decide(snapshot, who) for who, behavior in self._people]
        return Decisions(self._drivers.decide(snapshot), Walk.together(walks, len(movers.crowd)))

    def waits(self, decisions: Decisions) -> NDArray[np.uint8]:
        """(N,) `WaitReason` of every agent."""
        out = np.zeros(len(self.setting.roster), np.uint8)
        out[self._drivers.rows] = decisions.drive.wait
        out[self._people_rows] = decisions.walk.wait
        out[self.parked_rows] = WaitReason.PARKED
        for rider, vehicle in self.setting.roster.rider_of.items():
            out[rider] = out[vehicle]
        out[self.setting.trailers] = out[self.setting.tractors]
        out[self.setting.company.led] = out[self.setting.company.leaders]
        return out

    def _check_places(self, movers: Movers) -> None:
        traffic, towed = movers.traffic, self.setting.trailers
        company = self.setting.company
        rows = np.concatenate([traffic.rows, towed, self.parked_rows, movers.guided.rows, company.boxes])
        driven, beside = vehicle_pose(self.setting, traffic), company.poses(movers.crowd)
        cars = np.concatenate([driven, movers.trailer_pose, movers.parked_pose, movers.guided.pose, beside])
        own = company.own_boxes(movers.crowd, len(cars) - len(beside))
        pulling = np.searchsorted(traffic.rows, self.setting.tractors)
        tied = np.stack([pulling, len(traffic) + np.arange(len(towed))], 1)
        people = movers.crowd.xy_m
        hit_car, hit_person = held_back(
            cars, cars, self.setting.footprint_m[rows], people, people, PERSON_RADIUS_M, tied, own
        )
        hit = sorted([*rows[hit_car].tolist(), *movers.crowd.rows[hit_person].tolist()])
        if hit:
            names = ", ".join(self.setting.roster.names[k] for k in hit)
            raise UsageError(f"agents overlap at the start: {names}; wanted places apart from each other")
