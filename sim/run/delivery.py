"""A sequence recorded in a scratch folder, anywhere -> complete in the dataset, once."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sim.dataset.layout import SEQUENCES, sequence_folder
from sim.errors import EnvironmentProblem
from sim.run.folder import ATTEMPTS
from sim.run.job import Job, Recorder
from sim.run.receipts import send_sequence, unpack
from sim.run.store import Store

__all__ = ["RECEIPTS", "WAITING", "Delivered", "Delivery", "SharedFolder", "Upload"]

RECEIPTS = ".run/receipts"
"""Folder of a store that holds the receipts of sequences the formats have not all taken in."""

WAITING = ".run/waiting"
"""Folder of a store with a folder for every sequence that was begun: files of other formats wait there."""


class Delivery(Protocol):
    """The way from where sequences are recorded to the dataset. It is sent to the machines that record."""

    def attempt(self) -> contextlib.AbstractContextManager[Path]:
        """A folder to record a dataset of one sequence in; it is gone afterwards."""

    def send(self, scratch: Path, sequence: str) -> bytes:
        """Put what was recorded in place, on the machine that did -> what `receive` has to be told."""

    def receive(self, parcel: bytes, out: Path, sequence: str) -> None:
        """Let the sequence appear in the run's folder, on the machine of the run."""


@dataclass(frozen=True)
class SharedFolder:
    """A folder that all machines see at the same path.

    Args:
        out: the dataset's folder.
        mark: name of a file the run has put there, so that a machine that sees another folder knows.
    """

    out: Path
    mark: str

    @classmethod
    def marked(cls, out: Path) -> SharedFolder:
        """Put a mark there. `discard_partial` takes it away."""
        folder = SharedFolder(out, secrets.token_hex(8))
        folder._attempts.mkdir(exist_ok=True)
        (folder._attempts / folder.mark).touch()
        return folder

    @property
    def _attempts(self) -> Path:
        return self.out / ATTEMPTS

    @contextlib.contextmanager
    def attempt(self) -> Iterator[Path]:
        """A folder on the dataset's file system. Raises EnvironmentProblem if that is not shared."""
        if not (self._attempts / self.mark).exists():
            raise EnvironmentProblem(
                f"{self.out} is another folder on one of the machines: give --out a folder that all share, "
                "or a URL (s3://, gs://)"
            )
        with tempfile.TemporaryDirectory(dir=self._attempts) as folder:
            yield Path(folder)

    def send(self, scratch: Path, sequence: str) -> bytes:
        """Rename the sequence to its place; one that is there already stays."""
        final = sequence_folder(self.out, sequence)
        final.parent.mkdir(exist_ok=True)
        if not final.exists():
            try:
                sequence_folder(scratch, sequence).rename(final)
            except OSError:
                if not final.exists():
                    raise
        return b""

    def receive(self, parcel: bytes, out: Path, sequence: str) -> None:
        """It is there already."""


@dataclass(frozen=True)
class Upload:
    """A store below a URL; the run's folder is a mirror of it.

    Args:
        store: where to.
    """

    store: Store

    @contextlib.contextmanager
    def attempt(self) -> Iterator[Path]:
        """A folder where temporary files are kept (TMPDIR)."""
        with tempfile.TemporaryDirectory(prefix="roadreel-") as folder:
            yield Path(folder)

    def send(self, scratch: Path, sequence: str) -> bytes:
        """Upload the sequence's files, then its receipt. That it was begun is noted before."""
        self.store.write(f"{WAITING}/{sequence}/begun", b"")
        receipt = send_sequence(scratch, sequence, self.store, f"{WAITING}/{sequence}")
        self.store.write(f"{RECEIPTS}/{sequence}.tar", receipt)
        return receipt

    def receive(self, parcel: bytes, out: Path, sequence: str) -> None:
        """Unpack the receipt into the mirror."""
        (out / SEQUENCES).mkdir(exist_ok=True)
        unpack(parcel, out, sequence)


@dataclass(frozen=True)
class Delivered:
    """A recorder that records elsewhere and delivers, on one machine.

    Args:
        recorder: records.
        delivery: delivers.
    """

    recorder: Recorder
    delivery: Delivery

    def __call__(
        self,
        job: Job,
        out: Path,
        writers: Sequence[str],
        options: Mapping[str, Any],
        on_frame: Callable[[], None],
    ) -> int | None:
        """Record one sequence; see `Recorder`."""
        with self.delivery.attempt() as scratch:
            waits = self.recorder(job, scratch, writers, options, on_frame)
            self.delivery.receive(self.delivery.send(scratch, job.sequence), out, job.sequence)
        return waits
