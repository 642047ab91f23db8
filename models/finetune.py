"""Fits a model to your own labelled images: a projection of its features, or its last layers anew.

    python finetune.py --base .winnow/models/resnet50/resnet50.yaml --labels PHOTOS --mode features --name mine --out mine
    python finetune.py --base resnet18 --labels labels.csv --mode top --layers 6 --name mine --out mine

`--base` is the manifest of an installed model, or a network of torchvision with weights from its cache or `--weights`.
`features` leaves the network as it is and trains a projection of its features; `top` trains the last layers and exports the
feature. Every class is parted into images to train on, to stop by, and to report on. Writes into OUT: NAME.onnx and
NAME.yaml (for `./winnow models add NAME.onnx --manifest NAME.yaml`), NAME.report.json (before and after), NAME.split.csv
(which image served for what), log.jsonl (every epoch), and checkpoint.pt, from which `--resume` goes on.
"""

import argparse
import csv
import hashlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import torch

from images import Labelled, opened
from neighbours import knn_accuracy, knn_accuracy_against
from transfer import bases
from transfer.bases import Base
from transfer.export import export
from transfer.parted import Inputs, Parted
from transfer.photos import Parts
from transfer.training import Classes, Embedding, FineTuning, features_of, figures, fit_head


def main() -> None:
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)
    parts = Parts.of(Labelled.read(args.labels, args.root), args.validation, args.hold_out, args.drop_small, args.seed)
    print(f"{len(parts.classes)} classes; {len(parts.train)} images to train on, {len(parts.validation)} to stop by, "
          f"{len(parts.held_out)} to report on")
    sample = parts.train.sample(24, args.seed)
    base = bases.read(args.base, args.weights, args.random_weights, args.seed, [opened(f) for f in sample.files])
    layers = last_layers(base, args.layers) if args.mode == "top" else []
    unfrozen = [parameter for _, layer in layers for parameter in layer]
    args.out.mkdir(parents=True, exist_ok=True)

    log = Log(args.out / "log.jsonl", args.resume)
    training = Training(args, base, parts, unfrozen)
    before = training.worth()
    log({"stage": "frozen network", **before})
    if args.mode == "top":
        training.fine_tune(log)
    else:
        training.project()
    after = training.worth()
    log({"stage": args.mode, **after})

    shown = parts.held_out.sample(args.reference, args.seed)
    tensors = torch.stack([training.inputs.tensor(file) for file in shown.files])
    path = args.out / f"{args.name}.onnx"
    source = (f"models/finetune.py, {args.mode}, from {base.origin}, {len(parts.train)} images of {len(parts.classes)} "
              f"classes, seed {args.seed}")
    described = {"name": args.name, "source": source, "licence": args.licence or base.licence}
    vectors, difference = export(training.embedding, base.manifest, path, described, tensors)
    write_split(args, parts)
    write_json(path.with_suffix(".reference.json"), {
        "vectors": {str(f.relative_to(images_root(args))): np.round(v.astype(np.float64), 8).tolist()
                    for f, v in zip(shown.files, vectors)}})
    write_json(path.with_suffix(".report.json"), {
        "model": args.name, "base": base.origin, "mode": args.mode, "dimension": vectors.shape[1], "classes": parts.classes,
        "images": {"train": len(parts.train), "validation": len(parts.validation), "held_out": len(parts.held_out)},
        "before": before, "after": after, "layers": [name for name, _ in layers], **training.epochs,
        "export_difference": difference, "seed": args.seed})
    print_report(before, after, difference, path)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", required=True, help="manifest (.yaml) of an installed model, or a network of torchvision")
    parser.add_argument("--weights", help="file of weights, or which of torchvision's (default: any in its cache)")
    parser.add_argument("--random-weights", action="store_true", help="start a network of torchvision from seeded weights")
    parser.add_argument("--labels", type=Path, required=True,
                        help="folder of class subfolders, or CSV or JSON lines with path and label")
    parser.add_argument("--root", type=Path, help="folder that the paths of a list are relative to (default: its own)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--name", required=True, help="of the new model")
    parser.add_argument("--licence", help="of the new model (default: the base's)")
    parser.add_argument("--mode", choices=["features", "top"], required=True)
    parser.add_argument("--projection", type=int, default=128, help="features: numbers that the feature is projected "
                        "to, 0 for the feature as it is (default: 128)")
    parser.add_argument("--layers", type=int, default=6, help="top: convolutions and products to train, from the end (default: 6)")
    parser.add_argument("--epochs", type=int, default=20, help="top: at most (default: 20)")
    parser.add_argument("--patience", type=int, default=3, help="top: epochs without gain before it stops (default: 3)")
    parser.add_argument("--rate", type=float, default=1e-4, help="top: learning rate (default: 0.0001)")
    parser.add_argument("--validation", type=float, default=0.15, help="share to stop by (default: 0.15)")
    parser.add_argument("--hold-out", type=float, default=0.2, help="share to report on (default: 0.2)")
    parser.add_argument("--drop-small", action="store_true", help="leave out classes of fewer than 5 images")
    parser.add_argument("--reference", type=int, default=16, help="held-out images to compare the file with PyTorch on, "
                        "their vectors go to NAME.reference.json (default: 16)")
    parser.add_argument("--resume", action="store_true", help="top: go on from OUT/checkpoint.pt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="the last digits depend on it (default: 2)")
    args = parser.parse_args()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,62}", args.name):
        parser.error(f"--name: expected 1 to 63 characters of a-z, 0-9, '.', '_', '-', got '{args.name}'")
    if not 0 < args.validation < 0.5 or not 0 < args.hold_out < 0.5:
        parser.error("--validation, --hold-out: expected shares above 0 and below 0.5")
    if args.projection < 0 or args.projection == 1:
        parser.error("--projection: expected 0, or 2 and more")
    if min(args.layers, args.epochs, args.patience, args.threads) < 1 or args.reference < 2 or not args.rate > 0:
        parser.error("--layers, --epochs, --patience, --threads: at least 1; --reference: at least 2; --rate: above 0")
    if args.resume and args.mode != "top":
        parser.error("--resume: only top leaves a checkpoint")
    return args


def last_layers(base: Base, count: int) -> list:
    layers = base.layers()
    if count > len(layers):
        raise SystemExit(f"--layers: {base.name} has {len(layers)} layers, got {count}")
    print(f"training {count} of {len(layers)} layers, from {layers[-count][0]} on")
    return layers[-count:]


class Training:
    """The steps of both modes on one base."""

    def __init__(self, args: argparse.Namespace, base: Base, parts: Parts, unfrozen: list) -> None:
        self.args, self.base, self.parts, self.unfrozen = args, base, parts, unfrozen
        self.every = [parts.train, parts.validation, parts.held_out]
        self.codes = [parts.codes(p) for p in self.every]
        self.inputs = Inputs(base.manifest, Parted(base.network, unfrozen))
        self.features = self.features_of_all()
        self.embedding = Embedding(base.network, self.features[0], 0)
        self.epochs: dict = {}

    def features_of_all(self) -> list[torch.Tensor]:
        return [features_of(part, self.inputs) for part in self.every]

    def project(self) -> None:
        torch.manual_seed(self.args.seed)
        self.embedding = Embedding(self.base.network, self.features[0], self.args.projection).eval()

    def fine_tune(self, log: "Log") -> None:
        args = self.args
        classes = Classes(self.embedding.of_feature(self.features[0]), self.codes[0])
        tuning = FineTuning(self.embedding, classes, self.unfrozen, self.parts, self.inputs, args.rate, args.seed,
                            args.patience)
        images = hashlib.sha256("\n".join(str(f) for f in self.parts.train.files).encode()).hexdigest()
        settings = {"base": self.base.origin, "images": images, "layers": args.layers, "rate": args.rate, "seed": args.seed}
        checkpoint = args.out / "checkpoint.pt"
        if args.resume:
            tuning.resume(checkpoint, settings)
        tuning.run(args.epochs, checkpoint, settings, log)
        self.epochs = {"epochs": tuning.epoch, "best_epoch": tuning.best["epoch"]}
        self.features = self.features_of_all()

    def worth(self) -> dict:
        """Of the embedding as it is now: accuracy of a head trained on it, and of its neighbours."""
        classes = fit_head(self.embedding, self.features[0], self.codes[0], self.features[1], self.codes[1])
        with torch.no_grad():
            units = [self.embedding.of_feature(f) for f in self.features]
        votes = knn_accuracy_against(units[0].numpy(), self.parts.train.labels, units[2].numpy(), self.parts.held_out.labels)
        return {"validation_accuracy": figures(units[1], self.codes[1], classes)["accuracy"],
                "held_out_accuracy": figures(units[2], self.codes[2], classes)["accuracy"],
                "held_out_knn_10": round(knn_accuracy(units[2].numpy(), self.parts.held_out.labels), 4),
                "held_out_knn_10_by_training": round(votes, 4)}


class Log:
    """JSON lines, one for each stage and epoch; a resumed run goes on in the same file."""

    def __init__(self, path: Path, go_on: bool) -> None:
        self.path = path
        if not go_on:
            path.unlink(missing_ok=True)

    def __call__(self, line: dict) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        print("  " + ", ".join(f"{k} {v}" for k, v in line.items()), flush=True)


def images_root(args: argparse.Namespace) -> Path:
    return args.labels if args.labels.is_dir() else args.root or args.labels.parent


def write_split(args: argparse.Namespace, parts: Parts) -> None:
    with (args.out / f"{args.name}.split.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["path", "label", "part"])
        for name, part in [("train", parts.train), ("validation", parts.validation), ("held-out", parts.held_out)]:
            writer.writerows([f.relative_to(images_root(args)).as_posix(), label, name] for f, label in zip(part.files, part.labels))


def write_json(path: Path, values: dict) -> None:
    path.write_text(json.dumps(values, indent=None if "vectors" in values else 2) + "\n")


def print_report(before: dict, after: dict, difference: float, path: Path) -> None:
    print(f"  {'':34s} {'before':>7s} {'after':>7s}")
    words = {"validation_accuracy": "accuracy, images to stop by", "held_out_accuracy": "accuracy, held-out images",
             "held_out_knn_10": "kNN-10 among held-out images",
             "held_out_knn_10_by_training": "kNN-10, held-out among trained-on"}
    for key, what in words.items():
        print(f"  {what:34s} {before[key]:7.4f} {after[key]:7.4f}")
    print(f"  the file differs from PyTorch by at most {difference:.2g}")
    print(f"Add it: ./winnow models add {path} --manifest {path.with_suffix('.yaml')}")


if __name__ == "__main__":
    sys.exit(main())
