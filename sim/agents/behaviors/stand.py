"""People who stand: some talk and look from one to another, some wait for a bus, some just pause."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.behaviors.registry import behaviors
from sim.agents.crossings import Crossings
from sim.agents.setting import Setting
from sim.agents.snapshot import Snapshot, Walk
from sim.agents.state import WaitReason

__all__ = ["Stand"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_EARSHOT_M = 1.7
"""Who stands as near to others talks with them."""
_WORD_S = 3.5
_MOST_RAD = 1.1


@behaviors.register("wait")
@behaviors.register("stand")
class Stand:
    """Stands, facing as the scenario says.

    ``stand`` talks with those who stand beside, or pauses alone; ``wait`` waits for a bus or tram and looks
    along the road for it.

    Args:
        setting: the street and its cast.
        crossings: unused; every behavior gets them.
        rows: roster rows of the people.
    """

    def __init__(self, setting: Setting, crossings: Crossings, rows: Ints) -> None:
        self._setting, self._rows = setting, rows
        roles = [setting.roles[r] for r in rows]
        self._yaw = np.array([role.yaw_rad for role in roles], float)
        draws = np.array([setting.draws(int(r), "stander").uniform(0, 1, 4) for r in rows]).reshape(-1, 4)
        self._phase, self._period_s = 2 * np.pi * draws[:, 0], 4.0 + 5.0 * draws[:, 1]
        self._sway = 2 * np.pi * draws[:, 2]
        self._words_s = _WORD_S * (1 + draws[:, 3])
        place = np.array([role.start_m for role in roles], float).reshape(-1, 2)
        span = place[None] - place[:, None]
        transit = np.array([role.behavior == "wait" for role in roles], bool)
        self._near = (np.hypot(span[..., 0], span[..., 1]) < _EARSHOT_M) & ~transit & ~transit[:, None]
        bearing = np.arctan2(span[..., 1], span[..., 0]) - self._yaw[:, None]
        self._bearing = np.clip((bearing + np.pi) % (2 * np.pi) - np.pi, -_MOST_RAD, _MOST_RAD)
        talks = self._near.sum(1) > 1
        self._talks = talks
        reason = np.where(talks, WaitReason.TALK, WaitReason.PAUSE)
        self._reason = np.where(transit, WaitReason.TRANSIT, reason).astype(np.uint8)

    def start(self) -> tuple[Ints, Ints]:
        """Who stands is on no path."""
        return np.full((len(self._rows), 3), -1, np.intp), np.zeros(len(self._rows), np.intp)

    def decide(self, snapshot: Snapshot, who: Ints) -> Walk:
        """What these people do until the next tick."""
        time_s = snapshot.tick * self._setting.dt_s
        alone = 0.5 * np.tanh(2.5 * np.sin(2 * np.pi * time_s / self._period_s + self._phase))
        look, speaks = alone, np.zeros(len(who), bool)
        if self._talks.any():
            # Whoever is most eager has the word: the others look at them, they at one after another.
            eager = np.sin(2 * np.pi * time_s / (2 * self._words_s) + self._phase)
            speaker = np.where(self._near, eager, -np.inf).argmax(1)
            every = np.arange(len(who))
            speaks = self._talks & (speaker == every)
            others = self._bearing[every, speaker]
            look = np.where(self._talks, np.where(speaks, alone, others), alone)
        # Those who speak turn a little more.
        yaw = self._yaw + np.where(speaks, 0.13, 0.07) * np.sin(2 * np.pi * time_s / 11.0 + self._sway)
        nowhere, none = self.start()
        still = np.zeros(len(who))
        return Walk(who, still, yaw, look, self._reason, nowhere, none, still, still)
