"""Does what `./winnow bench curate` does, the way it is usually done in Python, and says how long that took.

    python bench_curate.py --vectors VECTORS.f32 --d 512 < TASKS

The benchmark starts it and gives it one task a line, as JSON, on standard input; the answer is one line of JSON: for each
library that has such a thing, the seconds and how good the outcome is. Vectors lie in the file one after the other, float32.
Loading libraries and vectors is not timed. A library that is not installed is left out.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

try:
    import faiss
except ImportError:
    faiss = None
try:
    import sklearn
    from sklearn.cluster import HDBSCAN, KMeans
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.neighbors import NearestNeighbors
except ImportError:
    sklearn = None

Outcome = dict[str, float]


def timed(work: Callable[[], object], quality: Callable[[object], float]) -> Outcome:
    """Quality is told from the result, off the clock."""
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "quality": float(quality(result))}


def neighbours(x: np.ndarray, task: dict) -> Iterator[tuple[str, Outcome]]:
    """Exact; each row finds itself first, so one more is asked for and the best one dropped."""
    k = min(task["neighbours"] + 1, len(x))
    if faiss:
        def search() -> np.ndarray:
            index = faiss.IndexFlatIP(x.shape[1])
            index.add(x)
            return index.search(x, k)[0]
        yield "faiss", timed(search, lambda similarities: similarities[:, 1:].mean())
    if sklearn:
        def fit() -> np.ndarray:
            model = NearestNeighbors(n_neighbors=k, algorithm="brute", metric="cosine", n_jobs=-1).fit(x)
            return model.kneighbors(x)[0]
        yield "scikit-learn", timed(fit, lambda distances: 1 - distances[:, 1:].mean())


def k_means(x: np.ndarray, task: dict) -> Iterator[tuple[str, Outcome]]:
    """From the same rows as first centres; quality is the mean cosine similarity to the nearest centre."""
    first = np.ascontiguousarray(x[task["centres"]])

    def cohesion(centres: np.ndarray) -> float:
        unit = centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
        return sum((x[i:i + 8192] @ unit.T).max(axis=1).sum(dtype=np.float64) for i in range(0, len(x), 8192)) / len(x)

    if faiss:
        def train() -> np.ndarray:
            # By default it takes 256 vectors a centre; here all of them are wanted.
            model = faiss.Kmeans(x.shape[1], len(first), niter=task["rounds"], spherical=True,
                                 min_points_per_centroid=1, max_points_per_centroid=len(x))
            model.train(x, init_centroids=first)
            return model.centroids
        yield "faiss", timed(train, cohesion)
    if sklearn:
        def fit() -> np.ndarray:
            return KMeans(len(first), init=first, n_init=1, max_iter=task["rounds"], tol=0,
                          algorithm="lloyd").fit(x).cluster_centers_
        yield "scikit-learn", timed(fit, cohesion)


def near_duplicates(x: np.ndarray, task: dict) -> Iterator[tuple[str, Outcome]]:
    """All pairs at least so similar, then each row, in order, takes all later ones that none has taken."""

    def members(neighbours_of: Callable[[int], np.ndarray]) -> int:
        taken = np.zeros(len(x), dtype=bool)
        count = 0
        for row in range(len(x)):
            if not taken[row]:
                theirs = neighbours_of(row)
                theirs = theirs[(theirs > row) & ~taken[theirs]]
                taken[theirs] = True
                count += len(theirs)
        return count

    if faiss:
        def search() -> int:
            index = faiss.IndexFlatIP(x.shape[1])
            index.add(x)
            limits, _, rows = index.range_search(x, task["near"])
            return members(lambda row: rows[limits[row]:limits[row + 1]])
        yield "faiss", timed(search, float)
    if sklearn:
        def fit() -> int:
            model = NearestNeighbors(radius=1 - task["near"], algorithm="brute", metric="cosine", n_jobs=-1).fit(x)
            rows = model.radius_neighbors(x, return_distance=False)
            return members(lambda row: rows[row])
        yield "scikit-learn", timed(fit, float)


def hdbscan(x: np.ndarray, task: dict) -> Iterator[tuple[str, Outcome]]:
    """Of the size that is meant on the other side; quality is the number of clusters."""
    if sklearn:
        def fit() -> np.ndarray:
            return HDBSCAN(min_cluster_size=task.get("min_cluster_size", 10), n_jobs=-1).fit(x).labels_
        yield "scikit-learn", timed(fit, lambda labels: labels.max() + 1)


def linear_probe(x: np.ndarray, task: dict) -> Iterator[tuple[str, Outcome]]:
    """Cross-validated accuracy; the class of a row is that of the first hundred centres it is nearest to."""
    if sklearn:
        labels = (x @ x[task["centres"][:100]].T).argmax(axis=1)

        def validate() -> float:
            folds = StratifiedKFold(5, shuffle=True, random_state=0)
            return cross_val_score(LogisticRegression(C=10, max_iter=200), x, labels, cv=folds).mean()
        yield "scikit-learn", timed(validate, float)


def k_center(x: np.ndarray, task: dict) -> Iterator[tuple[str, Outcome]]:
    """Greedy, from the row most like the mean; quality is the coverage radius. No library has it: numpy, a product a choice."""

    def choose() -> np.ndarray:
        farthest = int((x @ x.mean(axis=0)).argmax())
        nearest = np.full(len(x), -np.inf, dtype=np.float32)
        for _ in range(min(task["chosen"], len(x))):
            np.maximum(nearest, x @ x[farthest], out=nearest)
            farthest = int(nearest.argmin())
        return nearest
    yield "numpy", timed(choose, lambda nearest: 1 - nearest.min())


TASKS = {task.__name__: task for task in (neighbours, k_means, near_duplicates, hdbscan, linear_probe, k_center)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, required=True, help="float32, row by row")
    parser.add_argument("--d", type=int, required=True, help="dimension")
    args = parser.parse_args()
    for name, library in (("faiss", faiss), ("scikit-learn", sklearn)):
        if not library:
            print(f"{name} is missing in this Python", file=sys.stderr)
    if faiss:
        faiss.omp_set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    vectors = np.memmap(args.vectors, dtype=np.float32, mode="r").reshape(-1, args.d)
    for line in sys.stdin:
        task = json.loads(line)
        work = TASKS.get(task["task"])
        x = np.ascontiguousarray(vectors[:task["rows"]])
        print(json.dumps(dict(work(x, task)) if work else {}), flush=True)


if __name__ == "__main__":
    main()
