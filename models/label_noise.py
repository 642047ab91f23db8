"""How well wrong labels are found the way cleanlab finds them: the reference beside the job `label_issues`.

    python label_noise.py --vectors VECTORS.f32 --d 512 --labels LABELS.tsv

Vectors lie in the file one after the other, float32; LABELS has a line for each, the label given and, after a tab, the true
one. Probabilities are those of a logistic regression, each image's by a model that has not seen it. Labels are ranked by
self-confidence and by normalised margin (Northcutt, Jiang and Chuang, 2021), and the average precision of each ranking is
printed as a line of JSON. The formulas are short and stand here; where cleanlab itself is installed (its licence is the AGPL:
nothing here needs it), its scores are taken too.
"""

import argparse
import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

try:
    from cleanlab.rank import get_label_quality_scores
except ImportError:
    get_label_quality_scores = None


def probabilities(x: np.ndarray, given: np.ndarray, c: float, folds: int, seed: int) -> np.ndarray:
    """Rows of a class that no other fold has get 0 for it."""
    model = LogisticRegression(C=c, max_iter=500)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=UserWarning)
        warnings.simplefilter("ignore", category=RuntimeWarning)
        return cross_val_predict(model, x, given, method="predict_proba",
                                 cv=StratifiedKFold(folds, shuffle=True, random_state=seed))


def scores(p: np.ndarray, given: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Low where a label is likely to be wrong."""
    rows = np.arange(len(given))
    own = p[rows, given]
    others = p.copy()
    others[rows, given] = -1
    yield "self_confidence", own
    yield "normalised_margin", own - others.max(axis=1)
    if get_label_quality_scores:
        # It wants rows that add up to 1, and some class to be possible.
        q = np.clip(p, 1e-12, None)
        q /= q.sum(axis=1, keepdims=True)
        for method in ("self_confidence", "normalized_margin"):
            yield "cleanlab_" + method, get_label_quality_scores(given, q, method=method)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, required=True, help="float32, row by row")
    parser.add_argument("--d", type=int, required=True, help="dimension")
    parser.add_argument("--labels", type=Path, required=True, help="a line for each vector: given, tab, true")
    parser.add_argument("--c", type=float, default=10, help="inverse strength of regularisation")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0, help="of the folds")
    args = parser.parse_args()
    x = np.fromfile(args.vectors, dtype=np.float32).reshape(-1, args.d)
    pairs = [line.split("\t") for line in args.labels.read_text(encoding="utf-8").splitlines()]
    if len(pairs) != len(x):
        parser.error(f"{len(x)} vectors, but {len(pairs)} labels")
    given = np.unique([label for label, _ in pairs], return_inverse=True)[1]
    wrong = np.array([label != true for label, true in pairs])
    if not wrong.any():
        parser.error("no label is wrong: nothing to be found")
    p = probabilities(x, given, args.c, args.folds, args.seed)
    accuracy = float((p.argmax(axis=1) == given).mean())
    found = {name: float(average_precision_score(wrong, -quality)) for name, quality in scores(p, given)}
    print(json.dumps({"labels": len(given), "wrong": int(wrong.sum()), "accuracy": accuracy, "average_precision": found}))


if __name__ == "__main__":
    main()
