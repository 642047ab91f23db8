"""Measures an exported model on photos and classes its training never saw.

    python evaluate.py --manifest winnow-default.yaml --data train160.tar --hold-out labels.csv --photos photos

Embeddings come from the ONNX file by the manifest's own preprocessing. `--hold-out` and `--seed` must be those of the
training run: they decide what is held out. `--photos` adds near-duplicates made of the photos in their own size; without
it they are made of the 160-pixel images alone.
"""

import argparse
import csv
import io
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image

import dataset
from dataset import Sample
from preprocess import Embedder, Manifest

PERCENTILES = (1, 5, 50, 95, 99)
THRESHOLDS = (0.80, 0.85, 0.90, 0.93, 0.95, 0.97)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--hold-out", type=Path)
    parser.add_argument("--photos", type=Path, help="folder that the paths of --hold-out are relative to")
    parser.add_argument("--teacher", type=Path, help="also measure the teacher's features")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()

    samples = dataset.load(args.data)
    split = dataset.split(samples, args.seed, args.hold_out)
    unseen = [samples[i] for i in np.concatenate([split.unseen_images, split.unseen_classes])]
    embedder = Embedder(Manifest.read(args.manifest), args.threads)

    print("kNN-10 accuracy, leave one out")
    parts = {"unseen images of trained classes": split.unseen_images, "unseen classes": split.unseen_classes}
    for name, part in parts.items():
        print_knn(name, [samples[i] for i in part if samples[i].label], embedder, args.teacher)

    print("\nnear-duplicates of the 160-pixel images")
    print_duplicates([s.decode() for s in unseen], [s.photo for s in unseen], embedder)
    if args.photos and args.hold_out:
        paths = [row["path"] for row in csv.DictReader(args.hold_out.open())]
        print("\nnear-duplicates of the photos in their own size")
        photos = [Image.open(args.photos / p).convert("RGB") for p in paths]
        print_duplicates(photos, [p.replace("Faces_easy", "Faces") for p in paths], embedder)

    single = Embedder(embedder.manifest, threads=1)
    print("\nforward pass")
    for batch in (1, 16, 64):
        wall = images_per_second(embedder, batch, time.perf_counter)
        core = images_per_second(single, batch, time.process_time)
        print(f"  batch {batch:2d}: {wall:5.0f} images/s on {args.threads} threads, {core:5.0f} images per core-second on one")


def print_knn(name: str, samples: list[Sample], embedder: Embedder, teacher: Path | None) -> None:
    images = [s.decode() for s in samples]
    labels = np.array([s.label for s in samples])
    photos = np.array([s.photo for s in samples])
    features = {"model": embedder.embed(images), "colour histogram + HOG": np.stack([baseline(i) for i in images])}
    if teacher:
        from network import teacher_features
        features["teacher, 1280 values"] = teacher_features(teacher, samples)
    most = max(np.unique(labels, return_counts=True)[1]) / len(labels)
    print(f"  {name}: {len(labels)} images, {len(set(labels))} classes, largest {most:.3f}")
    for kind, vectors in features.items():
        print(f"    {kind:24s} {knn_accuracy(unit(vectors), labels, photos):.3f}")


def knn_accuracy(vectors: np.ndarray, labels: np.ndarray, photos: np.ndarray, k: int = 10) -> float:
    """Majority vote of the k most similar other photos; ties go to the higher summed similarity."""
    similarity = vectors @ vectors.T
    similarity[photos[:, None] == photos[None, :]] = -np.inf
    nearest = np.argsort(-similarity, axis=1)[:, :k]
    names, label = np.unique(labels, return_inverse=True)
    votes = np.zeros((len(labels), len(names)))
    rows = np.arange(len(labels))
    for column in nearest.T:
        votes[rows, label[column]] += 1 + 1e-3 * similarity[rows, column]
    return float((votes.argmax(1) == label).mean())


def baseline(image: Image.Image) -> np.ndarray:
    """A colour histogram (4 x 4 x 4 bins) and histograms of oriented gradients (8 x 8 cells, 9 bins), equal weight."""
    pixels = np.asarray(image.resize((128, 128), Image.Resampling.BILINEAR), dtype=np.float32)
    colour, _ = np.histogramdd(pixels.reshape(-1, 3), bins=4, range=[(0, 256)] * 3)
    dy, dx = np.gradient(pixels.mean(2))
    angle = ((np.arctan2(dy, dx) % np.pi) / np.pi * 9).astype(int) % 9
    row, column = np.indices(angle.shape) // 16
    cells = np.bincount((((row * 8 + column) * 9) + angle).ravel(), np.hypot(dx, dy).ravel(), 8 * 8 * 9).reshape(64, 9)
    gradients = np.sqrt(cells / (cells.sum(1, keepdims=True) + 1e-6))
    return np.concatenate([unit(np.sqrt(colour).ravel()), unit(gradients.ravel())])


def print_duplicates(images: list[Image.Image], photos: list[str], embedder: Embedder) -> None:
    """How well each edit of an image is told from other images.

    'One false match in a hundred' is read in two ways: of all pairs of different images, or of images, each with its
    nearest other one. The second is far stricter, and counts near-duplicates that the data itself holds as false.
    """
    originals = embedder.embed(images)
    similarity = originals @ originals.T
    names = np.array(photos)
    same = names[:, None] == names[None, :]
    similarity[same] = np.nan
    upper = np.triu(~same, 1)
    random_pairs = similarity[upper]
    nearest = np.nanmax(similarity, axis=1)
    per_pair, per_image = np.percentile(random_pairs, 99), np.percentile(nearest, 99)
    print(f"  {len(images)} images; threshold for 1 % false matches: {per_pair:.3f} of all pairs of different images, "
          f"{per_image:.3f} of images' nearest other image")
    edited = {name: (originals * embedder.embed(edit(i) for i in images)).sum(1) for name, edit in EDITS.items()}

    print(f"  {'cosine similarity at percentile':36s}" + "".join(f"{p:>8d}" for p in PERCENTILES) + "   found at either")
    for name, pairs in edited.items():
        print_row(name, np.percentile(pairs, PERCENTILES), f"   {share(pairs, per_pair)}  {share(pairs, per_image)}")
    print_row("different images, all pairs", np.percentile(random_pairs, PERCENTILES))
    print_row("different images, nearest other", np.percentile(nearest, PERCENTILES))

    print(f"  {'share at or above a similarity of':36s}" + "".join(f"{t:8.2f}" for t in THRESHOLDS))
    for name, pairs in (edited | {"different images, nearest other": nearest}).items():
        print_row(name, [(pairs >= t).mean() for t in THRESHOLDS])


def share(similarities: np.ndarray, threshold: float) -> str:
    return f"{(similarities >= threshold).mean():.3f}"


def print_row(name: str, values: Iterable[float], more: str = "") -> None:
    print(f"    {name:34s}" + "".join(f"{v:8.3f}" for v in values) + more)


def crop80(image: Image.Image) -> Image.Image:
    """The upper left 80 % of both sides: off centre, as a human's crop is."""
    return image.crop((0, 0, round(0.8 * image.width), round(0.8 * image.height)))


def flip(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def jpeg30(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=30)
    return Image.open(buffer).convert("RGB")


def half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.BILINEAR)


def brighter(image: Image.Image) -> Image.Image:
    return image.point(lambda v: min(255, round(1.25 * v)))


EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "80 % crop, corner": crop80,
    "horizontal flip": flip,
    "JPEG quality 30": jpeg30,
    "half size": half,
    "brightness x 1.25": brighter,
}


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def images_per_second(embedder: Embedder, batch: int, clock: Callable[[], float], seconds: float = 3.0) -> float:
    """By the wall clock, or by the processor's time, which other programs on the machine hardly disturb."""
    x = np.random.default_rng(0).standard_normal((batch, 3, 128, 128), dtype=np.float32)
    embedder.forward(x)
    started, count = clock(), 0
    while clock() - started < seconds:
        embedder.forward(x)
        count += batch
    return count / (clock() - started)


if __name__ == "__main__":
    main()
