"""Writes golden images with their tensors and embeddings, for tests of other implementations of the preprocessing.

    python golden.py --manifest ../default/winnow-default.yaml --out ../golden
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from preprocess import Embedder, Manifest

ROW, COLUMNS = 64, 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    manifest = Manifest.read(args.manifest)
    embedder = Embedder(manifest, threads=1)

    entries = []
    for name, image in images().items():
        path = args.out / f"{name}.png"
        image.save(path, optimize=True)
        tensor = manifest.tensor_of(Image.open(path))
        entries.append({"file": path.name, "mode": image.mode, "width": image.width, "height": image.height,
                        "tensorRow64": rounded(tensor[:, ROW, :COLUMNS]),
                        "tensorMean": rounded(tensor.mean(dtype=np.float64)),
                        "embedding": rounded(embedder.forward(tensor[None])[0])})
    golden = {"model": args.manifest.stem, "sha256": manifest.sha256, "images": entries}
    (args.out / f"{args.manifest.stem}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


def rounded(values: np.ndarray | np.floating) -> list | float:
    return np.round(np.asarray(values, dtype=np.float64), 6).tolist()


def images() -> dict[str, Image.Image]:
    """One image per path through the preprocessing; drawn with integers only, so that every machine draws the same."""
    return {
        "wide-gradient": gradient(301, 150),       # one side is shrunk, the other enlarged
        "tall-shapes": shapes(203, 241),
        "small-stripes": stripes(97, 61),          # smaller than the input: enlarged
        "grey-rings": rings(190).convert("L"),
        "alpha-unscaled": alpha(160, 160),         # the input's size already: not resampled
        "panorama": stripes(640, 64),              # the aspect ratio that suffers most
    }


def gradient(width: int, height: int) -> Image.Image:
    y, x = np.indices((height, width))
    return Image.fromarray(np.stack([x * 255 // (width - 1), y * 255 // (height - 1), 255 - (x + y) // 2 % 256], -1)
                           .astype(np.uint8))


def shapes(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), (236, 228, 210))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 30, 140, 150), fill=(200, 40, 50))
    draw.rectangle((90, 110, 190, 235), fill=(30, 90, 180))
    draw.polygon([(15, 250), (70, 140), (125, 250)], fill=(40, 150, 80))
    draw.line((0, 0, width, height), fill=(20, 20, 20), width=3)
    return image


def stripes(width: int, height: int) -> Image.Image:
    y, x = np.indices((height, width))
    band = (x // 7 + y // 11) % 4
    return Image.fromarray(np.array([[250, 200, 30], [20, 30, 60], [120, 190, 220], [230, 80, 90]], np.uint8)[band])


def rings(side: int) -> Image.Image:
    y, x = np.indices((side, side)) - side // 2
    return Image.fromarray(((x * x + y * y) // 24 % 256).astype(np.uint8), "L")


def alpha(width: int, height: int) -> Image.Image:
    opacity = Image.fromarray((np.indices((height, width))[1] * 255 // (width - 1)).astype(np.uint8))
    image = shapes(width, height)
    image.putalpha(opacity)
    return image


if __name__ == "__main__":
    main()
