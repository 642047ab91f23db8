"""The photos that both sides embed: some of a folder, or drawn ones where there is none."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw


def choose(files: list[Path], count: int, seed: int) -> list[Path]:
    """The widest, the tallest, the smallest and the largest image, and random ones up to `count`."""
    sizes = {}
    for file in files:
        with Image.open(file) as image:
            sizes[file] = image.size
    extremes = [max(files, key=lambda f: sizes[f][0] / sizes[f][1]), min(files, key=lambda f: sizes[f][0] / sizes[f][1]),
                min(files, key=lambda f: min(sizes[f])), max(files, key=lambda f: sizes[f][0] * sizes[f][1])]
    order = np.random.default_rng(seed).permutation(len(files))
    return list(dict.fromkeys(extremes + [files[i] for i in order]))[:count]


def draw(folder: Path, count: int, seed: int) -> list[Path]:
    """JPEG and PNG pictures of shapes on textured grounds, in odd sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    files = []
    for i in range(count):
        width, height = (int(v) for v in random.integers(90, 700, 2))
        image = scene(width, height, random)
        files.append(folder / f"drawn-{i:03d}.{'png' if i % 4 == 0 else 'jpg'}")
        image.save(files[-1], quality=int(random.integers(60, 96)))
    return files


def scene(width: int, height: int, random: np.random.Generator) -> Image.Image:
    y, x = np.indices((height, width)) / max(width, height)
    waves = [128 + random.uniform(30, 120) * np.sin(random.uniform(2, 60) * x + random.uniform(2, 60) * y) for _ in range(3)]
    noise = random.normal(0, random.uniform(1, 25), (height, width, 3))
    image = Image.fromarray((np.stack(waves, -1) + noise).clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    for _ in range(int(random.integers(2, 9))):
        left, top = random.integers(0, width), random.integers(0, height)
        box = (left, top, left + random.integers(10, width), top + random.integers(10, height))
        colour = tuple(int(v) for v in random.integers(0, 256, 3))
        (pen.ellipse if random.random() < 0.5 else pen.rectangle)(tuple(int(v) for v in box), fill=colour)
    return image
