"""A projection trained on fixed features, and the fine-tuning of a network's last layers."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from images import Labelled
from transfer.parted import Inputs
from transfer.photos import Parts

SHARPNESS = 16.0        # what cosines to the classes are multiplied with before the softmax; alone they are too flat
STEPS, RATE, DECAY = 400, 1e-2, 1e-2    # of the head on fixed features
BATCH = 32


class Embedding(nn.Module):
    """What is exported: an image's feature, or its projection, of unit length."""

    def __init__(self, network: nn.Module, features: torch.Tensor, projection: int) -> None:
        super().__init__()
        self.network = network
        self.projection = nn.Linear(features.shape[1], projection) if projection else None
        # The projection sees features of mean 0 and deviation 1 over the training images.
        self.register_buffer("mean", features.mean(0))
        self.register_buffer("deviation", features.std(0).clamp_min(1e-3))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.of_feature(self.network(image))

    def of_feature(self, feature: torch.Tensor) -> torch.Tensor:
        if self.projection is not None:
            feature = self.projection((feature - self.mean) / self.deviation)
        # Written out, because the graph of F.normalize carries an Expand that leaves the output's width open.
        return feature / torch.linalg.vector_norm(feature, dim=1, keepdim=True).clamp_min(1e-12)


class Classes(nn.Module):
    """Scores of the classes: sharpened cosines to a direction each, at first the mean of its images (NormFace,
    arXiv 1704.06369). Trained with and not exported: what serves these cosines serves the neighbours' too."""

    def __init__(self, unit: torch.Tensor, codes: torch.Tensor) -> None:
        super().__init__()
        self.directions = nn.Parameter(torch.stack([unit[codes == c].mean(0) for c in range(int(codes.max()) + 1)]))

    def forward(self, unit: torch.Tensor) -> torch.Tensor:
        return SHARPNESS * unit @ F.normalize(self.directions, dim=1).T


@torch.no_grad()
def features_of(part: Labelled, inputs: Inputs) -> torch.Tensor:
    return torch.cat([inputs.parted.upper(batch) for batch in inputs.batches(part, BATCH)])


def fit_head(embedding: Embedding, features: torch.Tensor, codes: torch.Tensor, validation: torch.Tensor,
             validation_codes: torch.Tensor) -> Classes:
    """Trains the projection, if there is one, and classes on fixed features, all at once each step; keeps what the
    validation images like best."""
    with torch.no_grad():
        classes = Classes(embedding.of_feature(features), codes)
    modules = nn.ModuleList([classes] if embedding.projection is None else [classes, embedding.projection])
    optimiser = torch.optim.AdamW(modules.parameters(), RATE, weight_decay=DECAY)
    best, kept = torch.inf, None
    for step in range(STEPS):
        if step % 10 == 0:
            with torch.no_grad():
                loss = F.cross_entropy(classes(embedding.of_feature(validation)), validation_codes).item()
            if loss < best:
                best, kept = loss, copy.deepcopy(modules.state_dict())
        optimiser.zero_grad()
        F.cross_entropy(classes(embedding.of_feature(features)), codes).backward()
        optimiser.step()
    modules.load_state_dict(kept)
    return classes


def figures(unit: torch.Tensor, codes: torch.Tensor, classes: Classes) -> dict:
    with torch.no_grad():
        scores = classes(unit)
    return {"loss": round(F.cross_entropy(scores, codes).item(), 5),
            "accuracy": round((scores.argmax(1) == codes).float().mean().item(), 4)}


@dataclass
class FineTuning:
    """The last layers' training: weights of the epoch that the validation images liked best are kept."""

    embedding: Embedding
    classes: Classes      # at the classes' means
    unfrozen: list[nn.Parameter]
    parts: Parts
    inputs: Inputs
    rate: float
    seed: int
    patience: int
    best: dict = field(default_factory=dict)
    epoch: int = 0

    def __post_init__(self) -> None:
        self.module = nn.ModuleList([self.embedding, self.classes])
        self.module.eval()    # norms keep the statistics they have: small batches would spoil them
        self.module.requires_grad_(False)
        trained = [*self.unfrozen, *self.classes.parameters()]
        for parameter in trained:
            parameter.requires_grad_(True)
        self.optimiser = torch.optim.AdamW(trained, self.rate, weight_decay=1e-4)
        self.codes = self.parts.codes(self.parts.train)

    def run(self, epochs: int, checkpoint: Path, settings: dict, log: Callable[[dict], None]) -> None:
        """Up to `epochs`, or until `patience` of them brought nothing; each leaves a checkpoint."""
        if not self.best:
            self.judge(log, 0.0, 0.0)
            self.save(checkpoint, settings)
        while self.epoch < epochs and self.epoch - self.best["epoch"] < self.patience:
            started = time.monotonic()
            self.epoch += 1
            loss = self.train_epoch()
            self.judge(log, loss, time.monotonic() - started)
            self.save(checkpoint, settings)
        self.module.load_state_dict(self.best["weights"])

    def train_epoch(self) -> float:
        # Drawn anew from seed and number, so that a resumed run goes on as it would have.
        random = np.random.default_rng([self.seed, self.epoch])
        order, flips = random.permutation(len(self.parts.train)), random.random(len(self.parts.train)) < 0.5
        total = 0.0
        for start, batch in enumerate(self.inputs.batches(self.parts.train, BATCH, order, flips)):
            codes = self.codes[order[start * BATCH:(start + 1) * BATCH]]
            self.optimiser.zero_grad()
            loss = F.cross_entropy(self.classes(self.embedding.of_feature(self.inputs.parted.upper(batch))), codes)
            loss.backward()
            self.optimiser.step()
            total += loss.item() * len(codes)
        return total / len(order)

    def judge(self, log: Callable[[dict], None], loss: float, seconds: float) -> None:
        seen = figures(self.embedding.of_feature(features_of(self.parts.validation, self.inputs)),
                       self.parts.codes(self.parts.validation), self.classes)
        if not np.isfinite(seen["loss"]):
            raise SystemExit(f"epoch {self.epoch}: the loss is {seen['loss']}; lower --rate")
        better = not self.best or seen["loss"] < self.best["loss"]
        if better:
            self.best = {"epoch": self.epoch, "loss": seen["loss"], "weights": copy.deepcopy(self.module.state_dict())}
        log({"epoch": self.epoch, "loss": round(loss, 5) if self.epoch else None, "validation_loss": seen["loss"],
             "validation_accuracy": seen["accuracy"], "best": better, "seconds": round(seconds, 1)})

    def save(self, path: Path, settings: dict) -> None:
        fresh = path.with_suffix(".new")
        torch.save({"settings": settings, "epoch": self.epoch, "best": self.best, "weights": self.module.state_dict(),
                    "optimiser": self.optimiser.state_dict()}, fresh)
        fresh.replace(path)

    def resume(self, path: Path, settings: dict) -> None:
        if not path.is_file():
            raise SystemExit(f"--resume: there is no checkpoint {path}")
        try:
            state = torch.load(path, weights_only=True)
        except Exception as e:
            raise SystemExit(f"--resume: {path} is no checkpoint: {e}") from e
        if differing := sorted(k for k in settings if state["settings"].get(k) != settings[k]):
            raise SystemExit(f"--resume: {path} was made with other settings: "
                             + ", ".join(f"{k} {state['settings'].get(k)} (now {settings[k]})" for k in differing))
        self.module.load_state_dict(state["weights"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.epoch, self.best = state["epoch"], state["best"]
