"""A scenario with events -> what does not go as it says when it is run, before anything is filmed."""

from __future__ import annotations

from sim.errors import UsageError
from sim.scenario.scenario import Scenario
from sim.script import Story
from sim.script.measuring import unmet
from sim.simulation import simulate

__all__ = ["rehearse"]


def rehearse(scenario: Scenario) -> tuple[str, ...]:
    """Run a scenario without OpenGL and say what is not as it says.

    Args:
        scenario: with its events and expectations.

    Returns:
        A sentence each, the place in the scenario first, ``events[1]: ...``: agents that cannot start, events
        that never start, actions that contradict each other or cannot be done (with their time), and
        expectations that the run does not meet.
    """
    try:
        states = list(simulate(scenario))
    except UsageError as error:
        return (f"agents: {error}",)
    last = states[-1]
    said = []
    for index, started_s in enumerate(last.event_times_s[:, 0].tolist()):
        if not started_s <= last.time_s:
            name = scenario.events[index].name
            said.append(f"events[{index}]: {name!r} never starts in the {scenario.duration_s:g} s of the run")
    story = last.memory["story"]
    assert isinstance(story, Story), "simulate puts it there"
    for time_s, index, problem in story.problems:
        said.append(f"events[{index}]: at {time_s:.2f} s: {problem}")
    if len(states) > 1:
        said += [f"{place}: {problem}" for place, problem in unmet(scenario, states)]
    return tuple(said)
