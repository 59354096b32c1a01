"""A recorded sequence -> its scenario, and its states as they were, to be filmed anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.agents.head_lamps import with_head_lamps
from sim.agents.state import Roster, WorldState
from sim.dataset import RecordedSequence, read
from sim.dataset.layout import STATES
from sim.dataset.manifest import hash_file
from sim.errors import UsageError
from sim.scenario import Scenario
from sim.scenario.casting import roster_of
from sim.scenario.files import from_dict
from sim.scenario.named_files import placed

__all__ = ["Replay", "recorded_scenario", "replayed_states"]


@dataclass(frozen=True)
class Replay:
    """Where the states of a replayed sequence come from.

    Attributes:
        dataset: folder of the dataset that holds them.
        sequence: name of the sequence there.
        states_sha256: of the file with its states.
    """

    dataset: Path
    sequence: str
    states_sha256: str

    @staticmethod
    def of(sequence: RecordedSequence) -> Replay:
        """The replay of a sequence as it is now. Raises UsageError if its states are missing."""
        path = sequence.folder / STATES
        try:
            return Replay(sequence.info.root, sequence.name, hash_file(path).sha256)
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from error

    @property
    def record(self) -> dict[str, str]:
        """What ``sequence.json`` and the manifest say of it; no path."""
        return {"sequence": self.sequence, "states_sha256": self.states_sha256}


def recorded_scenario(sequence: RecordedSequence) -> Scenario:
    """The scenario a sequence was recorded from, as long as the states that are stored.

    Raises:
        UsageError: this version does not know what it says, or makes other agents of it.
    """
    source = f"{sequence.folder.name}/sequence.json: scenario"
    scenario = from_dict(placed(sequence.info.scenario, sequence.folder), source)
    _check_roster(sequence, roster_of(scenario))
    if scenario.ticks == len(sequence.ticks):
        return scenario
    return dataclasses.replace(scenario, duration_s=len(sequence.ticks) / scenario.tick_hz)


def replayed_states(replay: Replay, scenario: Scenario) -> Iterator[WorldState]:
    """The states of a recorded sequence, one by one, in the light and weather of `scenario`.

    Where everybody is and what everybody does is what was stored, bit for bit. Light, weather and who has the
    head lamps on follow from the scenario; equal light and weather give equal states.

    Args:
        replay: whose states.
        scenario: `recorded_scenario`, or that with other cameras, light, weather, quality or shorter.

    Raises:
        UsageError: the states are not those the replay was asked for, or fewer than the scenario is long.
    """
    sequence = read(replay.dataset)[replay.sequence]
    if Replay.of(sequence) != replay:
        raise UsageError(f"{sequence.folder / STATES}: was changed since the replay began")
    if scenario.tick_hz != sequence.info.tick_hz:
        raise UsageError(f"tick_hz is {scenario.tick_hz}, the states have {sequence.info.tick_hz}")
    if scenario.ticks > len(sequence.ticks):
        stored_s = len(sequence.ticks) / scenario.tick_hz
        raise UsageError(f"duration_s is {scenario.duration_s}, wanted at most {stored_s}: no more is stored")
    roster = roster_of(scenario)
    _check_roster(sequence, roster)
    plan = scenario.environment_plan
    for tick in sequence.ticks[: scenario.ticks]:
        state = dataclasses.replace(sequence.state(tick), roster=roster)
        yield with_head_lamps(dataclasses.replace(state, environment=plan.at(state.time_s)), scenario.seed)


def _check_roster(sequence: RecordedSequence, roster: Roster) -> None:
    """Bodies are built by code: what is filmed again must be who was simulated."""
    stored = sequence.info.roster
    names = [*roster.names, *stored.names[len(roster) :]]
    ties = [(len(r), r.rider_of, r.towed_by, r.led_by) for r in (roster, stored)]
    same = ties[0] == ties[1]
    for row, name in enumerate(names):
        same = same and (
            (roster.names[row], roster.categories[row], roster.specs[row])
            == (stored.names[row], stored.categories[row], stored.specs[row])
            and (roster.bodies[row].size_lwh_m, roster.bodies[row].centre_m)
            == (sequence.info.sizes_lwh_m[row], sequence.info.centres_m[row])
        )
        if not same:
            raise UsageError(
                f"{sequence.folder}: this version makes another body of agent {name!r} than the one that "
                "recorded the sequence; replay it with that version"
            )
