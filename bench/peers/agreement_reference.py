"""Writes the numbers that agreement between two tracks is held against: kappa as scikit-learn computes it, the rest as
NumPy and scikit-learn do from the same random moments. Needs numpy and scikit-learn, whose versions are kept with them.

    python bench/peers/agreement_reference.py > electron/host/agreement/fixtures/agreement-reference.json
"""

import json
import random

import numpy
import sklearn
from sklearn.metrics import cohen_kappa_score, precision_recall_fscore_support

THRESHOLDS = (0.3, 0.5, 0.7)
LABELS = ("run", "walk", "talk")


def random_moments(rng, videos):
    """Two people's moments: the second moves, drops, renames and adds to what the first marked."""
    ones, others = [], []
    for video, duration in videos.items():
        for _ in range(rng.randint(3, 12)):
            start = rng.uniform(0, duration * 0.9)
            end = min(duration, start + rng.uniform(0.5, duration / 4))
            label = rng.choice(LABELS)
            one = dict(videoId=video, startSec=start, endSec=end, name=label, score=rng.random())
            if rng.random() < 0.85:
                ones.append(one)
            if rng.random() < 0.8:
                low = max(0.0, start + rng.gauss(0, 1.5))
                high = min(duration, max(low + 0.1, end + rng.gauss(0, 1.5)))
                name = label if rng.random() < 0.85 else rng.choice(LABELS)
                others.append(dict(videoId=video, startSec=low, endSec=high, name=name, score=rng.random()))
    return ones, others


def iou_matrix(ones, others):
    a = numpy.array([[m["startSec"], m["endSec"]] for m in ones]).reshape(-1, 1, 2)
    b = numpy.array([[m["startSec"], m["endSec"]] for m in others]).reshape(1, -1, 2)
    shared = numpy.clip(numpy.minimum(a[..., 1], b[..., 1]) - numpy.maximum(a[..., 0], b[..., 0]), 0, None)
    union = numpy.maximum(a[..., 1], b[..., 1]) - numpy.minimum(a[..., 0], b[..., 0])
    return shared / union


def pair(ones, others):
    """The largest overlap first, each moment once: row and column of what is taken are struck out."""
    if not ones or not others:
        return []
    overlaps = iou_matrix(ones, others)
    same = numpy.array([[o["name"] == p["name"] for p in others] for o in ones])
    overlaps = numpy.where(same, overlaps, 0)
    found = []
    while overlaps.max() > 0:
        row, column = numpy.unravel_index(overlaps.argmax(), overlaps.shape)
        found.append((int(row), int(column), float(overlaps[row, column])))
        overlaps[row, :] = 0
        overlaps[:, column] = 0
    return found


def kappa(ones, others, videos):
    """Each stretch between two edges is one observation of two raters, weighted by how long it lasts."""
    first, second, weights = [], [], []
    for video, duration in videos.items():
        mine = [m for m in ones if m["videoId"] == video]
        theirs = [m for m in others if m["videoId"] == video]
        edges = {0.0, duration}
        for m in mine + theirs:
            edges |= {m["startSec"], min(duration, m["endSec"])}
        edges = sorted(edges)
        for low, high in zip(edges, edges[1:]):
            middle = (low + high) / 2
            first.append(any(m["startSec"] <= middle < m["endSec"] for m in mine))
            second.append(any(m["startSec"] <= middle < m["endSec"] for m in theirs))
            weights.append(high - low)
    return float(cohen_kappa_score(first, second, sample_weight=weights))


def scores(ones, others, videos):
    pairs, best = [], []
    for video in videos:
        mine = [m for m in ones if m["videoId"] == video]
        theirs = [m for m in others if m["videoId"] == video]
        pairs += pair(mine, theirs)
        for name in sorted({m["name"] for m in theirs}):
            named = [m for m in mine if m["name"] == name]
            wanted = [m for m in theirs if m["name"] == name]
            top = max(named, key=lambda m: m["score"]) if named else None
            best.append(float(iou_matrix([top], wanted).max()) if top else 0.0)
    at = []
    for iou in THRESHOLDS:
        hits = sum(1 for *_, overlap in pairs if overlap >= iou)
        # As one classification: what is paired is in both, the rest in one alone.
        truth = [1] * hits + [0] * (len(ones) - hits) + [1] * (len(others) - hits)
        said = [1] * hits + [1] * (len(ones) - hits) + [0] * (len(others) - hits)
        precision, recall, f1, _ = precision_recall_fscore_support(truth, said, average="binary", zero_division=0)
        recall_at_one = float(numpy.mean([overlap >= iou for overlap in best]))
        at.append(dict(iou=iou, recallAtOne=recall_at_one, precision=float(precision), recall=float(recall), f1=float(f1)))
    return dict(
        one=len(ones),
        other=len(others),
        pairs=len(pairs),
        meanIou=float(sum(overlap for *_, overlap in pairs) / len(others)),
        kappa=kappa(ones, others, videos),
        at=at,
    )


def main():
    rng = random.Random(26)
    videos = {"v1": 60.0, "v2": 95.5, "v3": 240.0}
    ones, others = random_moments(rng, videos)
    by_name = {}
    for name in LABELS:
        mine = [m for m in ones if m["name"] == name]
        theirs = [m for m in others if m["name"] == name]
        by_name[name] = scores(mine, theirs, videos)
    by_video = {
        video: scores(
            [m for m in ones if m["videoId"] == video], [m for m in others if m["videoId"] == video], {video: duration}
        )
        for video, duration in videos.items()
    }
    versions = dict(numpy=numpy.__version__, sklearn=sklearn.__version__)
    print(
        json.dumps(
            dict(versions=versions, videos=videos, ones=ones, others=others, whole=scores(ones, others, videos),
                 names=by_name, byVideo=by_video)
        )
    )


if __name__ == "__main__":
    main()
