"""Output to an S3 server on the loopback: the bytes of one process writing into a folder.

`make cluster` installs the server (moto) and runs these; without it they are skipped.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from installed import INSTALLED
from toy_recorder import jobs, toy, tree

from sim.cli import main
from sim.dataset import Splits
from sim.errors import EnvironmentProblem, RoadreelError, UsageError
from sim.run import RayEngine, run
from sim.run.store import Store
from sim.run.store_lock import LOCK_OBJECT, Pace, locked_store

REASON = "pip install 'roadreel[cluster-test]'; `make cluster` does"
pytest.importorskip("s3fs", reason=REASON)
server = pytest.importorskip("moto.server", reason=REASON)
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SOME = ("native", "coco", "kitti", "webdataset")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server in memory; what looks for S3 finds it through the environment."""
    threaded = server.ThreadedMotoServer("127.0.0.1", 0)
    threaded.start()
    host, port = threaded.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "RAY_USAGE_STATS_ENABLED": "0",
        }.items():
            patch.setenv(name, value)
        patch.setenv("PYTHONPATH", ":".join([str(Path(__file__).parent), *sys.path]))
        yield f"http://{host}:{port}"
    threaded.stop()


@pytest.fixture
def url(endpoint: str, request: pytest.FixtureRequest) -> str:
    import s3fs

    bucket = f"bucket-{abs(hash(request.node.name)) % 10**9}"
    s3fs.S3FileSystem().mkdir(bucket)
    return f"s3://{bucket}/data/set"


def stored(url: str) -> dict[str, bytes]:
    store = Store(url)
    return store.read(store.names())


def invoke(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def test_every_format_has_the_bytes_of_a_folder(url: str, tmp_path: Path) -> None:
    options = {"splits": Splits((2, 1, 1))}
    run(jobs(0, 1), tmp_path / "a", writers=INSTALLED, options=options, recorder=toy)
    run(jobs(0, 1), url, writers=INSTALLED, options=options, recorder=toy)
    assert stored(url) == tree(tmp_path / "a")


def test_resume_over_three_runs_is_one_run(url: str, tmp_path: Path) -> None:
    for last in (1, 3, 4):
        run(jobs(*range(last)), url, writers=SOME, resume=True, recorder=toy)
    run(jobs(*range(4)), tmp_path / "a", writers=SOME, recorder=toy)
    assert stored(url) == tree(tmp_path / "a")
    run(jobs(1), url, writers=SOME, overwrite=True, recorder=toy)
    run(jobs(1), tmp_path / "b", writers=SOME, recorder=toy)
    assert stored(url) == tree(tmp_path / "b")


def test_only_one_of_two_creates_the_lock(url: str) -> None:
    pace = Pace(0.05, 1.0)
    with locked_store(Store(url), pace):
        assert not Store(url).create(LOCK_OBJECT, b"{}")
        with pytest.raises(UsageError, match="another run is writing there"):
            locked_store(Store(url), pace).__enter__()
    assert stored(url) == {}


def test_a_bucket_that_is_not_there_is_named(endpoint: str) -> None:
    with pytest.raises(RoadreelError, match="s3://nobody-has-made-it/a"):
        run(jobs(0), "s3://nobody-has-made-it/a", recorder=toy)


def test_keys_that_are_wrong_are_a_message(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(EnvironmentProblem, match=r"^s3://x/y: \w+: .*127\.0\.0\.1:1"):
        run(jobs(0), "s3://x/y", recorder=toy)
    s3fs.S3FileSystem.clear_instance_cache()


def test_a_cluster_uploads_the_same(url: str, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason=REASON)
    run(jobs(*range(3)), tmp_path / "a", writers=SOME, recorder=toy)
    run(jobs(*range(3)), url, writers=SOME, recorder=toy, engine=RayEngine("local", sequences=2))
    assert stored(url) == tree(tmp_path / "a")


@pytest.mark.gl
def test_the_command_line_films_checks_and_shows(url: str, tmp_path: Path) -> None:
    small = "--width-px 160 --height-px 90 --set vehicles=2 --set parked=1 --set people=2 --duration-s 0.2"
    command = [
        "run",
        "avenue",
        "--seed",
        "3",
        *small.split(),
        "--write",
        "native",
        "--write",
        "kitti",
        "--out",
    ]
    said = invoke(*command, url).stderr
    assert f"1 sequence complete in {url}" in said
    assert "kitti does not hold: " in said
    subprocess.run([sys.executable, "-m", "sim", *command, tmp_path / "a"], check=True)
    assert stored(url) == tree(tmp_path / "a")
    assert "is sound" in invoke("check", url).stderr
    invoke("show", url, "--frame", "1", "--out", tmp_path / "a.png")
    invoke("show", tmp_path / "a", "--frame", "1", "--out", tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    invoke("export", url, "--to", "mot", "--out", tmp_path / "c")
    invoke("export", tmp_path / "a", "--to", "mot", "--out", tmp_path / "d")
    assert tree(tmp_path / "c") == tree(tmp_path / "d")
    assert (
        "only `roadreel run` writes to URLs"
        in invoke("export", url, "--to", "mot", "--out", url, code=2).stderr
    )
    victim = Store(url).names("sequences")[0]
    Store(url).delete([victim])
    assert victim in invoke("check", url, code=1).stdout
