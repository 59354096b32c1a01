"""Views of a sequence -> the measures of every check that applies; several frames at a time, in threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from sim.audit.checks import Check, Scope, meets
from sim.audit.history import History
from sim.audit.tally import Tally
from sim.audit.view import Measure, View
from sim.errors import UsageError

__all__ = ["READABLE", "Recording", "run_checks"]

READABLE = "readable"
"""Name of the check whose findings are files and records that cannot be read."""

_FRAMES_MEMORY_BYTES = 2_000_000_000
_BYTES_PER_PIXEL = 64  # of all channels decoded, and as much again while comparing
_MOST_THREADS = 8

_BROKEN = (UsageError, KeyError, TypeError, ValueError, AttributeError, IndexError)


class Recording(Protocol):
    """One sequence of whatever format.

    Attributes:
        name: of the sequence.
        frames: number of frames.
        extra: what the format says of the whole sequence.
    """

    name: str
    frames: int
    extra: Mapping[str, Any]

    def views(self) -> Iterator[list[View]]:
        """All captures in order, those of one frame together. Raises UsageError if a file is broken."""


@dataclass
class _Outcome:
    """What checks measured by name, why some could not run, and places of what cannot be read."""

    measures: list[tuple[str, list[Measure]]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def run_checks(
    recording: Recording, checks: Sequence[Check], tally: Tally, threads: int, step: Callable[[], None]
) -> None:
    """Run every check on every view of a sequence.

    Args:
        recording: the sequence.
        checks: what to run.
        tally: gets what they measure, in the order of frames whatever the number of threads.
        threads: most frames looked at together; fewer if the images are large.
        step: called after each frame.
    """
    history = History(recording.name, extra=recording.extra)
    before: dict[str, View] = {}
    pending: deque[Future[_Outcome]] = deque()
    told: set[str] = set()

    def take(outcome: _Outcome) -> None:
        for name, measures in outcome.measures:
            tally.add(name, recording.name, measures)
        for name, missing in outcome.skipped:
            tally.skip(name, missing)
        for where, sentence in outcome.unreadable:
            if sentence not in told:  # one broken file breaks every check that needs it
                told.add(sentence)
                tally.add(READABLE, recording.name, [Measure(1, 1.0, 0.0, "", where, (sentence,))])

    with ThreadPoolExecutor(_MOST_THREADS) as pool:
        try:
            for views in recording.views():
                tally.add(READABLE, recording.name, [Measure(len(views), 0.0, 0.0, "", "")])
                for view in views:
                    take(_remembered(view, history, tally))
                pending.append(pool.submit(_frame, checks, views, dict(before)))
                before.update({view.sensor: view for view in views})
                while len(pending) >= _frames_at_once(views, threads):
                    take(pending.popleft().result())
                    step()
        except _BROKEN as error:
            take(_Outcome(unreadable=[(recording.name, _sentence(error))]))
        while pending:
            take(pending.popleft().result())
            step()
    take(_end(checks, history))


def _remembered(view: View, history: History, tally: Tally) -> _Outcome:
    """Keep what tracks and counts need of a view; a broken record is no reason to stop."""
    try:
        history.add(view)
        tally.count(view)
    except _BROKEN as error:
        return _Outcome(unreadable=[(view.where, f"{view.where}: {_sentence(error)}")])
    return _Outcome()


def _frames_at_once(views: Sequence[View], threads: int) -> int:
    pixels = sum(view.lens.width_px * view.lens.height_px for view in views if view.lens is not None)
    fit = _FRAMES_MEMORY_BYTES // max(1, 2 * _BYTES_PER_PIXEL * pixels)
    return max(1, min(threads, fit, _MOST_THREADS))


def _frame(checks: Sequence[Check], views: Sequence[View], before: Mapping[str, View]) -> _Outcome:
    """Every check of one frame; `before` holds the previous view of every camera."""
    outcome = _Outcome()
    for check in checks:
        if check.scope is Scope.VIEW:
            for view in views:
                _call_if(outcome, check, (view,))
        elif check.scope is Scope.STEP:
            for view in views:
                if view.sensor in before:
                    _call_if(outcome, check, (before[view.sensor], view))
                else:
                    missing = [need for need in check.needs if not meets(view, need)]
                    outcome.skipped.append((check.name, "no " + ", ".join(missing or ["frame before"])))
        elif check.scope is Scope.RIG:
            able = tuple(view for view in views if all(meets(view, need) for need in check.needs))
            if len(able) > 1:
                _call(outcome, check, (able,), able[0].where)
            else:
                outcome.skipped.append((check.name, "no two cameras" + _with(check.needs)))
    return outcome


def _end(checks: Sequence[Check], history: History) -> _Outcome:
    """The checks of a whole sequence."""
    outcome = _Outcome()
    for check in checks:
        if check.scope is Scope.SEQUENCE:
            missing = [need for need in check.needs if not history.has(need)]
            if missing:
                outcome.skipped.append((check.name, "no " + ", ".join(missing)))
            else:
                _call(outcome, check, (history,), history.sequence)
    return outcome


def _call_if(outcome: _Outcome, check: Check, views: tuple[View, ...]) -> None:
    """Run a check if every view has what it needs."""
    missing = [need for need in check.needs if not all(meets(view, need) for view in views)]
    if missing:
        outcome.skipped.append((check.name, "no " + ", ".join(missing)))
    else:
        _call(outcome, check, views, views[-1].where)


def _call(outcome: _Outcome, check: Check, arguments: tuple[Any, ...], where: str) -> None:
    """Run a check; what it cannot read is a finding."""
    measures: list[Measure] = []
    try:
        measures.extend(check.run(*arguments))
    except UsageError as error:
        outcome.unreadable.append((where, _sentence(error)))
    except _BROKEN as error:
        outcome.unreadable.append((where, f"{_sentence(error)}, wanted by the check {check.name}"))
    outcome.measures.append((check.name, measures))


def _with(needs: Sequence[str]) -> str:
    return f" with {', '.join(needs)}" if needs else ""


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, UsageError) else f"cannot be understood: {error!r}"
