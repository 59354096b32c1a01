"""Show our people to a detector that was trained on photographs: python tools/people_detector.py --people 200

Films default streets by clear day from their ego cameras, enlarges every frame twice and runs OpenCV's people
detector, `cv2.HOGDescriptor`, at hit threshold 0 (Dalal and Triggs, "Histograms of oriented gradients for
human detection", CVPR 2005). People count who stand or walk, are 64 px or taller before enlarging, at least
80 % visible and wholly inside the image. Printed: the share of them that is found (IoU 0.5), false positives
per frame, and the area under the curve that parts the scores of their windows from those of background
windows.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import sim
from sim.frame import Annotation, Frame
from sim.labels import label
from sim.randomness import stream
from sim.render import Renderer
from sim.scenario import Scenario
from sim.simulation import simulate

__all__ = ["Score", "counts", "score_frame", "separation", "street_frames"]

Image = NDArray[np.uint8]
Boxes = NDArray[np.float64]

ENLARGED = 2
LEAST_PX, LEAST_VISIBILITY, IOU = 64.0, 0.8, 0.5
LEAST_RECALL, LEAST_AUC = 0.6, 0.95
WINDOW_PX = (64, 128)
PERSON_SHARE = 0.75
"""Of a window's height; what it was trained on has 16 px of margin above and below 96 px of person."""
TOWNS = ("avenue", "crossing", "old_town", "residential", "roundabout")
CLEAR_DAY = {"weather": "clear", "sun_elevation_deg": 42.0}
BACKGROUND_EACH = 20
"""Windows without people taken from a frame."""


@dataclass(eq=False)
class Score:
    """What was found so far.

    Attributes:
        frames: how many were searched.
        people, found: how many counted, and how many of them the detector found.
        false: detections on nobody.
        person_scores, background_scores: of windows around people who count, and of windows without people.
        missed: (frame, box) of who was not found.
    """

    frames: int = 0
    people: int = 0
    found: int = 0
    false: int = 0
    person_scores: list[float] = field(default_factory=list)
    background_scores: list[float] = field(default_factory=list)
    missed: list[tuple[int, Boxes]] = field(default_factory=list)


def street_frames(
    streets: int, each: int, first: int, *, people: int = 32
) -> Iterator[tuple[Image, tuple[Annotation, ...]]]:
    """Pictures of ego cameras with their labels, `each` of every street, two seconds apart."""
    for number in range(streets):
        world = TOWNS[number % len(TOWNS)]
        drawn = sim.sample(
            world, seed=first + number, rate_hz=1, duration_s=2.0 * each, people=people, **CLEAR_DAY
        )
        yield from _pictures(drawn)


def _pictures(scenario: Scenario) -> Iterator[tuple[Image, tuple[Annotation, ...]]]:
    camera = next(camera for camera in scenario.sensors if camera.mount)
    states = simulate(scenario)
    start = next(states)
    with Renderer(scenario.world, start.roster, (camera,)) as renderer:
        for state in (start, *states):
            if state.tick % (2 * state.tick_hz):
                continue
            (capture,) = renderer.capture(state)
            frame = label(Frame(0, state, {capture.sensor: capture}), bones=renderer.bones)
            picture = capture.rgb.copy()
            capture.release()
            yield picture, frame.annotations[capture.sensor]


def score_frame(score: Score, picture: Image, annotations: Sequence[Annotation]) -> Boxes:
    """Run the detector on a frame and add what it did to the score.

    Returns:
        (D, 4) detections, x0, y0, x1, y1 in pixels of the picture.
    """
    humans = [a for a in annotations if a.category.startswith("human") and a.box2d_visible is not None]
    wanted = [a for a in humans if counts(a)]
    anybody = np.array([a.box2d_amodal for a in humans], float).reshape(-1, 4)
    boxes = np.array([a.box2d_amodal for a in wanted], float).reshape(-1, 4)
    large = cv2.resize(picture, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_LINEAR)
    seen = detections(large) / ENLARGED
    matched = _matches(boxes, seen)
    score.people += len(boxes)
    score.found += int(matched.sum())
    score.missed += [(score.frames, box) for box in boxes[~matched]]
    score.false += int((_share_inside(seen, anybody) < 0.5).sum())
    rng = stream(score.frames, "people_detector/background")
    score.person_scores += [window_score(large, _window(box * ENLARGED)) for box in boxes]
    height_px, width_px = picture.shape[:2]
    for window in _background(rng, anybody, width_px, height_px):
        score.background_scores.append(window_score(large, window * ENLARGED))
    score.frames += 1
    return seen


def separation(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Area under the ROC curve: chance that one of `positive` lies above one of `negative`, ties half."""
    order = np.sort(np.asarray(negative, float))
    wins = np.searchsorted(order, positive, side="left") + np.searchsorted(order, positive, side="right")
    return float(np.mean(wins) / (2 * len(order)))


def detections(picture: Image) -> Boxes:
    """(D, 4) people the detector sees, best first, x0, y0, x1, y1.

    Windows overlap a person many times, so that the best of those that share half their area is kept. It is
    drawn in to the person, as in OpenCV's own example (samples/cpp/peopledetect.cpp).
    """
    found, scores = _detector().detectMultiScale(
        picture, hitThreshold=0.0, winStride=(8, 8), padding=(16, 16), scale=1.05, groupThreshold=0
    )
    windows = np.array(found, float).reshape(-1, 4)
    x, y, width, height = windows.T
    best = _best(np.stack([x, y, x + width, y + height], 1), np.asarray(scores, float).ravel())
    left, top, right, bottom = best.T
    wide, tall = right - left, bottom - top
    return np.stack([left + 0.1 * wide, top + 0.07 * tall, right - 0.1 * wide, bottom - 0.13 * tall], 1)


def window_score(picture: Image, window: Boxes) -> float:
    """The detector's score, distance from its plane, of one window of the picture."""
    x0, y0, _, y1 = window
    scale = WINDOW_PX[1] / (y1 - y0)
    onto = np.array([[scale, 0.0, -scale * x0], [0.0, scale, -scale * y0]])
    small = cv2.GaussianBlur(picture, (0, 0), 0.4 / scale) if scale < 0.7 else picture
    patch = cv2.warpAffine(small, onto, WINDOW_PX, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    plane = cv2.HOGDescriptor_getDefaultPeopleDetector().ravel()
    features = _detector().compute(patch).ravel()
    return float(features @ plane[:-1] + plane[-1])


def _detector() -> cv2.HOGDescriptor:
    hog = cv2.HOGDescriptor()
    hog.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())
    return hog


def counts(a: Annotation) -> bool:
    """Whether this is one of those that the detector should find."""
    _, y0, _, y1 = a.box2d_amodal
    return (
        a.rider_of is None
        and a.activity in ("standing", "walking", "crossing")
        and y1 - y0 >= LEAST_PX
        and a.visibility is not None
        and a.visibility >= LEAST_VISIBILITY
        and a.truncation == 0
    )


def _overlap(a: Boxes, b: Boxes) -> Boxes:
    """(A, B) areas two lists of boxes share."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    return np.asarray(np.maximum(high - low, 0).prod(-1))


def _area(boxes: Boxes) -> Boxes:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(-1))


def _iou(a: Boxes, b: Boxes) -> Boxes:
    shared = _overlap(a, b)
    return np.asarray(shared / np.maximum(_area(a)[:, None] + _area(b)[None] - shared, 1e-9))


def _best(boxes: Boxes, scores: Boxes) -> Boxes:
    """Boxes, best first, without those that overlap a better one by half."""
    left = list(np.argsort(-scores, kind="stable"))
    kept = []
    while left:
        first = left.pop(0)
        kept.append(first)
        near = _iou(boxes[[first]], boxes[left])[0] if left else np.zeros(0)
        left = [k for k, iou in zip(left, near, strict=True) if iou < IOU]
    return boxes[kept]


def _matches(people: Boxes, seen: Boxes) -> NDArray[np.bool_]:
    """(P,) who is found; each detection, best first, finds one person."""
    out = np.zeros(len(people), bool)
    if not len(people):
        return out
    for row in _iou(seen, people):
        open_iou = np.where(out, 0.0, row)
        if open_iou.max() >= IOU:
            out[open_iou.argmax()] = True
    return out


def _share_inside(seen: Boxes, people: Boxes) -> Boxes:
    """(D,) the largest share of each detection that lies on a person."""
    if not len(people):
        return np.zeros(len(seen))
    return np.asarray((_overlap(seen, people) / _area(seen)[:, None]).max(1, initial=0.0))


def _window(box: Boxes) -> Boxes:
    """The window that shows a person as the detector was taught."""
    x0, y0, x1, y1 = box
    tall = (y1 - y0) / PERSON_SHARE
    wide = tall * WINDOW_PX[0] / WINDOW_PX[1]
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    return np.array([middle_x - wide / 2, middle_y - tall / 2, middle_x + wide / 2, middle_y + tall / 2])


def _background(rng: np.random.Generator, people: Boxes, width_px: int, height_px: int) -> Boxes:
    """(B, 4) windows of people's sizes with nobody in them."""
    tall = np.exp(rng.uniform(np.log(LEAST_PX), np.log(4 * LEAST_PX), 8 * BACKGROUND_EACH)) / PERSON_SHARE
    wide = tall * WINDOW_PX[0] / WINDOW_PX[1]
    low = np.stack([rng.uniform(0, width_px - wide), rng.uniform(0, height_px - tall)], 1)
    windows = np.concatenate([low, low + np.stack([wide, tall], 1)], 1)
    free = _overlap(windows, people).sum(1) == 0
    return np.asarray(windows[free][:BACKGROUND_EACH])


def _drawn(picture: Image, score: Score, seen: Boxes) -> Image:
    """The picture with detections in green and the missed in red."""
    out = picture.copy()
    for box in seen:
        x0, y0, x1, y1 = np.round(box).astype(int).tolist()
        cv2.rectangle(out, (x0, y0), (x1, y1), (0, 200, 0), 1)
    for frame, box in score.missed:
        if frame == score.frames - 1:
            x0, y0, x1, y1 = np.round(box).astype(int).tolist()
            cv2.rectangle(out, (x0, y0), (x1, y1), (230, 0, 0), 2)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=200, help="stop when so many have counted")
    parser.add_argument("--frames", type=int, default=5, help="of each street")
    parser.add_argument("--first", type=int, default=0, help="seed of the first street")
    parser.add_argument("--pictures", type=Path, help="folder for frames with detections drawn in")
    args = parser.parse_args()
    score = Score()
    for picture, labels in street_frames(400, args.frames, args.first):
        seen = score_frame(score, picture, labels)
        if args.pictures is not None:
            args.pictures.mkdir(parents=True, exist_ok=True)
            drawn = _drawn(picture, score, seen)
            cv2.imwrite(str(args.pictures / f"{score.frames - 1:04d}.png"), drawn[..., ::-1])
        if score.people >= args.people:
            break
    above, recall = separation(score.person_scores, score.background_scores), score.found / score.people
    print(f"frames {score.frames}, people {score.people}")
    print(f"recall at IoU {IOU:g}, hit threshold 0: {recall:.3f} (wanted {LEAST_RECALL:g} or more)")
    print(f"false positives a frame: {score.false / score.frames:.2f}")
    print(
        f"windows of people above {len(score.background_scores)} of background, AUC: {above:.4f} "
        f"(wanted {LEAST_AUC:g} or more)"
    )
    raise SystemExit(int(recall < LEAST_RECALL or above < LEAST_AUC))


if __name__ == "__main__":
    main()
