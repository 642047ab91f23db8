"""Measures an exported model on photos and classes its training never saw.

    python evaluate.py --manifest winnow-default.yaml --data train160.tar --hold-out labels.csv --photos photos

Embeddings come from the ONNX file by the manifest's own preprocessing. `--hold-out` and `--seed` must be those of the
training run: they decide what is held out. `--photos` adds near-duplicates made of the photos in their own size, and
`--coco` photos of another kind altogether: a folder with `instances.json` and `images`.
"""

import argparse
import csv
import io
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image

import dataset
from dataset import Sample
from preprocess import Embedder, Manifest
from teacher import teacher_features

PERCENTILES = (1, 5, 50, 95, 99)
THRESHOLDS = (0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--hold-out", type=Path)
    parser.add_argument("--photos", type=Path, help="folder that the paths of --hold-out are relative to")
    parser.add_argument("--coco", type=Path, help="folder of instances.json in COCO's format, and its images")
    parser.add_argument("--teacher", type=Path, help="also measure the teacher's features")
    parser.add_argument("--work", type=Path, help="folder for the teacher as floats; needed with --teacher")
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
        labelled = [samples[i] for i in part if samples[i].label]
        labels, photos = [s.label for s in labelled], [s.photo for s in labelled]
        teacher = teacher_features(args.teacher, labelled, args.work, args.threads) if args.teacher else None
        print_knn(name, [s.decode() for s in labelled], labels, photos, embedder, teacher)
    if args.coco:
        print_knn("objects cut out of COCO photos", *coco_objects(args.coco), embedder)

    print("\nnear-duplicates of the 160-pixel images")
    print_duplicates([s.decode() for s in unseen], [s.photo for s in unseen], [s.label for s in unseen], embedder)
    if args.photos and args.hold_out:
        rows = list(csv.DictReader(args.hold_out.open()))
        print("\nnear-duplicates of the photos in their own size")
        photos = [Image.open(args.photos / row["path"]).convert("RGB") for row in rows]
        names = [row["path"].replace("Faces_easy", "Faces") for row in rows]
        print_duplicates(photos, names, [row["label"].replace("Faces_easy", "Faces") for row in rows], embedder)
    if args.coco:
        print("\nnear-duplicates of COCO photos")
        paths = sorted((args.coco / "images").iterdir())
        print_duplicates([Image.open(p).convert("RGB") for p in paths], [p.name for p in paths], None, embedder)

    single = Embedder(embedder.manifest, threads=1)
    print("\nforward pass")
    for batch in (1, 16, 64):
        wall = images_per_second(embedder, batch, time.perf_counter)
        core = images_per_second(single, batch, time.process_time)
        print(f"  batch {batch:2d}: {wall:5.0f} images/s on {args.threads} threads, {core:5.0f} images per core-second on one")


def coco_objects(folder: Path, least: int = 32) -> tuple[list[Image.Image], list[str], list[str]]:
    """Every object's box of `least` pixels or more, its category, and the photo it is cut out of."""
    truth = json.loads((folder / "instances.json").read_text())
    files = {image["id"]: image["file_name"] for image in truth["images"]}
    images, labels, photos = [], [], []
    for box in truth["annotations"]:
        x, y, w, h = box["bbox"]
        if min(w, h) >= least and not box.get("iscrowd"):
            photo = Image.open(folder / "images" / files[box["image_id"]]).convert("RGB")
            images.append(photo.crop((int(x), int(y), int(x + w) + 1, int(y + h) + 1)))
            labels.append(str(box["category_id"]))
            photos.append(files[box["image_id"]])
    return images, labels, photos


def print_knn(name: str, images: list[Image.Image], labels: list[str], photos: list[str], embedder: Embedder,
              teacher: np.ndarray | None = None) -> None:
    features = {"model": embedder.embed(images), "colour histogram + HOG": np.stack([baseline(i) for i in images])}
    if teacher is not None:
        features["teacher, 1280 values"] = teacher
    most = max(np.unique(labels, return_counts=True)[1]) / len(labels)
    print(f"  {name}: {len(labels)} images, {len(set(labels))} classes, largest {most:.3f}")
    for kind, vectors in features.items():
        print(f"    {kind:24s} {knn_accuracy(unit(vectors), np.array(labels), np.array(photos)):.3f}")


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


def print_duplicates(images: list[Image.Image], photos: list[str], labels: list[str | None] | None,
                     embedder: Embedder) -> None:
    """How well each edit of an image is told from other images.

    'One false match in a hundred' is read in three ways: of all pairs of different images, of pairs of one class, or of
    images, each with its nearest other one. The last is by far the strictest, and counts near-duplicates that the data
    itself holds as false.
    """
    originals = embedder.embed(images)
    similarity = originals @ originals.T
    names = np.array(photos)
    same = names[:, None] == names[None, :]
    similarity[same] = np.nan
    upper = np.triu(~same, 1)
    random_pairs = similarity[upper]
    nearest = np.nanmax(similarity, axis=1)
    thresholds = {"pairs": np.percentile(random_pairs, 99)}
    if labels:
        # An unlabelled image is of no class, not of the class of the unlabelled.
        kinds = np.array([label or f"none {i}" for i, label in enumerate(labels)])
        thresholds["class"] = np.percentile(similarity[upper & (kinds[:, None] == kinds[None, :])], 99)
    thresholds["nearest"] = np.percentile(nearest, 99)
    print(f"  {len(images)} images; similarity that 1 % reach of: "
          + ", ".join(f"{name} {value:.3f}" for name, value in thresholds.items()))
    edited = {name: (originals * embedder.embed(edit(i) for i in images)).sum(1) for name, edit in EDITS.items()}

    print(f"  {'cosine similarity at percentile':36s}" + "".join(f"{p:>8d}" for p in PERCENTILES)
          + "   found at 1 % of " + ", ".join(thresholds))
    for name, pairs in edited.items():
        found = "  ".join(f"{(pairs >= threshold).mean():.3f}" for threshold in thresholds.values())
        print_row(name, np.percentile(pairs, PERCENTILES), f"   {found}")
    print_row("different images, all pairs", np.percentile(random_pairs, PERCENTILES))
    print_row("different images, nearest other", np.percentile(nearest, PERCENTILES))

    print(f"  {'share at or above a similarity of':36s}" + "".join(f"{t:8.2f}" for t in THRESHOLDS))
    for name, pairs in (edited | {"different images, nearest other": nearest}).items():
        print_row(name, [(pairs >= t).mean() for t in THRESHOLDS])


def print_row(name: str, values: Iterable[float], more: str = "") -> None:
    print(f"    {name:34s}" + "".join(f"{v:8.3f}" for v in values) + more)


def corner(image: Image.Image) -> Image.Image:
    """The upper left 80 % of both sides: off centre, as a human's crop is."""
    return image.crop((0, 0, round(0.8 * image.width), round(0.8 * image.height)))


def middle(image: Image.Image) -> Image.Image:
    """The middle 80 % of both sides."""
    left, top = round(0.1 * image.width), round(0.1 * image.height)
    return image.crop((left, top, image.width - left, image.height - top))


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
    "80 % crop, corner": corner,
    "80 % crop, middle": middle,
    "horizontal flip": flip,
    "JPEG quality 30": jpeg30,
    "half size": half,
    "brightness x 1.25": brighter,
}


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def images_per_second(embedder: Embedder, batch: int, clock: Callable[[], float], seconds: float = 3.0) -> float:
    """By the wall clock, or by the processor's time, which other programs on the machine hardly disturb."""
    x = np.random.default_rng(0).standard_normal((batch, 3, dataset.SIDE, dataset.SIDE), dtype=np.float32)
    embedder.forward(x)
    started, count = clock(), 0
    while clock() - started < seconds:
        embedder.forward(x)
        count += batch
    return count / (clock() - started)


if __name__ == "__main__":
    main()
