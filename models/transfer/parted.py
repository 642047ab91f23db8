"""A network parted into what stays as it is, run once for each image, and what is trained."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

from images import Labelled, opened
from training.preprocess import Manifest
from transfer.onnx_network import OnnxNetwork

Values = dict[str, torch.Tensor]


class Parted:
    """A network read from ONNX is parted at its first trained layer; one of torchvision's, whose code says in what order
    its layers run, only if none is trained."""

    def __init__(self, network: nn.Module, trained: list[nn.Parameter]) -> None:
        self.network, self.all_frozen = network, not trained
        self.at = network.part(trained) if isinstance(network, OnnxNetwork) else None

    @torch.no_grad()
    def lower(self, image: torch.Tensor) -> Values:
        if self.at is not None:
            return self.network.lower(image, self.at)
        return {"feature": self.network(image)} if self.all_frozen else {"image": image}

    def upper(self, values: Values) -> torch.Tensor:
        """Features [n, dimension]."""
        if self.at is not None:
            return self.network.upper(values, self.at)
        return values["feature"] if self.all_frozen else self.network(values["image"])


class Inputs:
    """What the trained part is given of each image, under the manifest's own preprocessing; up to 2 GB of it are kept."""

    def __init__(self, manifest: Manifest, parted: Parted, budget: int = 2_000_000_000) -> None:
        self.manifest, self.parted, self.left = manifest, parted, budget
        self.kept: dict[tuple[Path, bool], Values] = {}
        self.width = 2 if manifest.values["input"]["layout"] == "NCHW" else 1    # the axis of one image

    def tensor(self, file: Path, flipped: bool = False) -> torch.Tensor:
        tensor = self.manifest.tensor_of(opened(file))
        return torch.from_numpy(np.ascontiguousarray(np.flip(tensor, self.width) if flipped else tensor))

    def values(self, file: Path, flipped: bool) -> Values:
        if (file, flipped) in self.kept:
            return self.kept[file, flipped]
        # One image at a time: in other company its last digits would differ, and so those of a resumed run.
        values = self.parted.lower(self.tensor(file, flipped)[None])
        size = sum(value.nbytes for value in values.values())
        if size <= self.left:
            self.left -= size
            self.kept[file, flipped] = {name: value.clone() for name, value in values.items()}
        return values

    def batches(self, part: Labelled, size: int, order: np.ndarray | None = None,
                flips: np.ndarray | None = None) -> Iterator[Values]:
        """Of all images, in `order` where it is given; `flips` says which are mirrored."""
        order = np.arange(len(part)) if order is None else order
        for start in range(0, len(order), size):
            some = [self.values(part.files[i], flips is not None and bool(flips[i])) for i in order[start:start + size]]
            yield {name: torch.cat([values[name] for values in some]) for name in some[0]}
