"""Embeds images the way it is usually written in Python, and says how many that are a second.

    python bench_python.py --manifest winnow-default.yaml --images PHOTOS
    python bench_python.py --manifest winnow-default.yaml --list FILES.txt --json

Two pipelines, both fed by PyTorch's DataLoader with as many worker processes as there are cores, which open files with
Pillow and prepare them with torchvision's transforms: one runs the manifest's network in ONNX Runtime, the other the same
architecture in PyTorch, where torchvision has it under the manifest's name. Weights do not change how long it takes, so the
latter's are random. The first pass over the images starts the workers and warms up; the second is timed.
"""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
import torchvision
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms
from torchvision.transforms import InterpolationMode

from images import files_of, opened
from training.preprocess import ELEMENTS, Manifest

WARM_UP = 100     # images; a smaller first pass than the timed one is enough


class Photos(Dataset):
    """Files as the network's input, [3, height, width] or [height, width, 3]."""

    def __init__(self, files: Sequence[Path], transform: Callable[[Image.Image], torch.Tensor]) -> None:
        self.files = files
        self.transform = transform

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> torch.Tensor:
        return self.transform(opened(self.files[index]))


class ToInput:
    """What a manifest says after resizing and cropping; torchvision's own transforms where they can say it."""

    def __init__(self, values: dict) -> None:
        self.factor = values["scale"] * 255
        self.flip = values["input"]["colour"] == "BGR"
        self.last = values["input"]["layout"] == "NHWC"
        self.to_tensor = transforms.ToTensor()
        self.normalise = transforms.Normalize(values["mean"], values["std"])

    def __call__(self, image: Image.Image) -> torch.Tensor:
        tensor = self.to_tensor(image)
        if self.flip:
            tensor = tensor.flip(0)
        if abs(self.factor - 1) > 1e-9:
            tensor = tensor * self.factor
        tensor = self.normalise(tensor)
        return tensor.permute(1, 2, 0).contiguous() if self.last else tensor


def transform_of(values: dict) -> transforms.Compose:
    resize, given = values["resize"], values["input"]
    size = resize["short_side"] if "short_side" in resize else (resize["height"], resize["width"])
    return transforms.Compose([
        transforms.Resize(size, InterpolationMode(resize["interpolation"])),
        transforms.CenterCrop((given["height"], given["width"])),
        ToInput(values),
    ])


def onnx_forward(manifest: Manifest, device: str, threads: int) -> Callable[[torch.Tensor], np.ndarray]:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    provider = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}[device]
    session = ort.InferenceSession(manifest.file, options, providers=[provider])
    if session.get_providers()[0] != provider:
        raise SystemExit(f"--device {device}: this ONNX Runtime has {', '.join(ort.get_available_providers())} only")
    given = next(i for i in session.get_inputs() if i.name == manifest.tensor)
    element = ELEMENTS[given.type]
    fixed = given.shape[0] if isinstance(given.shape[0], int) and given.shape[0] > 0 else None

    def forward(batch: torch.Tensor) -> np.ndarray:
        rows = batch.numpy().astype(element, copy=False)
        parts = [rows] if fixed is None else [rows[i:i + fixed] for i in range(0, len(rows), fixed)]
        if fixed is not None and len(parts[-1]) < fixed:
            parts[-1] = np.concatenate([parts[-1], np.repeat(rows[:1], fixed - len(parts[-1]), axis=0)])
        return np.concatenate([session.run([manifest.feature], {manifest.tensor: p})[0] for p in parts])

    return forward


def torch_network(name: str) -> nn.Module | None:
    """torchvision's network that a model of this name is, without its classifier; None if it has none such."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    known = {re.sub(r"[^a-z0-9]", "", n): n for n in torchvision.models.list_models(module=torchvision.models)}
    found = [known[k] for k in known if plain.startswith(k)]
    if not found:
        return None
    network = torchvision.models.get_model(max(found, key=len), weights=None)
    for head in ("fc", "classifier", "heads", "head"):
        if hasattr(network, head):
            layer = getattr(network, head)
            # VGG's feature is what the last of its layers reads; of the others it is what the head reads.
            replaced = nn.Sequential(*list(layer)[:-1]) if name.startswith("vgg") else nn.Identity()
            setattr(network, head, replaced)
            break
    return network.eval()


def torch_forward(network: nn.Module, device: str) -> Callable[[torch.Tensor], np.ndarray]:
    network = network.to(device)

    @torch.inference_mode()
    def forward(batch: torch.Tensor) -> np.ndarray:
        return network(batch.to(device)).cpu().numpy()

    return forward


def rate(files: list[Path], manifest: Manifest, forward: Callable[[torch.Tensor], np.ndarray],
         args: argparse.Namespace) -> float:
    """Images a second, files to vectors in memory."""
    loader = DataLoader(Photos(files, transform_of(manifest.values)), args.batch, num_workers=args.workers,
                        persistent_workers=args.workers > 0)
    warm = 0
    for batch in loader:
        if warm < WARM_UP:
            forward(batch)
        warm += len(batch)
    started = time.perf_counter()
    vectors = [forward(batch) for batch in loader]
    seconds = time.perf_counter() - started
    if sum(len(v) for v in vectors) < len(files) or not all(np.isfinite(v.astype(np.float32)).all() for v in vectors):
        raise SystemExit(f"{manifest.name}: not every image has a finite vector")
    return len(files) / seconds


def main() -> None:
    args = arguments()
    manifest = Manifest.read(args.manifest)
    files = [Path(line) for line in args.list.read_text().splitlines()] if args.list else files_of(args.images)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    args.workers = cores if args.workers is None else args.workers
    torch.set_num_threads(cores)
    if args.device == "cuda" and not torch.cuda.is_available():
        raise SystemExit("--device cuda: PyTorch finds no CUDA here")
    rates = {"python_onnxruntime": rate(files, manifest, onnx_forward(manifest, args.device, cores), args)}
    network = torch_network(manifest.name)
    if network is not None and manifest.values["input"]["layout"] == "NCHW":
        rates["python_pytorch"] = rate(files, manifest, torch_forward(network, args.device), args)
    if args.json:
        print(json.dumps(rates))
    else:
        for name, value in rates.items():
            print(f"{name:20s} {value:8.1f} images/s of {len(files)}, batch {args.batch}, {args.workers} workers")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True, help="the model's manifest, beside its network")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--images", type=Path, help="folder of images")
    source.add_argument("--list", type=Path, help="file with the path of an image on each line; repeated ones count again")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--workers", type=int, help="processes that prepare images (default: one for each core)")
    parser.add_argument("--json", action="store_true", help="one line of JSON, the last one: images/s by pipeline")
    args = parser.parse_args()
    if args.batch < 1:
        parser.error("--batch: at least 1")
    return args


if __name__ == "__main__":
    sys.exit(main())
