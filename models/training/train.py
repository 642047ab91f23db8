"""Trains winnow-default: a small embedding network, started and distilled from a quantised ImageNet network.

    python train.py --data train160.tar --teacher mobilenetv2-12-int8.onnx --work build --out winnow-default.onnx
"""

import argparse
import copy
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import dataset
import losses
import network
import teacher
from dataset import Sample, Split, Views
from frozen import FrozenLayers
from network import FROZEN, INSTANCE

BATCH = 128
VIEWS = 8                 # of each image, beside the image as it is
TRUNK_RATE, INSTANCE_RATE, CLASS_RATE, WEIGHT_DECAY = 8e-5, 5e-4, 1e-3, 1e-2
AVERAGE = 0.995           # decay of the weight average that is exported
RELATION_WEIGHT, CLASS_WEIGHT, CONTRAST_WEIGHT = 4.0, 0.25, 0.1
COPY = 0.97               # photos this similar to the teacher may be copies: never each other's negatives


def main() -> None:
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)

    samples = dataset.load(args.data)
    split = dataset.split(samples, args.seed, args.hold_out)
    print(f"{len(split.train)} images to train on, {len(split.unseen_images)} held out of the same classes, "
          f"{len(split.unseen_classes)} of held-out classes", flush=True)
    targets = teacher.targets_of(cached_teacher_features(args, samples), split.train)

    trainer = Trainer(args, samples, split, targets)
    if not args.export_only:
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
    parser.add_argument("--work", type=Path, required=True, help="cache of features, 2.5 GB; checkpoint and log")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--hold-out", type=Path, help="CSV whose column path lists photos never to train on")
    parser.add_argument("--minutes", type=float, default=13.5, help="length of the run, which sets the learning rate")
    parser.add_argument("--epochs", type=int, help="length in epochs instead: independent of the machine's speed")
    parser.add_argument("--views", type=int, default=VIEWS, help="augmented views of each image, computed beforehand")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --work")
    parser.add_argument("--export-only", action="store_true", help="with --resume: write the checkpoint's model, no more")
    return parser.parse_args()


def cached_teacher_features(args: argparse.Namespace, samples: list[Sample]) -> np.ndarray:
    key = dataset.fingerprint(args.teacher.read_bytes(), *(s.jpeg for s in samples))
    cache = args.work / f"teacher-{key}.npy"
    if not cache.exists():
        started = time.monotonic()
        np.save(cache, teacher.teacher_features(args.teacher, samples, args.work, args.threads))
        print(f"teacher features computed in {time.monotonic() - started:.0f} s", flush=True)
    return np.load(cache)


class Trainer:
    def __init__(self, args: argparse.Namespace, samples: list[Sample], split: Split, targets: torch.Tensor) -> None:
        self.args = args
        self.targets = targets[split.train]
        names = sorted({samples[i].label for i in split.train} - {None})
        self.labels = torch.tensor([names.index(samples[i].label) if samples[i].label else -1 for i in split.train])
        self.photos = torch.from_numpy(np.unique([samples[i].photo for i in split.train], return_inverse=True)[1])
        held = np.concatenate([split.unseen_images, split.unseen_classes])
        held = np.random.default_rng(args.seed).choice(held, min(1500, len(held)), replace=False)
        self.held_targets = targets[held]

        self.student = network.student_of(args.teacher)
        lower = FrozenLayers(self.student, args.work, args.threads)
        self.student.to(memory_format=torch.channels_last).layers[:FROZEN].requires_grad_(False)
        pixels = [np.asarray(samples[i].decode()) for i in split.train]
        self.views = [lower.of(Views(pixels, args.seed, v), args.work, "train") for v in range(args.views + 1)]
        pixels = [np.asarray(samples[i].decode()) for i in held]
        self.held = lower.of(Views(pixels, args.seed, 0), args.work, "held")
        pixels = [x[:round(0.8 * len(x)), :round(0.8 * x.shape[1])] for x in pixels]
        self.held_crops = lower.of(Views(pixels, args.seed, 0), args.work, "held-crops")

        self.prototypes = nn.Parameter(F.normalize(torch.randn(len(names), teacher.DIMENSION), dim=1))
        self.memory = torch.zeros(len(self.targets), INSTANCE)
        groups = {TRUNK_RATE: [*self.student.layers[FROZEN:].parameters(), *self.student.semantic.parameters()],
                  INSTANCE_RATE: self.student.instance.parameters(), CLASS_RATE: [self.prototypes]}
        self.optimiser = torch.optim.AdamW([{"params": parameters, "peak": rate} for rate, parameters in groups.items()],
                                           lr=0.0, weight_decay=WEIGHT_DECAY)
        self.epoch, self.elapsed = 0, 0.0
        self.checkpoint = args.work / "checkpoint.pt"
        if args.resume:
            self.restore()
        else:
            with torch.no_grad():
                pooled = torch.cat([self.student.upper(*floats(self.views[0], i))
                                    for i in torch.arange(len(self.targets)).split(BATCH)])
                self.memory = self.student.heads(network.fit_heads(self.student, pooled, self.targets))[1]
            self.average = copy.deepcopy(self.student)
            self.log({"epoch": 0} | self.watch())

    def run(self) -> None:
        while self.progress() < 1:
            self.train_epoch()
            self.save()

    def progress(self, part_of_epoch: float = 0.0) -> float:
        if self.args.epochs:
            return (self.epoch + part_of_epoch) / self.args.epochs
        return self.elapsed / (60 * self.args.minutes)

    def train_epoch(self) -> None:
        rng = np.random.default_rng((self.args.seed, self.epoch))
        batches = torch.from_numpy(rng.permutation(len(self.targets))).split(BATCH)
        weights = torch.tensor([1.0, RELATION_WEIGHT, CLASS_WEIGHT, CONTRAST_WEIGHT])
        started, before = time.monotonic(), self.elapsed
        sums, steps, rate = torch.zeros(4), 0, 0.0
        for index in batches:
            rate = one_cycle(self.progress(steps / len(batches)))
            for group in self.optimiser.param_groups:
                group["lr"] = rate * group["peak"]
            parts = self.losses(index, rng)
            self.optimiser.zero_grad(set_to_none=True)
            (parts * weights).sum().backward()
            nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
            self.optimiser.step()
            with torch.no_grad():
                for mean, now in zip(self.average.parameters(), self.student.parameters()):
                    mean.lerp_(now, 1 - AVERAGE)
            sums, steps = sums + parts.detach(), steps + 1
            self.elapsed = before + time.monotonic() - started
            if self.progress(steps / len(batches)) >= 1:
                break
        self.epoch += 1
        speed = steps * BATCH / (time.monotonic() - started)
        parts = dict(zip(("distil", "relation", "class", "contrast"), (sums / steps).tolist()))
        self.log({"epoch": self.epoch} | parts | self.watch() | {
            "rate": rate, "images_per_second": round(speed, 1), "minutes": round(self.elapsed / 60, 2)})

    def losses(self, index: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
        """Distillation, relation, class and contrast, unweighted."""
        # A copy is sought of an original far oftener than of another copy: half of the first views are the image itself.
        second = rng.integers(1, len(self.views), len(index))
        first = (second - 1 + rng.integers(1, len(self.views) - 1, len(index))) % (len(self.views) - 1) + 1
        first[rng.random(len(index)) < 0.5] = 0
        semantic, instance = self.student.heads(self.student.upper(*self.both(index, first, second)))
        target = self.targets[index]
        same = (self.photos[index, None] == self.photos[None, :]) | (target @ self.targets.T > COPY)
        same[torch.arange(len(index)), index] = True
        parts = torch.stack([losses.distillation(semantic, target), losses.relation(semantic, target),
                             losses.classes(semantic, self.prototypes, self.labels[index]),
                             losses.contrast(instance, self.memory, same)])
        self.memory = self.memory.index_copy(0, index, instance[:len(index)].detach())
        return parts

    def both(self, index: torch.Tensor, first: np.ndarray, second: np.ndarray) -> list[torch.Tensor]:
        """What the frozen layers gave for two views of each image: the first views, then the second."""
        rows = np.concatenate([index, index])
        numbers = np.concatenate([first, second])
        return [torch.from_numpy(np.stack([self.views[v][part][i] for v, i in zip(numbers, rows)])).float()
                for part in (0, 1)]

    @torch.no_grad()
    def watch(self) -> dict[str, float]:
        """On held-out images: the cosine to the teacher, and the share of corner crops more similar to their original
        than all but 1 % of images are to their nearest other image."""
        def embedded(frozen: tuple[np.ndarray, np.ndarray]) -> list[torch.Tensor]:
            every = torch.arange(len(self.held_targets))
            parts = [self.average.heads(self.average.upper(*floats(frozen, i))) for i in every.split(BATCH)]
            return [torch.cat(part) for part in zip(*parts)]

        originals, crops = embedded(self.held), embedded(self.held_crops)
        entry = {"held_cosine": (originals[0] * self.held_targets).sum(1).mean().item()}
        joined = network.joined(*originals), network.joined(*crops)
        for name, (x, y) in {"semantic": (originals[0], crops[0]), "instance": (originals[1], crops[1]),
                             "joined": joined}.items():
            nearest = (x @ x.T).fill_diagonal_(-1).max(dim=1).values
            entry[f"crops_{name}"] = ((x * y).sum(1) >= nearest.quantile(0.99)).float().mean().item()
        return entry

    def log(self, entry: dict[str, float]) -> None:
        line = json.dumps({k: round(v, 6) for k, v in entry.items()})
        print(line, flush=True)
        with (self.args.work / "log.jsonl").open("a") as file:
            file.write(line + "\n")

    def save(self) -> None:
        fresh = self.checkpoint.with_suffix(".new")
        torch.save({"student": self.student.state_dict(), "average": self.average.state_dict(),
                    "prototypes": self.prototypes.data, "memory": self.memory,
                    "optimiser": self.optimiser.state_dict(), "epoch": self.epoch, "elapsed": self.elapsed}, fresh)
        fresh.replace(self.checkpoint)

    def restore(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.student.load_state_dict(state["student"])
        self.average = copy.deepcopy(self.student)
        self.average.load_state_dict(state["average"])
        self.prototypes.data.copy_(state["prototypes"])
        self.memory = state["memory"]
        peaks = [group["peak"] for group in self.optimiser.param_groups]
        self.optimiser.load_state_dict(state["optimiser"])
        for group, peak in zip(self.optimiser.param_groups, peaks):
            group["peak"] = peak
        self.epoch, self.elapsed = state["epoch"], state["elapsed"]


def one_cycle(progress: float, warm_up: float = 0.08) -> float:
    """The learning rate as a fraction of its peak."""
    if progress < warm_up:
        return max(progress, 0.002) / warm_up
    return 0.002 + 0.998 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up))) / 2


def floats(frozen: tuple[np.ndarray, np.ndarray], index: torch.Tensor) -> list[torch.Tensor]:
    return [torch.from_numpy(part[index.numpy()]).float() for part in frozen]


if __name__ == "__main__":
    main()
