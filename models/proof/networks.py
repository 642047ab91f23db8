"""Torchvision's networks with seeded weights that tell photos apart, and the feature PyTorch computes.

Real weights are not needed to prove that two implementations agree, but weights must not be trivial: a freshly drawn deep
network maps all photos to nearly one vector, so its statistics are first fitted to real photos, layer by layer.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torchvision
from PIL import Image
from torch import nn
from torchvision.transforms import InterpolationMode

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


@dataclass(frozen=True)
class Preset:
    """Torchvision's own transform of a network, and the same in the words of a manifest."""

    transform: Callable[[Image.Image], torch.Tensor]
    short_side: int
    crop: int
    interpolation: str
    mean: list[float]
    std: list[float]

    @staticmethod
    def of(name: str, weights: str | None = None) -> "Preset":
        choices = torchvision.models.get_model_weights(name)
        transform = (choices[weights] if weights else next(iter(choices))).transforms()
        interpolation = {InterpolationMode.BILINEAR: "bilinear", InterpolationMode.BICUBIC: "bicubic"}
        return Preset(transform, transform.resize_size[0], transform.crop_size[0],
                      interpolation[transform.interpolation], list(transform.mean), list(transform.std))

    def batch(self, images: list[Image.Image]) -> torch.Tensor:
        return torch.stack([self.transform(image) for image in images])


def build(name: str, seed: int, images: torch.Tensor) -> nn.Module:
    """A network of torchvision (or `timm:NAME`) in evaluation mode, fitted to `images` [n, 3, h, w]."""
    torch.manual_seed(seed)
    if name.startswith("timm:"):
        import timm
        network = timm.create_model(name.removeprefix("timm:"), pretrained=False, num_classes=0, img_size=images.shape[-1])
    elif name in ("inception_v3", "googlenet"):
        # With real weights, torchvision re-normalises the input inside the graph.
        network = torchvision.models.get_model(name, weights=None, init_weights=True, transform_input=True)
    else:
        network = torchvision.models.get_model(name, weights=None)
    with torch.no_grad():
        for parameter_name, parameter in network.named_parameters():
            if "layer_scale" in parameter_name or parameter_name.endswith(".gamma"):
                parameter.fill_(0.3)
            elif "class_token" in parameter_name or "cls_token" in parameter_name:
                parameter.normal_()
    fit(network.eval(), images)
    return network


@torch.no_grad()
def fit(network: nn.Module, images: torch.Tensor) -> None:
    """Gives every layer outputs of mean 0 and deviation 1 on `images`: through batch norms where there are any."""
    norms = [m for m in network.modules() if isinstance(m, NORMS)]
    handles = []
    for norm in norms:
        norm.momentum = 1.0
        norm.train()
    if not norms:
        layers = [m for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
        handles = [layer.register_forward_hook(standardise) for layer in layers]
    network(images)
    for norm in norms:
        norm.momentum = 0.1
        norm.eval()
    for handle in handles:
        handle.remove()


def standardise(layer: nn.Conv2d | nn.Linear, _: tuple, output: torch.Tensor) -> torch.Tensor:
    """Rescales the layer so that each of its channels has mean 0 and deviation 1; returns what it gives then."""
    channel = 1 if isinstance(layer, nn.Conv2d) else output.dim() - 1
    others = [d for d in range(output.dim()) if d != channel]
    mean, deviation = output.mean(others), output.std(others).clamp_min(1e-3)
    layer.weight /= deviation.view(-1, *[1] * (layer.weight.dim() - 1))
    if layer.bias is not None:
        layer.bias.copy_((layer.bias - mean) / deviation)
    else:
        mean = torch.zeros_like(mean)
    shape = [1] * output.dim()
    shape[channel] = -1
    return (output - mean.view(shape)) / deviation.view(shape)


@torch.no_grad()
def feature(network: nn.Module, images: torch.Tensor, batch: int = 8) -> np.ndarray:
    """[n, dimension]: what the last classifier layer is given; averaged over positions where that is a convolution.

    A network without classifier gives its output: maps are averaged, of a row of tokens the first (the class) is taken.
    """
    caught: list[torch.Tensor] = []
    layer = classifier(network)
    handle = layer.register_forward_pre_hook(lambda _, given: caught.append(given[0])) if layer else None
    rows = []
    for part in images.split(batch):
        output = network(part)
        value = caught.pop() if layer else output
        rows.append(value.mean((2, 3)) if value.dim() == 4 else value[:, 0] if value.dim() == 3 else value)
    if handle:
        handle.remove()
    return torch.cat(rows).double().numpy()


def classifier(network: nn.Module) -> nn.Module | None:
    """The layer of 1,000 outputs nearest to the end; auxiliary heads are no part of the exported graph."""
    layers = [m for name, m in network.named_modules()
              if (isinstance(m, nn.Linear) and m.out_features == 1000 or isinstance(m, nn.Conv2d) and m.out_channels == 1000)
              and "aux" not in name.lower()]
    return layers[-1] if layers else None
