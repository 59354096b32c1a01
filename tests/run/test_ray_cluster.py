"""A Ray cluster on this machine records the bytes of one process; machines die, slow ones are overtaken.

`make cluster` installs Ray and runs these; without Ray they are skipped.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from recorders import dies_at_2, fails_at_2, fake, waits_twice
from toy_recorder import FRAMES, jobs, toy, tree

from sim.errors import EnvironmentProblem, UsageError
from sim.run import Interrupted, Progress, run
from sim.run.ray_engine import RayEngine

if find_spec("ray") is None:
    pytest.skip("pip install 'roadreel[ray]'; `make cluster` does", allow_module_level=True)

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # addresses on the loopback, as with --address local
os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
os.environ["RAY_health_check_period_ms"] = "300"  # noqa: SIM112
os.environ["RAY_health_check_failure_threshold"] = "3"  # noqa: SIM112
os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SOME = ("native", "coco", "kitti", "webdataset")


class Machines:
    """A cluster of one process's making; its machines are processes that can be killed."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self.cluster = Cluster(initialize_head=True, head_node_args=self.kind(1))
        self.address = self.cluster.address

    @staticmethod
    def kind(cpus: int) -> dict[str, Any]:
        return {
            "num_cpus": cpus,
            "include_dashboard": False,
            "node_ip_address": "127.0.0.1",
            "object_store_memory": 80 * 2**20,
        }

    def add(self, cpus: int = 1) -> Any:
        return self.cluster.add_node(**self.kind(cpus))


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    found = Machines()
    yield found
    found.cluster.shutdown()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process writes into a folder."""
    out = tmp_path_factory.mktemp("whole") / "a"
    run(jobs(*range(5)), out, writers=SOME, recorder=toy)
    return tree(out)


def slowly(job: Any, out: Path, writers: Any, options: Any, on_frame: Callable[[], None]) -> None:
    """As `toy`, after a while; says beside the dataset's folder that it has begun, and where."""
    marks = Path(os.environ["ROADREEL_TEST_MARKS"])
    (marks / f"{job.sequence}-{os.getpid()}").touch()
    end = time.monotonic() + 2.0
    while time.monotonic() < end:
        on_frame()
        time.sleep(0.05)
    toy(job, out, writers, options, on_frame)


def hangs_the_first_time(job: Any, *rest: Any) -> None:
    """The first attempt at seed 1 never ends by itself."""
    mark = Path(os.environ["ROADREEL_TEST_MARKS"]) / f"hung-{job.sequence}"
    if job.scenario.seed == 1 and not mark.exists():
        mark.touch()
        while True:
            rest[-1]()
            time.sleep(0.05)
    toy(job, *rest)


@pytest.fixture
def marks() -> Path:
    """A folder every process of the cluster knows."""
    folder = Path(os.environ["ROADREEL_TEST_MARKS"])
    for path in folder.iterdir():
        path.unlink()
    return folder


@pytest.fixture(scope="module", autouse=True)
def _marks_known(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["ROADREEL_TEST_MARKS"] = str(tmp_path_factory.mktemp("marks"))


def test_the_cluster_writes_the_bytes_of_one_process(
    machines: Machines, whole: dict[str, bytes], tmp_path: Path
) -> None:
    seen: list[Progress] = []
    names = run(jobs(*range(5)), tmp_path / "a", writers=SOME, recorder=toy, progress=seen.append,
                engine=RayEngine(machines.address))  # fmt: skip
    assert names == tuple(f"avenue-{seed:04d}" for seed in range(5))
    assert tree(tmp_path / "a") == whole
    assert (seen[-1].sequences, seen[-1].frames <= 5 * FRAMES) == (5, True)
    assert [p.sequences for p in seen] == sorted(p.sequences for p in seen)
    assert [p.frames for p in seen] == sorted(p.frames for p in seen)


@pytest.mark.parametrize("place", ["folder", "url"])
def test_a_machine_that_dies_in_the_middle_changes_no_byte(
    machines: Machines, whole: dict[str, bytes], tmp_path: Path, marks: Path, place: str
) -> None:
    node = machines.add()

    def kill_when_both_record() -> None:
        end = time.monotonic() + 60
        while len(list(marks.iterdir())) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        machines.cluster.remove_node(node, allow_graceful=False)
        killed.set()

    killed = threading.Event()
    thread = threading.Thread(target=kill_when_both_record)
    thread.start()
    out = tmp_path / "a" if place == "folder" else f"file://{tmp_path}/a"
    run(jobs(*range(5)), out, writers=SOME, recorder=slowly, engine=RayEngine(machines.address))
    thread.join()
    assert killed.is_set()
    begun = [path.name.rpartition("-")[0] for path in marks.iterdir()]
    assert len(begun) > len(set(begun)) == 5  # what was lost has been begun again
    assert tree(tmp_path / "a") == whole


def test_a_slow_attempt_is_overtaken_and_its_output_dropped(
    machines: Machines, whole: dict[str, bytes], tmp_path: Path, marks: Path
) -> None:
    node = machines.add()
    run(jobs(*range(5)), tmp_path / "a", writers=SOME, recorder=hangs_the_first_time,
        engine=RayEngine(machines.address))  # fmt: skip
    machines.cluster.remove_node(node)
    assert (marks / "hung-avenue-0001").exists()
    assert tree(tmp_path / "a") == whole


def test_an_error_surfaces_as_it_is_and_resume_goes_on(machines: Machines, tmp_path: Path) -> None:
    engine = RayEngine(machines.address)
    with pytest.raises(OSError, match="No space left"):
        run(jobs(0, 1, 2, 3), tmp_path / "a", engine=engine, recorder=fails_at_2)
    assert {p.name for p in (tmp_path / "a").iterdir()} == {"manifest.json", "sequences"}
    run(jobs(0, 1, 2, 3), tmp_path / "a", resume=True, engine=engine, recorder=fake)
    run(jobs(0, 1, 2, 3), tmp_path / "b", recorder=fake)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_a_process_that_dies_is_replaced_but_not_for_ever(machines: Machines, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"died 3 times while avenue-0002 was under way"):
        run(jobs(0, 1, 2, 3), tmp_path / "a", engine=RayEngine(machines.address), recorder=dies_at_2)
    assert {p.name for p in (tmp_path / "a").iterdir()} <= {"manifest.json", "sequences"}


def test_waits_are_counted(machines: Machines, tmp_path: Path) -> None:
    seen: list[Progress] = []
    run(jobs(0, 1), tmp_path / "a", engine=RayEngine(machines.address), progress=seen.append,
        recorder=waits_twice)  # fmt: skip
    assert (seen[-1].sequences, seen[-1].waits) == (2, 4)


def test_ctrl_c_keeps_complete_sequences_and_nothing_else(machines: Machines, tmp_path: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.sequences >= 2:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted) as caught:
        run(jobs(*range(40)), tmp_path / "a", engine=RayEngine(machines.address), progress=interrupt,
            recorder=toy)  # fmt: skip
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    kept = sorted(p.name for p in (tmp_path / "a" / "sequences").iterdir())
    assert 2 <= len(kept) == caught.value.complete < 40
    run((job for job in jobs(*range(40)) if job.sequence in kept), tmp_path / "b", recorder=toy)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_a_connection_that_is_there_is_used_and_stays(machines: Machines, tmp_path: Path) -> None:
    import ray

    ray.init(address=machines.address, log_to_driver=False, logging_level="ERROR")
    try:
        run(jobs(0), tmp_path / "a", engine=RayEngine("local"), recorder=toy)
        assert ray.is_initialized()
    finally:
        ray.shutdown()
    assert [p.name for p in (tmp_path / "a/sequences").iterdir()] == ["avenue-0000"]


def test_a_cluster_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"--address 127.0.0.1:1: no Ray cluster"):
        run(jobs(0), tmp_path / "a", engine=RayEngine("127.0.0.1:1"), recorder=toy)


def test_a_machine_too_small_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"no machine has 1 cores and 2 GPUs .* are 1 and 0: lower"):
        run(jobs(0), tmp_path / "a", engine=RayEngine("local", sequences=1, gpus=2), recorder=toy)


@pytest.mark.gl
def test_a_local_cluster_listens_on_the_loopback_alone_and_films_the_same(tmp_path: Path) -> None:
    small = "--width-px 160 --height-px 90 --set vehicles=2 --set parked=1 --set people=2 --duration-s 0.2"
    command = [sys.executable, "-m", "sim", "run", "avenue", *small.split(), "--seeds", "0:3"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    process = subprocess.Popen(
        [*command, "--engine", "ray", "--address", "local", "--jobs", "2", "--out", tmp_path / "a"],
        env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    heard: set[str] = set()
    while process.poll() is None:
        heard |= listening(process.pid)
        time.sleep(0.2)
    assert process.returncode == 0, process.stderr.read() if process.stderr else ""
    process.communicate()
    assert heard
    assert all(address.startswith("127.") for address in heard), heard
    subprocess.run([*command, "--out", tmp_path / "b"], check=True, env=environment)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def listening(pid: int) -> set[str]:
    """Addresses on which the children of a process, and theirs, accept connections."""
    inodes: set[str] = set()
    todo = [pid]
    while todo:
        one = todo.pop()
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                todo += [int(child) for child in (task / "children").read_text().split()]
            inodes |= {str(link.readlink()) for link in Path(f"/proc/{one}/fd").iterdir()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and f"socket:[{rest[5]}]" in inodes:
                found.add(address_of(local.partition(":")[0]))
    return found


def address_of(digits: str) -> str:
    """The kernel's hexadecimal -> dotted, also where IPv6 holds an IPv4 address; other IPv6 as it is."""
    digits = digits.removeprefix("0000000000000000FFFF0000")
    if len(digits) != 8:
        return digits
    return ".".join(str(int(digits[i : i + 2], 16)) for i in (6, 4, 2, 0))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"sequences": 0}, "jobs is 0"),
        ({"cpus": 0}, "cpus-per-sequence is 0"),
        ({"gpus": 1.5}, "gpus-per-sequence is 1.5"),
        ({"address": "ray://head:10001"}, "ray job submit"),
    ],
)
def test_numbers_out_of_range_are_refused(how: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        RayEngine(**how)
