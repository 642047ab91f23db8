"""Networks to start from: an installed model, or one of torchvision's. Their weights are never random without being asked."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torchvision
from PIL import Image
from torch import nn

from neighbours import unit
from proof import networks
from proof.networks import Preset
from training.preprocess import Embedder, Manifest
from transfer.onnx_network import WEIGHTED, OnnxNetwork

# How far PyTorch may be from the file it was read from: distance of unit vectors. 8-bit rounding is not rebuilt.
FLOATS, HALF, QUANTISED = 1e-4, 2e-2, 0.45


@dataclass(frozen=True)
class Base:
    """A network that gives features [n, dimension], in evaluation mode, and how its input is prepared."""

    name: str
    network: nn.Module
    manifest: Manifest      # of which the preprocessing is used
    licence: str
    origin: str             # for the manifest of what is made of it

    def layers(self) -> list[tuple[str, list[nn.Parameter]]]:
        """Its convolutions and products in order, each with its weights and those of the norm that follows."""
        layers: list[tuple[str, list[nn.Parameter]]] = []
        for name, module in self.network.named_modules():
            own = list(module.parameters(recurse=False))
            starts = getattr(module, "operator", "") in WEIGHTED or isinstance(module, (nn.Conv2d, nn.Linear, nn.MultiheadAttention))
            if own and starts:
                layers.append((getattr(module, "label", name), own))
            elif own and layers:
                layers[-1][1].extend(own)
        return layers


def read(name: str, weights: str | None, random: bool, seed: int, images: list[Image.Image]) -> Base:
    """`name`: the manifest of an installed model, or a network of torchvision."""
    if name.endswith((".yaml", ".yml")):
        if weights or random:
            raise SystemExit("--weights and --random-weights are for networks of torchvision; an installed model has its own")
        return installed(Manifest.read(Path(name)), images)
    if name.endswith(".onnx"):
        raise SystemExit(f"--base: {name} does not say how images are prepared for it; add it first "
                         f"(./winnow models add {name}) and name the manifest, .winnow/models/NAME/NAME.yaml")
    known = torchvision.models.list_models(module=torchvision.models)
    if name not in known:
        raise SystemExit(f"--base: there is no network '{name}'; expected the manifest (.yaml) of an installed model, or "
                         f"one of torchvision's: {', '.join(known)}")
    return of_torchvision(name, weights, random, seed, images)


def installed(manifest: Manifest, images: list[Image.Image]) -> Base:
    network = OnnxNetwork(manifest.file, manifest.tensor, manifest.feature).eval()
    # On real images, since two networks that agree on noise may differ on them.
    tensors = np.stack([manifest.tensor_of(image) for image in images[:8]])
    with torch.no_grad():
        rebuilt = unit(network(torch.from_numpy(tensors)).numpy())
    distance = float(np.linalg.norm(rebuilt - unit(Embedder(manifest, 1).forward(tensors)), axis=1).max())
    allowed = QUANTISED if network.quantised else HALF if network.halved else FLOATS
    print(f"{manifest.name}: rebuilt in PyTorch, at most {distance:.2g} from the ONNX file on {len(tensors)} images"
          + (", whose activations are rounded to 8 bits" if network.quantised else ""), flush=True)
    if not distance <= allowed:
        raise SystemExit(f"{manifest.file.name}: PyTorch's vectors differ by {distance:.2g} from the file's, {allowed} is "
                         "allowed; this network cannot be trained on")
    return Base(manifest.name, network, manifest, manifest.values["licence"],
                f"{manifest.name} {manifest.values['version']} (sha256 {manifest.sha256})")


def of_torchvision(name: str, weights: str | None, random: bool, seed: int, images: list[Image.Image]) -> Base:
    if not hasattr(next(iter(torchvision.models.get_model_weights(name))).transforms(), "crop_size"):
        raise SystemExit(f"--base: {name} is no classifier of images")
    if random:
        preset = Preset.of(name)
        network = networks.build(name, seed, preset.batch(images[:24]))
        return based(name, network, preset, f"torchvision {name}, random weights of seed {seed}")
    file, choice = found(name, weights)
    special = {"transform_input": True, "init_weights": False} if name in ("inception_v3", "googlenet") else {}
    network = torchvision.models.get_model(name, weights=None, **special)
    try:
        network.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    except Exception as e:
        raise SystemExit(f"{file}: holds no weights of torchvision's {name}: {str(e)[:300]}") from e
    print(f"{name}: weights of {file}")
    return based(name, network.eval(), Preset.of(name, choice), f"torchvision {name} {choice} (sha256 {sha256(file)})")


def based(name: str, network: nn.Module, preset: Preset, origin: str) -> Base:
    layer = networks.classifier(network)
    if layer is None:
        raise SystemExit(f"--base: {name} has no layer of 1,000 classes to be cut off")
    path = next(n for n, m in network.named_modules() if m is layer)
    parent, _, child = path.rpartition(".")
    setattr(network.get_submodule(parent), child, nn.Identity())
    values = {"name": name, "version": "1", "licence": "BSD-3-Clause",
              "input": {"tensor": "image", "width": preset.crop, "height": preset.crop, "layout": "NCHW", "colour": "RGB"},
              "resize": {"short_side": preset.short_side, "interpolation": preset.interpolation},
              "scale": 1 / 255, "mean": preset.mean, "std": preset.std}
    return Base(name, network.eval(), Manifest(Path(name), values), "BSD-3-Clause", origin)


def found(name: str, weights: str | None) -> tuple[Path, str]:
    """The file of weights and which of torchvision's it is; by the file's name, else the first, whose preprocessing is
    then assumed."""
    choices = {w.name: w for w in torchvision.models.get_model_weights(name)}
    cache = Path(torch.hub.get_dir()) / "checkpoints"
    cached = {n: cache / w.url.rsplit("/", 1)[-1] for n, w in choices.items()}
    if weights and weights not in choices:
        file = Path(weights)
        if not file.is_file():
            raise SystemExit(f"--weights: there is no file {file}; expected one, or {' or '.join(choices)}")
        choice = next((n for n, c in cached.items() if c.name == file.name), None)
        if choice is None:
            choice = next(iter(choices))
            print(f"ASSUMED: {file.name} wants the preprocessing of {choice}")
        return whole(file), choice
    for n in [weights] if weights else choices:
        if cached[n].is_file():
            return whole(cached[n]), n
    urls = ", ".join(w.url for n, w in choices.items() if weights in (None, n))
    raise SystemExit(f"--base {name}: no weights in torchvision's cache, {cache}. Bring one of {urls} there or name a file "
                     "with --weights; --random-weights does without, and then features say little")


def whole(file: Path) -> Path:
    """Torchvision's files end in the first digits of their hash."""
    digits = re.search(r"-([0-9a-f]{8})\.pth$", file.name)
    if digits and not sha256(file).startswith(digits[1]):
        raise SystemExit(f"{file}: is damaged, its SHA-256 does not start with {digits[1]}")
    return file


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
