"""Spoil runs in every way a night can, go on with --resume, and compare with a run nobody disturbed.

    python tools/never_lost.py --kills 20

Each time the finished dataset must be byte for byte the undisturbed one, no file of a sequence that was whole
written again, and `roadreel check` clean. Disks that are full and file systems that turn read-only are small
ones in memory. Who is not root mounts them in a namespace of users, where the kernel lets everybody have one;
where not even that is allowed, this is said and those two are left out. A limit on the size of files, which
needs no rights, breaks writing off in the middle everywhere. One difference, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

_SEEDS = 6
_FORMATS = ("native", "coco", "kitti", "mot", "yolo", "webdataset", "nuscenes")
_SIZE = ("--duration-s", "0.4", "--width-px", "64", "--height-px", "36")
_NAMES = (
    "crashed driver", "corrupt file", "second run", "file too large", "disk full", "read-only", "SIGINT",
    "SIGTERM", "kill -9",
)  # fmt: skip
_STREET = {"length_m": 80, "vehicles": 2, "parked": 1, "people": 2}


def command(out: Path, *more: str) -> list[str]:
    """The command that records the dataset."""
    formats = [f"--write={name}" for name in _FORMATS]
    street = [f"--set={name}={value}" for name, value in _STREET.items()]
    options = ["--seeds", f"0:{_SEEDS}", "--jobs", "2", "--out", str(out)]
    return [sys.executable, "-m", "sim", "run", "avenue", *_SIZE, *street, *formats, *options, *more]


def start(out: Path, *more: str) -> subprocess.Popen[str]:
    """Begin to record; the process leads a group of its own."""
    return subprocess.Popen(
        command(out, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def record(out: Path, *more: str, largest_bytes: int | None = None) -> tuple[int, str]:
    """Record to the end -> exit code and what was said. No file may grow beyond a limit, if one is given."""

    def limit() -> None:
        if largest_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_bytes, largest_bytes))

    call = command(out, *more)
    done = subprocess.run(call, capture_output=True, text=True, check=False, preexec_fn=limit)
    return done.returncode, done.stderr


def tree(root: Path) -> dict[str, str]:
    """SHA-256 of every file."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def stamps(root: Path) -> dict[str, tuple[int, int]]:
    """What changes when a file of a complete sequence is written or replaced."""
    stats = {
        path.relative_to(root): path.stat() for path in root.glob("sequences/[!.]*/**/*") if path.is_file()
    }
    # What is hidden there waits to be moved to its format's folder.
    hidden = [path for path in stats if any(part.startswith(".") for part in path.parts)]
    return {str(path): (stats[path].st_ino, stats[path].st_mtime_ns) for path in stats.keys() - hidden}


def wait_until_recording(out: Path, process: subprocess.Popen[str]) -> None:
    """Until the first sequence of this run is under way."""
    while process.poll() is None and not list(out.glob("sequences/.partial-*")):
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """Recording processes of a run."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            line = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"spawn_main" in line:
                found.append(int(child))
    return sorted(found)


class Proof:
    """Datasets spoiled and mended in one folder, against one that was not.

    Args:
        folder: for all of them.
        seed: of when things happen.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.rng = folder, np.random.default_rng(seed)
        self.wrong = 0
        start_s = time.monotonic()
        code, said = record(folder / "whole")
        assert code == 0, said
        self.whole = tree(folder / "whole")
        self.duration_s = time.monotonic() - start_s
        print(f"undisturbed: {len(self.whole)} files in {self.duration_s:.0f} s", flush=True)

    def judge(self, name: str, out: Path, happened: str) -> None:
        """Go on with what is left of a dataset, and compare."""
        left = stamps(out)
        code, said = record(out, "--resume")
        after = stamps(out)
        again = sorted(path for path in left if after.get(path) != left[path])
        checked = subprocess.run(
            [sys.executable, "-m", "sim", "check", str(out)], capture_output=True, text=True, check=False
        )
        now = tree(out)
        differing = sorted(
            path for path in now.keys() | self.whole.keys() if now.get(path) != self.whole.get(path)
        )
        good = code == 0 and checked.returncode == 0 and not differing and not again
        self.wrong += not good
        print(f"{name}: {happened}: {'identical, clean' if good else 'WRONG'}", flush=True)
        if not good:
            print(
                f"  exit {code}, check {checked.returncode}, differing {differing[:5]}, "
                f"written again {again[:5]}\n  {said[-500:]}"
            )

    def expect(self, name: str, holds: bool, sentence: str) -> None:
        """Count and print what does not hold."""
        if not holds:
            self.wrong += 1
            print(f"{name}: WRONG: {sentence}", flush=True)

    def killed(self, times: int) -> None:
        """kill -9 at random moments, one run after the other in one folder, until one ends by itself."""
        out, ends, kept = self.folder / "killed", 0, []
        for _ in range(times):
            process = start(out, "--resume")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(float(self.rng.uniform(0.1, 0.7)) * self.duration_s)
            process.kill()
            process.communicate()
            kept.append(len(list(out.glob("sequences/[!.]*"))))
            if process.returncode == 0:
                ends += 1
                self.judge("kill -9", out, f"sequences kept {kept}")
                shutil.rmtree(out)
                kept = []
        self.judge("kill -9", out, f"{times} kills, {ends} runs that ended before; sequences kept {kept}")

    def signalled(self, number: signal.Signals) -> None:
        """Ctrl-C, or what a scheduler sends to all processes of a run."""
        out = self.folder / number.name
        process = start(out)
        wait_until_recording(out, process)
        time.sleep(float(self.rng.uniform(0, 0.3)) * self.duration_s)
        os.killpg(process.pid, number)
        said = process.communicate()[1]
        left = list(out.glob("sequences/.partial-*"))
        self.expect(number.name, process.returncode in (0, 130) and not left, f"{process.returncode}: {said}")
        self.judge(number.name, out, said.strip().splitlines()[-1])

    def worker_killed(self) -> None:
        """A recording process dies, as with a driver that crashes: the run itself records all."""
        out = self.folder / "worker"
        process = start(out)
        wait_until_recording(out, process)
        os.kill(children(process.pid)[0], signal.SIGSEGV)
        said = process.communicate()[1]
        self.expect("crashed driver", process.returncode == 0 and tree(out) == self.whole, said[-500:])
        self.judge("crashed driver", out, f"exit code of the run {process.returncode}")

    def second_run(self) -> None:
        """Two processes on one folder."""
        out = self.folder / "second"
        process = start(out)
        wait_until_recording(out, process)
        code, said = record(out, "--resume")
        self.expect("second run", code == 2 and "another process is writing" in said, f"{code}: {said}")
        self.expect("second run", process.wait() == 0, "the first run failed")
        process.communicate()
        self.judge("second run", out, said.strip())

    def corrupted(self) -> None:
        """A byte flips in a file of a finished sequence: check finds it, --resume --verify mends it."""
        out = self.folder / "corrupted"
        shutil.copytree(self.folder / "whole", out)
        victim = out / sorted(name for name in self.whole if name.endswith(".png"))[3]
        data = bytearray(victim.read_bytes())
        data[len(data) // 2] ^= 1
        victim.write_bytes(data)
        checked = subprocess.run(
            [sys.executable, "-m", "sim", "check", str(out)], capture_output=True, text=True, check=False
        )
        named = str(victim.relative_to(out))
        self.expect("corrupt file", checked.returncode == 1 and named in checked.stdout, "check is silent")
        code, said = record(out, "--resume", "--verify")
        self.expect("corrupt file", code == 0, said)
        self.judge("corrupt file", out, f"{named}: found by check, mended by --verify")

    def disk_full(self) -> None:
        """The disk is full in the middle; then there is room."""
        size = sum(path.stat().st_size for path in (self.folder / "whole").rglob("*"))
        with mounted(self.folder / "full", int(size * self.rng.uniform(0.3, 0.8))) as disk:
            code, said = record(disk / "data")
            self.expect("disk full", code == 2 and "Traceback" not in said, said[-800:])
            remount(disk, "size=1g")
            self.judge("disk full", disk / "data", said.strip().splitlines()[-1])

    def file_too_large(self) -> None:
        """Writing breaks off within a file, wherever one is larger than it may be; then it may."""
        out = self.folder / "limited"
        sizes = sorted(path.stat().st_size for path in (self.folder / "whole").rglob("*") if path.is_file())
        code, said = record(out, largest_bytes=int(sizes[-1] * self.rng.uniform(0.3, 0.9)))
        self.expect("file too large", code == 2 and "Traceback" not in said, f"{code}: {said[-800:]}")
        self.judge("file too large", out, said.strip().splitlines()[-1])

    def read_only(self) -> None:
        """The file system turns read-only as soon as no file is open for writing, and is mended later."""
        with mounted(self.folder / "read", 10**9) as disk:
            process = start(disk / "data")
            wait_until_recording(disk / "data", process)
            while process.poll() is None and not remount(disk, "ro"):
                time.sleep(0.002)
            said = process.communicate()[1]
            self.expect("read-only", process.returncode == 2 and "Traceback" not in said, said[-800:])
            remount(disk, "rw")
            self.judge("read-only", disk / "data", said.strip().splitlines()[-1])


@contextlib.contextmanager
def mounted(folder: Path, size_bytes: int) -> Iterator[Path]:
    """A file system in memory. Raises PermissionError."""
    folder.mkdir()
    call = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "none", str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PermissionError(done.stderr.strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, option: str) -> bool:
    """Change a mounted file system; False if it is busy."""
    # With source and type named, options of the first mount are not repeated: a namespace may refuse them.
    call = ["mount", "-t", "tmpfs", "-o", f"remount,{option}", "none", str(folder)]
    return subprocess.run(call, capture_output=True, check=False).returncode == 0


def go_where_mounting_is_allowed() -> None:
    """Begin anew in a namespace of users and mounts of its own, unless this is root or there is none."""
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if os.geteuid() == 0 or shutil.which(alone[0]) is None:
        return
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0:
        os.execvp(alone[0], [*alone, sys.executable, *sys.argv])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument(
        "--only", nargs="+", default=_NAMES, choices=_NAMES, metavar="NAME", help=", ".join(_NAMES)
    )
    args = parser.parse_args()
    go_where_mounting_is_allowed()
    with tempfile.TemporaryDirectory() as folder:
        proof = Proof(Path(folder), args.seed)
        steps: tuple[Callable[[], None], ...] = (
            proof.worker_killed,
            proof.corrupted,
            proof.second_run,
            proof.file_too_large,
            proof.disk_full,
            proof.read_only,
            lambda: proof.signalled(signal.SIGINT),
            lambda: proof.signalled(signal.SIGTERM),
            lambda: proof.killed(args.kills),
        )
        for name, step in zip(_NAMES, steps, strict=True):
            if name not in args.only:
                continue
            try:
                step()
            except PermissionError as error:
                print(f"{name}: left out: {error}", flush=True)
    print(f"{proof.wrong} wrong")
    sys.exit(1 if proof.wrong else 0)


if __name__ == "__main__":
    main()
