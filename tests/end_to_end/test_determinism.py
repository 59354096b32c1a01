"""The same scenario and seed give the same bytes: in another process, with other thread counts."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.gl

RECORD = """
import sys
import sim
from sim.scenario import CAMERA_CHANNELS
from sim.scenario.population import default_sensors, populate
import importlib
from sim.randomness import stream
name, out, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
world = importlib.import_module(f"worlds.{name}").sample(stream(3, "world"))
agents = populate(world, 3, vehicles=6, parked=3, people=6)
sensors = default_sensors(world, width_px=192, height_px=108, rate_hz=10, channels=CAMERA_CHANNELS)
scenario = sim.Scenario(world=world, agents=agents, sensors=sensors, duration_s=0.4, seed=3)
sim.record(scenario, out, writers=("native", "coco", "kitti", "mot", "video"), encoder_threads=threads)
"""


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.mark.parametrize("world", ["avenue", "crossing"])
def test_two_processes_with_other_thread_counts_write_the_same_bytes(tmp_path, world):
    folders = []
    for gl_threads, encoders in (("1", "1"), ("2", "4")):
        folder = tmp_path / f"threads-{gl_threads}"
        environment = {**os.environ, "LP_NUM_THREADS": gl_threads, "PYTHONHASHSEED": gl_threads}
        command = [sys.executable, "-c", RECORD, world, str(folder), encoders]
        subprocess.run(command, check=True, env=environment)
        folders.append(hashes(folder))
    first, second = folders
    assert first == second
    assert any(name.endswith(".png") for name in first)
    assert any(name.endswith(".mp4") for name in first)
    assert any(name.endswith(".parquet") for name in first)


def test_records_pass_their_own_check(tmp_path):
    import sim

    subprocess.run([sys.executable, "-c", RECORD, "crossing", str(tmp_path / "out"), "2"], check=True)
    assert sim.check(tmp_path / "out").findings == ()
