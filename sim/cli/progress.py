"""How far something is -> one line on a terminal, rewritten; nothing where stderr is no terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.run import Progress
    from sim.scenario import Scenario

__all__ = ["RunLine", "TerminalLine", "frames_of"]

_EVERY_S = 0.2


def frames_of(scenario: Scenario) -> int:
    """Number of frames a scenario gives: ticks at which at least one camera is due."""
    periods = {scenario.tick_hz // camera.rate_hz for camera in scenario.sensors}
    return sum(any(tick % period == 0 for period in periods) for tick in range(scenario.ticks))


class TerminalLine:
    """A context that keeps one line on stderr up to date and wipes it at the end."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._start_s = self._drawn_s = time.perf_counter()

    def __enter__(self) -> TerminalLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, done: int, total: int, unit: str, before: str = "") -> None:
        """Draw the line, at most five times a second.

        Args:
            done: how many.
            total: of how many.
            unit: what is counted, in the plural.
            before: what else to say.
        """
        now_s = time.perf_counter()
        if not self._shown or now_s - self._drawn_s < _EVERY_S:
            return
        self._drawn_s = now_s
        rate_hz = done / (now_s - self._start_s)
        left_s = max(0, total - done) / rate_hz if rate_hz else 0.0
        sys.stderr.write(
            f"\r\x1b[K{before}{done}/{total} {unit}  {rate_hz:.1f} {unit}/s  "
            f"{int(left_s) // 60}:{int(left_s) % 60:02d} left"
        )
        sys.stderr.flush()


class RunLine(TerminalLine):
    """The line of a run.

    Args:
        first: a scenario of the run, to know how many frames a sequence has.
        sequences: number of sequences in the run.

    Attributes:
        waits: how often rendering waited for encoders so far.
    """

    def __init__(self, first: Scenario, sequences: int) -> None:
        super().__init__()
        self._sequences = sequences
        self._frames = frames_of(first) * sequences
        self.waits = 0

    def __enter__(self) -> RunLine:
        return self

    def update(self, progress: Progress) -> None:
        """Draw how far the run is."""
        self.waits = progress.waits
        number = min(progress.sequences + 1, self._sequences)
        self.show(progress.frames, self._frames, "frames", f"sequence {number}/{self._sequences}  ")
