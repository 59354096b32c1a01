"""Feed broken and hostile input to everything that reads files: a message is right, a traceback is a defect.

    python tools/fuzz_input.py --minutes 10

Scenario files, calibration files, values of --set and the texts of a dataset are mutated by hypothesis, from
valid ones. Whatever does not end in a message, or takes more memory or time than it may, is printed with the
input that did it, as small as hypothesis can make it; the exit code is 1.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import click.testing
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import sim
from sim.cli import main as command
from sim.errors import RoadreelError, UsageError
from sim.scenario import files
from sim.scenario.files import dump
from sim.testing import ToyStreet

_MEMORY_BYTES = 6_000_000_000
_SLOW_S = 30.0

_NASTY = (
    "", "0", "-1", "1e308", "-1e-308", "nan", ".inf", "null", "~", "true", "[]", "{}", "[[[[]]]]", "'",
    "100000", "8193", "1000000000000000000000", "../../etc/passwd", "/etc/passwd", "a/b", "..", "\x00",
    "\ufeff", "&a [*a]", "*a", "!!python/object:os.system x", "<<: {}", "? [a]", "2026-99-99", "1_000",
    "0x7fffffffffffffff", "\u202e", "😀", "%YAML:1.0\n---", "---\n---", "!!binary aGk=", "9" * 5000,
)  # fmt: skip

_CALIBRATION = {
    "camera.yaml": "image_width: 640\nimage_height: 480\ncamera_name: a\n"
    "camera_matrix:\n  rows: 3\n  cols: 3\n"
    "  data: [500, 0, 320, 0, 500, 240, 0, 0, 1]\ndistortion_model: plumb_bob\ndistortion_coefficients:\n"
    "  rows: 1\n  cols: 5\n  data: [0.1, -0.1, 0, 0, 0]\n",
    "opencv.yml": "%YAML:1.0\n---\nimage_width: 640\nimage_height: 480\n"
    "camera_matrix: !!opencv-matrix\n   rows: 3\n"
    "   cols: 3\n   dt: d\n   data: [ 500., 0., 320., 0., 500., 240., 0., 0., 1. ]\n"
    "distortion_coefficients: !!opencv-matrix\n   rows: 4\n   cols: 1\n   dt: d\n"
    "   data: [ 0., 0., 0., 0. ]\n",
    "camchain.yaml": "cam0:\n"
    "  camera_model: pinhole\n  intrinsics: [458.0, 457.0, 367.0, 248.0]\n"
    "  distortion_model: equidistant\n  distortion_coeffs: [0.01, 0.0, 0.0, 0.0]\n  resolution: [752, 480]\n"
    "cam1:\n  T_cn_cnm1:\n  - [1, 0, 0, -0.1]\n  - [0, 1, 0, 0]\n  - [0, 0, 1, 0]\n  - [0, 0, 0, 1]\n"
    "  camera_model: pinhole\n  intrinsics: [458.0, 457.0, 367.0, 248.0]\n  distortion_model: radtan\n"
    "  distortion_coeffs: [0, 0, 0, 0]\n  resolution: [752, 480]\n",
    "calib.txt": "P0: 7.2e+02 0 6.0e+02 0 0 7.2e+02 1.7e+02 0 0 0 1 0\n"
    "P1: 7.2e+02 0 6.0e+02 -3.8e+02 0 7.2e+02 1.7e+02 0 0 0 1 0\n",
    "calib_cam_to_cam.txt": "S_rect_00: 1.242e+03 3.75e+02\nR_rect_00: 1 0 0 0 1 0 0 0 1\n"
    "P_rect_00: 7.2e+02 0 6.0e+02 0 0 7.2e+02 1.7e+02 0 0 0 1 0\n",
}

_SETTINGS = ("vehicles", "people", "parked", "width_px", "height_px", "rate_hz", "tick_hz", "duration_s",
             "warmup_s", "lanes", "length_m", "season", "seed")  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, originals: tuple[str, ...]) -> str:
    """One of the texts with pieces cut out, doubled, swapped or replaced by something nasty."""
    text = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(0, 4))):
        tokens = _tokens(text)
        if not tokens:
            break
        at = draw(st.integers(0, len(tokens) - 1))
        start, end = tokens[at]
        other = tokens[draw(st.integers(0, len(tokens) - 1))]
        new = draw(
            st.one_of(
                st.sampled_from(_NASTY),
                st.just(text[other[0] : other[1]]),
                st.just(text[start:end] * 3),
                st.integers(-(10**12), 10**12).map(str),
                st.floats().map(repr),
                st.text(max_size=12),
            )
        )
        text = text[:start] + new + text[end:]
    return text


def _tokens(text: str) -> list[tuple[int, int]]:
    """Ends of words, numbers and marks."""
    spans, start = [], 0
    for place, letter in enumerate(text + " "):
        if letter.isalnum() or letter in "._-+":
            continue
        if place > start:
            spans.append((start, place))
        if not letter.isspace():
            spans.append((place, place + 1))
        start = place + 1
    return [span for span in spans if span[1] <= len(text)]


def read_scenario(text: str) -> None:
    """As `sim.load`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        dump(files.load(path))


def read_calibration(name: str, text: str) -> None:
    """As `sim.read_rig`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        sim.read_rig(path)


def set_value(key: str, value: str) -> None:
    """As ``roadreel sample avenue --set key=value``, which makes no world larger than it may be."""
    result = click.testing.CliRunner().invoke(
        command, ["sample", "avenue", "--set", "vehicles=1", "--set", f"{key}={value}"]
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if result.exit_code:
        raise UsageError(result.output)


class Datasets:
    """A small dataset in several formats, of which one text is replaced at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        ToyStreet(agents=3, ticks=2, width_px=24, height_px=16).write(root, formats=("native",))
        self.texts = {
            str(path.relative_to(root)): path.read_text()
            for path in sorted(root.rglob("*"))
            if path.suffix in (".json", ".jsonl")
        }

    def read(self, name: str, text: str) -> None:
        """As ``roadreel check``, ``export`` and `sim.read`."""
        path = self.root / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            sim.check(self.root)
            for sequence in sim.read(self.root):
                for frame in sequence:
                    for capture in frame.captures.values():
                        dict(capture.channels)
        finally:
            path.write_text(self.texts[name])


def fuzz(
    name: str, minutes: float, target: Callable[..., None], inputs: st.SearchStrategy[tuple[str, ...]]
) -> int:
    """Run a target on inputs until its time is over -> number of defects, printed."""
    end_s = time.monotonic() + 60 * minutes
    tried = refused = defects = 0
    found = ""

    def probe(given_now: tuple[str, ...]) -> None:
        nonlocal tried, refused, found
        if time.monotonic() > end_s and not found:
            return  # while a defect is being made smaller, the same input must give the same end
        tried += 1
        start_s = time.monotonic()
        try:
            target(*given_now)
        except (RoadreelError, OSError):
            refused += 1
        except Exception:
            found = traceback.format_exc()
            raise
        if time.monotonic() - start_s > _SLOW_S:
            raise TimeoutError(f"{time.monotonic() - start_s:.0f} s")

    seed = 0
    while time.monotonic() < end_s:
        seed += 1
        run = settings(
            max_examples=200, deadline=None, database=None, derandomize=False, print_blob=False,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        )(given(inputs)(probe))  # fmt: skip
        found = ""
        try:
            run()
        except Exception as error:
            defects += 1
            notes = "\n".join(getattr(error, "__notes__", ()))
            print(f"--- {name}\n{found[-2000:]}{type(error).__name__}\n{notes:.3000}", flush=True)
            if defects >= 3:
                break
    print(f"{name}: {tried} inputs, {refused} refused with a message, {defects} defects", flush=True)
    return defects


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="altogether")
    minutes = parser.parse_args().minutes / 4
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    scenario = dump(sim.sample("avenue", seed=1, vehicles=2, parked=1, people=2))
    names = tuple(_CALIBRATION)
    folder = Path(tempfile.mkdtemp())
    try:
        datasets = Datasets(folder / "data")
        calibration = st.tuples(st.sampled_from(names), mutated(tuple(_CALIBRATION.values())))
        pair = st.sampled_from(sorted(datasets.texts)).flatmap(
            lambda name: st.tuples(st.just(name), mutated((datasets.texts[name],)))
        )
        defects = (
            fuzz("scenario files", minutes, read_scenario, st.tuples(mutated((scenario,))))
            + fuzz("calibration files", minutes, read_calibration, calibration)
            + fuzz("--set", minutes, set_value, st.tuples(st.sampled_from(_SETTINGS), mutated(_NASTY)))
            + fuzz("datasets", minutes, datasets.read, pair)
        )
    finally:
        shutil.rmtree(folder)
    sys.exit(1 if defects else 0)


if __name__ == "__main__":
    main()
