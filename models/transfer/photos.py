"""Labelled images parted for training, and read as the network's input."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from images import Labelled, opened
from training.preprocess import Manifest

LEAST = 5    # images of a class: some to train on, some to stop by, some to report on


@dataclass(frozen=True)
class Parts:
    """Every class has its share in each part."""

    train: Labelled
    validation: Labelled    # decides when to stop
    held_out: Labelled      # only reported on
    classes: list[str]

    @staticmethod
    def of(every: Labelled, validation: float, held_out: float, drop_small: bool, seed: int) -> "Parts":
        every.require_classes()
        counts = Counter(every.labels.tolist())
        small = sorted(c for c, n in counts.items() if n < LEAST)
        if small and not drop_small:
            raise SystemExit(f"expected at least {LEAST} images of each class, got fewer of {len(small)}: "
                             f"{', '.join(f'{c} ({counts[c]})' for c in small[:5])}{', …' if len(small) > 5 else ''}; bring "
                             "more, or leave such classes out with --drop-small")
        every = every.subset(np.flatnonzero([label not in small for label in every.labels]))
        every.require_classes()
        random = np.random.default_rng(seed)
        parts: list[list[int]] = [[], [], []]
        for name in sorted(set(every.labels)):
            members = random.permutation(np.flatnonzero(every.labels == name))
            first, second = (max(1, round(share * len(members))) for share in (validation, held_out))
            for part, some in zip(parts, (members[first + second:], members[:first], members[first:first + second])):
                part.extend(some)
        return Parts(*(every.subset(np.sort(part)) for part in parts), sorted(set(every.labels)))

    def codes(self, part: Labelled) -> torch.Tensor:
        return torch.from_numpy(np.searchsorted(self.classes, part.labels))


class Inputs:
    """Images as a network's input, under its manifest's own preprocessing; up to 2 GB of them are kept decoded."""

    def __init__(self, manifest: Manifest, budget: int = 2_000_000_000) -> None:
        self.manifest, self.budget = manifest, budget
        self.kept: dict[Path, np.ndarray] = {}
        given = manifest.values["input"]
        self.width = 2 if given["layout"] == "NCHW" else 1    # the axis of one image
        self.bytes = 4 * 3 * given["width"] * given["height"]

    def tensor(self, file: Path) -> np.ndarray:
        if file in self.kept:
            return self.kept[file]
        tensor = self.manifest.tensor_of(opened(file))
        if (len(self.kept) + 1) * self.bytes <= self.budget:
            self.kept[file] = tensor
        return tensor

    def batches(self, part: Labelled, size: int, order: np.ndarray | None = None,
                flips: np.ndarray | None = None) -> Iterator[torch.Tensor]:
        """Of all images, in `order` where it is given; `flips` says which are mirrored."""
        order = np.arange(len(part)) if order is None else order
        for start in range(0, len(order), size):
            some = order[start:start + size]
            tensors = [self.tensor(part.files[i]) for i in some]
            if flips is not None:
                tensors = [np.flip(t, self.width) if flips[i] else t for i, t in zip(some, tensors)]
            yield torch.from_numpy(np.stack(tensors))
