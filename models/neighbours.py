"""What embeddings are worth: nearest neighbours by cosine similarity."""

import numpy as np


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def nearest(vectors: np.ndarray, k: int = 10) -> np.ndarray:
    """[n, k] of unit vectors: for each its k most similar others, the most similar first."""
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity, axis=1)[:, :k]


def overlap(first: np.ndarray, second: np.ndarray, k: int = 10) -> float:
    """Share of an image's k neighbours in one embedding that are among its k in the other, over all images."""
    pairs = zip(nearest(first, k), nearest(second, k))
    return float(np.mean([len(set(a) & set(b)) / k for a, b in pairs]))


def knn_accuracy(vectors: np.ndarray, labels: np.ndarray, k: int = 10) -> float:
    """Leave one out: majority vote of the k most similar others; ties go to the higher summed similarity."""
    return vote(vectors @ vectors.T - 4 * np.eye(len(vectors)), labels, labels, k)


def knn_accuracy_against(reference: np.ndarray, reference_labels: np.ndarray, queries: np.ndarray, labels: np.ndarray,
                         k: int = 10) -> float:
    """As above, each query voted on by the reference set alone."""
    return vote(queries @ reference.T, reference_labels, labels, k)


def vote(similarity: np.ndarray, neighbour_labels: np.ndarray, labels: np.ndarray, k: int) -> float:
    names, code = np.unique(neighbour_labels, return_inverse=True)
    closest = np.argsort(-similarity, axis=1)[:, :k]
    votes = np.zeros((len(labels), len(names)))
    rows = np.arange(len(labels))
    for column in closest.T:
        votes[rows, code[column]] += 1 + 1e-3 * similarity[rows, column]
    return float((names[votes.argmax(1)] == labels).mean())
