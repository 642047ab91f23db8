"""Writes golden tensors: what torchvision, timm and open_clip make of pictures that Pillow reads.

    python make.py                                            # presets.json and pictures/, as kept in the repository
    python make.py --out WORK --random 400 --seed 7           # WORK/presets.json of pictures drawn at random
    python make.py --out WORK --photos FOLDER --count 300     # of the photos in a folder

presets.json holds for each picture the SHA-256 of its upright pixels (8-bit RGB, rows from the top) and of each preset's
tensor (float32, little-endian, channel, row, column), and some of the tensor's values, at equal distances from the first to
the last. Presets that gave the same tensor are listed together. See README.md.
"""

import argparse
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import open_clip
import timm
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image, ImageOps
from timm.data import create_transform, resolve_data_config
from torchvision.models import get_weight

import pictures

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parents[1] / "embedding-service/src/test/resources/samples"
SUFFIXES = {".jpg", ".png", ".webp", ".gif", ".bmp"}
VALUES = 8
LIBRARIES = ["pillow", "torch", "torchvision", "timm", "open_clip_torch"]
# By Winnow's name of the preset: the name that the library has for the weights.
TORCHVISION = {"torchvision-vgg16": "VGG16_Weights.IMAGENET1K_V1",
               "torchvision-resnet50-v1": "ResNet50_Weights.IMAGENET1K_V1",
               "torchvision-resnet50-v2": "ResNet50_Weights.IMAGENET1K_V2",
               "torchvision-inception-v3": "Inception_V3_Weights.IMAGENET1K_V1",
               "torchvision-efficientnet-b0": "EfficientNet_B0_Weights.IMAGENET1K_V1",
               "torchvision-mobilenet-v2": "MobileNet_V2_Weights.IMAGENET1K_V1"}
TIMM = {"timm-efficientnet-b0": "efficientnet_b0.ra_in1k", "timm-inception-v3": "inception_v3.tv_in1k",
        "timm-vit": "vit_base_patch16_224.augreg2_in21k_ft_in1k"}
CLIP = {"clip": ("ViT-B-32", "openai")}


def transforms() -> dict[str, Callable[[Image.Image], torch.Tensor]]:
    """From the libraries' own descriptions of the weights; no number is stated here."""
    made = {name: get_weight(weights).transforms() for name, weights in TORCHVISION.items()}
    for name, weights in TIMM.items():
        config = timm.get_pretrained_cfg(weights)
        assert config is not None, weights
        made[name] = create_transform(**resolve_data_config(pretrained_cfg=config.to_dict()))
    for name, (network, weights) in CLIP.items():
        config = open_clip.get_pretrained_cfg(network, weights)
        vision = open_clip.get_model_config(network)["vision_cfg"]
        made[name] = image_transform_v2(
            PreprocessCfg(size=vision["image_size"], mean=config["mean"], std=config["std"],
                          interpolation=config["interpolation"], resize_mode=config["resize_mode"]), is_train=False)
    return made


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    files = files_of(args)
    made = transforms()
    golden = {"libraries": {name: version(name) for name in LIBRARIES},
              "presets": TORCHVISION | TIMM | {name: " ".join(weights) for name, weights in CLIP.items()},
              "files": [entry(file, made, args.out) for file in files]}
    # One file a line, for readable differences.
    lines = ",\n".join(json.dumps(file) for file in golden.pop("files"))
    text = json.dumps(golden, indent=1).removesuffix("\n}") + ',\n "files": [\n' + lines + "\n]}\n"
    (args.out / "presets.json").write_text(text)
    print(f"{len(files)} files, {len(made)} presets")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE, help="the folder to write to (default: this one)")
    parser.add_argument("--random", type=int, metavar="N", help="draw N pictures at random")
    parser.add_argument("--seed", type=int, default=1, help="of what is random (default: 1)")
    parser.add_argument("--photos", type=Path, nargs="+", metavar="FOLDER", help="take the photos below these folders")
    parser.add_argument("--count", type=int, help="that many of the photos, drawn by the seed (default: all)")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    if (args.random or args.photos) and args.out.resolve() == HERE:
        parser.error("--out: name a work folder; the kept golden tensors are those of no option")
    return args


def files_of(args: argparse.Namespace) -> list[Path]:
    if args.photos:
        files = sorted(p for folder in args.photos for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
        if not files:
            raise SystemExit(f"--photos: no pictures ({', '.join(sorted(SUFFIXES))}) below {args.photos}")
        order = np.random.default_rng(args.seed).permutation(len(files))[: args.count]
        return [files[i] for i in sorted(order)]
    folder = args.out / "pictures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, file in pictures.random_ones(args.random, args.seed) if args.random else pictures.kept().items():
        (folder / name).write_bytes(file)
    drawn = sorted(folder.iterdir())
    kept = [] if args.random else [*sorted(HERE.glob("*.png")), *sorted(SAMPLES.iterdir())]
    return drawn + [file for file in kept if file.suffix in SUFFIXES]


def entry(file: Path, made: dict[str, Callable[[Image.Image], torch.Tensor]], out: Path) -> dict:
    """A picture is read as torchvision's own loader reads it, and turned upright first."""
    with Image.open(file) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    groups: dict[str, dict] = {}
    for name, transform in made.items():
        tensor = transform(upright).numpy()
        assert tensor.dtype == np.float32 and tensor.ndim == 3
        data = np.ascontiguousarray(tensor, dtype="<f4")
        at = np.linspace(0, data.size - 1, VALUES).astype(int)
        group = {"sha256": hashlib.sha256(data.tobytes()).hexdigest(), "shape": list(data.shape),
                 "values": [float(str(value)) for value in data.reshape(-1)[at]]}
        groups.setdefault(group["sha256"], {"presets": [], **group})["presets"].append(name)
    return {"file": Path(os.path.relpath(file, out)).as_posix(),
            "size": list(upright.size),
            "pixels": hashlib.sha256(upright.tobytes()).hexdigest(),
            "tensors": list(groups.values())}


if __name__ == "__main__":
    main()
