"""Exports networks of torchvision to ONNX in the ways people export them, each with PyTorch's embeddings of some photos.

    python export_torchvision.py --out WORK --photos PHOTOS --set standard
    python export_torchvision.py --out WORK --only resnet50 vgg16

Writes WORK/photos and, for each case, WORK/CASE/{CASE.onnx,case.json}. case.json holds the preprocessing in the words of a
manifest, the expected embeddings (unit length, in fp32, by PyTorch under torchvision's own transform), and how far an
implementation may be away. Weights are seeded, not real: see proof/networks.py.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

from images import files_of, opened
from neighbours import unit
from proof import networks, photos, published
from proof.cases import CASES, Case, chosen
from proof.networks import Preset

# Below this, photos would be so alike to the network that a wrong preprocessing could pass.
LEAST_DISTANCE = 0.05


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    shown, fitting = take_photos(args)
    built: dict[str, nn.Module] = {}
    for case in chosen(args.set, args.only):
        preset = case.preset()
        if case.network not in built:
            built = {case.network: networks.build(case.network, args.seed, preset.batch(fitting))}
        images = [opened(f) for f in shown]
        expected = unit(networks.feature(built[case.network], preset.batch(images)))
        distance = least_distance(expected)
        if not np.isfinite(expected).all() or distance < LEAST_DISTANCE:
            raise SystemExit(f"{case.name}: two photos differ by {distance:.4f} only; these weights prove nothing")
        folder = args.out / case.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        case.export(built[case.network], folder / f"{case.name}.onnx")
        describe(case, preset, folder, shown, expected)
        size = sum(f.stat().st_size for f in folder.glob("*.onnx*"))
        print(f"{case.name:28s} {expected.shape[1]:5d} values, {size / 1e6:6.1f} MB, least distance of two photos "
              f"{distance:.3f}", flush=True)
    if args.published:
        pictures = {f.name: opened(f) for f in shown}
        for what in published.PUBLISHED:
            source = args.published / what.file
            if not source.exists():
                raise SystemExit(f"--published: {source} is not there")
            print("\n".join(published.describe(what, source, args.out, pictures)), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the work folder")
    parser.add_argument("--photos", type=Path, help="folder of photos; without it pictures are drawn")
    parser.add_argument("--count", type=int, default=12, help="photos to embed (default: 12)")
    parser.add_argument("--set", choices=["standard", "all"], default="standard", help="which cases (default: standard)")
    parser.add_argument("--only", nargs="+", metavar="CASE", help="these cases: " + " ".join(c.name for c in CASES))
    parser.add_argument("--published", type=Path, help="folder of mobilenetv2-12-int8.onnx and SqueezeNet_fp16.onnx")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    if args.count < 2:
        parser.error("--count: at least 2")
    return args


def take_photos(args: argparse.Namespace) -> tuple[list[Path], list]:
    """The photos to embed, copied into the work folder, and 24 others to fit the networks to."""
    folder = args.out / "photos"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if args.photos:
        files = files_of(args.photos)
        show = photos.choose(files, args.count, args.seed)
        others = [f for f in files if f not in set(show)] or files
        fit = [others[i] for i in np.random.default_rng(args.seed + 1).permutation(len(others))[:24]]
        shown = [Path(shutil.copy(f, folder / f"{i:02d}-{f.name}")) for i, f in enumerate(show)]
        return shown, [opened(f) for f in fit]
    random = np.random.default_rng(args.seed + 1)
    return photos.draw(folder, args.count, args.seed), [photos.scene(320, 240, random) for _ in range(24)]


def describe(case: Case, preset: Preset, folder: Path, shown: list[Path], expected: np.ndarray) -> None:
    (folder / "case.json").write_text(json.dumps({
        "name": case.name,
        "network": case.network,
        "file": f"{case.name}.onnx",
        "manifest": case.preprocessing(preset),
        "dimension": expected.shape[1],
        "tolerance": case.tolerance,
        "expected": {file.name: np.round(row, 9).tolist() for file, row in zip(shown, expected)},
    }) + "\n")


def least_distance(vectors: np.ndarray) -> float:
    """Of unit vectors: the smallest distance of two."""
    distances = np.sqrt(np.maximum(0, 2 - 2 * vectors @ vectors.T))
    return float(distances[~np.eye(len(vectors), dtype=bool)].min())


if __name__ == "__main__":
    sys.exit(main())
