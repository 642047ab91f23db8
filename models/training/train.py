"""Trains winnow-default: a small embedding network, started from and distilled from a quantised ImageNet network.

    python train.py --data train160.tar --teacher mobilenetv2-12-int8.onnx --work build --out winnow-default.onnx
"""

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader

import dataset
import network
from dataset import Sample, Split, TwoViews, recolour
from network import DIMENSION, FROZEN, Student

BATCH = 128
PEAK_RATE, WEIGHT_DECAY = 4e-4, 1e-2
AVERAGE = 0.995           # decay of the weight average that is exported
CLASS_SCALE = 16.0        # of the cosine classifier
TEMPERATURE = 0.1         # of the two-view contrast
CLASS_WEIGHT, VIEW_WEIGHT, RELATION_WEIGHT = 0.15, 0.2, 4.0


def main() -> None:
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)

    samples = dataset.load(args.data)
    split = dataset.split(samples, args.seed, args.hold_out)
    print(f"{len(split.train)} images to train on, {len(split.unseen_images)} held out of the same classes, "
          f"{len(split.unseen_classes)} of held-out classes", flush=True)
    targets = targets_of(cached_teacher_features(args, samples), split)

    trainer = Trainer(args, samples, split, targets)
    trainer.run()
    difference = network.export(trainer.average, args.out)
    print(f"wrote {args.out.name}, {args.out.stat().st_size} bytes, "
          f"largest difference from torch {difference:.1e}", flush=True)
    if difference > 1e-4:
        raise SystemExit("the exported graph does not compute what was trained")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="tar of {source}/{class}/*.jpg")
    parser.add_argument("--teacher", type=Path, required=True, help="mobilenetv2-12-int8.onnx")
    parser.add_argument("--work", type=Path, required=True, help="cache of teacher features, and the checkpoint")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--hold-out", type=Path, help="CSV whose column path lists photos never to train on")
    parser.add_argument("--minutes", type=float, default=18, help="length of the run, which sets the learning rate")
    parser.add_argument("--epochs", type=int, help="length in epochs instead: independent of the machine's speed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --work")
    return parser.parse_args()


def cached_teacher_features(args: argparse.Namespace, samples: list[Sample]) -> np.ndarray:
    key = dataset.fingerprint(args.teacher.read_bytes(), *(s.jpeg for s in samples))
    cache = args.work / f"teacher-{key}.npy"
    if not cache.exists():
        started = time.monotonic()
        np.save(cache, network.teacher_features(args.teacher, samples))
        print(f"teacher features computed in {time.monotonic() - started:.0f} s", flush=True)
    return np.load(cache)


def targets_of(features: np.ndarray, split: Split) -> torch.Tensor:
    """Unit targets [n, 256]: the teacher's features, centred and half-whitened along their principal axes.

    Fitted on training images only. Centring removes the direction all images share; half-whitening keeps a handful of
    axes from deciding every similarity, and ranked neighbours better than either none or full whitening.
    """
    train = features[split.train]
    mean = train.mean(0)
    _, singular, axes = np.linalg.svd(train - mean, full_matrices=False)
    deviation = singular[:DIMENSION] / math.sqrt(len(train))
    projected = (features - mean) @ axes[:DIMENSION].T / np.sqrt(deviation)
    return F.normalize(torch.from_numpy(projected.astype(np.float32)), dim=1)


class Trainer:
    def __init__(self, args: argparse.Namespace, samples: list[Sample], split: Split, targets: torch.Tensor) -> None:
        self.args = args
        pixels = [np.asarray(samples[i].decode()) for i in split.train]
        self.views = TwoViews(pixels, args.seed)
        self.targets = targets[split.train]
        names = sorted({samples[i].label for i in split.train} - {None})
        self.labels = torch.tensor([names.index(samples[i].label) if samples[i].label else -1 for i in split.train])

        held = np.concatenate([split.unseen_images, split.unseen_classes])
        held = np.random.default_rng(args.seed).choice(held, min(512, len(held)), replace=False)
        self.held_pixels = centre([np.asarray(samples[i].decode()) for i in held])
        self.held_targets = targets[held]

        self.student = network.student_of(args.teacher).to(memory_format=torch.channels_last)
        self.student.features[:FROZEN].requires_grad_(False)
        self.classes = nn.Parameter(F.normalize(torch.randn(len(names), DIMENSION), dim=1))
        trained = [p for p in self.student.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW([
            {"params": [p for p in trained if p.dim() > 1] + [self.classes], "weight_decay": WEIGHT_DECAY},
            {"params": [p for p in trained if p.dim() == 1], "weight_decay": 0.0},
        ], lr=0.0)
        self.epoch, self.elapsed = 0, 0.0
        self.checkpoint = args.work / "checkpoint.pt"
        if args.resume:
            self.restore()
        else:
            fit_projection(self.student, centre(pixels), self.targets)
            self.average = copy.deepcopy(self.student)
            print(f"before training: held-out cosine to teacher {self.held_out_cosine():.4f}", flush=True)

    def run(self) -> None:
        while self.progress() < 1:
            self.train_epoch()
            self.save()

    def progress(self, part_of_epoch: float = 0.0) -> float:
        if self.args.epochs:
            return (self.epoch + part_of_epoch) / self.args.epochs
        return self.elapsed / (60 * self.args.minutes)

    def train_epoch(self) -> None:
        self.views.epoch = self.epoch
        seed = 1000 * self.args.seed + self.epoch
        colours = torch.Generator().manual_seed(seed)
        loader = DataLoader(self.views, BATCH, shuffle=True, drop_last=True, num_workers=1,
                            generator=torch.Generator().manual_seed(seed))
        started, before = time.monotonic(), self.elapsed
        sums, steps = torch.zeros(4), 0
        for views, index in loader:
            rate = one_cycle(self.progress(steps / len(loader)))
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            losses = self.losses(views, index, colours)
            self.optimiser.zero_grad(set_to_none=True)
            (losses * torch.tensor([1.0, RELATION_WEIGHT, CLASS_WEIGHT, VIEW_WEIGHT])).sum().backward()
            nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
            self.optimiser.step()
            with torch.no_grad():
                for mean, now in zip(self.average.parameters(), self.student.parameters()):
                    mean.lerp_(now, 1 - AVERAGE)
            sums, steps = sums + losses.detach(), steps + 1
            self.elapsed = before + time.monotonic() - started
            if self.progress(steps / len(loader)) >= 1:
                break
        self.epoch += 1
        distil, relation, label, contrast = (sums / steps).tolist()
        speed = steps * BATCH / (time.monotonic() - started)
        print(f"epoch {self.epoch:2d}  distil {distil:.4f}  relation {relation:.5f}  class {label:.3f}  "
              f"views {contrast:.3f}  held-out cosine {self.held_out_cosine():.4f}  lr {rate:.1e}  "
              f"{speed:.0f} images/s (two views each)  {self.elapsed / 60:.1f} min", flush=True)

    def losses(self, views: torch.Tensor, index: torch.Tensor, colours: torch.Generator) -> torch.Tensor:
        """Distillation, relation, class and two-view terms, unweighted."""
        n = len(index)
        batch = recolour(views.transpose(0, 1).flatten(0, 1).float() / 255, colours)
        embedding = self.student(normalise(batch))
        target = self.targets[index]
        both = torch.cat([target, target])
        distil = (1 - (embedding * both).sum(1)).mean()

        first, second = embedding[:n], embedding[n:]
        cross = first @ second.T
        # Off the diagonal only: the diagonal is one image seen twice, which the contrast below pulls together.
        relation = ((cross - target @ target.T)[~torch.eye(n, dtype=torch.bool)] ** 2).mean()

        logits = CLASS_SCALE * embedding @ F.normalize(self.classes, dim=1).T
        label = F.cross_entropy(logits, self.labels[index].repeat(2), ignore_index=-1, label_smoothing=0.1)

        same = torch.arange(n)
        contrast = (F.cross_entropy(cross / TEMPERATURE, same) + F.cross_entropy(cross.T / TEMPERATURE, same)) / 2
        return torch.stack([distil, relation, label, contrast])

    def held_out_cosine(self) -> float:
        with torch.no_grad():
            embedding = torch.cat([self.average(x) for x in normalise(self.held_pixels.float() / 255).split(128)])
        return (embedding * self.held_targets).sum(1).mean().item()

    def save(self) -> None:
        fresh = self.checkpoint.with_suffix(".new")
        torch.save({"student": self.student.state_dict(), "average": self.average.state_dict(),
                    "classes": self.classes.data, "optimiser": self.optimiser.state_dict(),
                    "epoch": self.epoch, "elapsed": self.elapsed}, fresh)
        fresh.replace(self.checkpoint)

    def restore(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.student.load_state_dict(state["student"])
        self.average = copy.deepcopy(self.student)
        self.average.load_state_dict(state["average"])
        self.classes.data.copy_(state["classes"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.epoch, self.elapsed = state["epoch"], state["elapsed"]


def one_cycle(progress: float, warm_up: float = 0.1) -> float:
    if progress < warm_up:
        return PEAK_RATE * max(progress, 0.002) / warm_up
    return PEAK_RATE * (0.002 + 0.998 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up))) / 2)


def normalise(pixels: torch.Tensor) -> torch.Tensor:
    """Pixels in 0–1 to the network's input."""
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (network.MEAN, network.STD))
    return ((pixels - mean) / std).contiguous(memory_format=torch.channels_last)


def centre(images: list[np.ndarray]) -> torch.Tensor:
    """uint8 centre squares at the input size, for fitting and watching; evaluate.py uses the manifest's own steps."""
    squares = []
    for image in images:
        h, w, _ = image.shape
        side = min(h, w) * dataset.SIDE / 144
        box = ((w - side) / 2, (h - side) / 2, (w + side) / 2, (h + side) / 2)
        square = Image.fromarray(image).resize((dataset.SIDE, dataset.SIDE), Image.Resampling.BILINEAR, box=box)
        squares.append(np.asarray(square))
    return torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2)


@torch.no_grad()
def fit_projection(student: Student, pixels: torch.Tensor, targets: torch.Tensor, ridge: float = 1e-2) -> None:
    """Starts the projection at the least-squares map from the pooled features to the targets."""
    pooled = torch.cat([student.pooled(normalise(x.float() / 255)) for x in pixels.split(128)]).double()
    mean, goal = pooled.mean(0), targets.double()
    centred = pooled - mean
    gram = centred.T @ centred
    gram += ridge * gram.diagonal().mean() * torch.eye(len(gram))
    weight = torch.linalg.solve(gram, centred.T @ (goal - goal.mean(0))).T
    student.project.weight.copy_(weight)
    student.project.bias.copy_(goal.mean(0) - weight @ mean)


if __name__ == "__main__":
    main()
