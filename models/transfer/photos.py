"""Labelled images parted into those to train on, to stop by, and to report on."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch

from images import Labelled

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
