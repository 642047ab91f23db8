"""What an image can be filtered by besides its embedding, computed a second time: NumPy, SciPy and Pillow, by the formulas of
docs/identifiers.md and not by Winnow's code.

    python identifiers.py golden                  draws identifiers/*.jpg and writes identifiers.json (of these and the samples)
    python identifiers.py of LIST OUT.json        for the files that LIST names, one a line
"""

import hashlib
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps
from scipy import fft, ndimage, stats

HERE = Path(__file__).parent
SAMPLES = HERE.parent.parent / "embedding-service/src/test/resources/samples"


def identifiers(path: Path) -> dict:
    image = Image.open(path)
    tags = image.getexif()
    rgb = np.asarray(image.convert("RGB"))
    grey = np.rint(rgb @ [0.299, 0.587, 0.114])
    step = 4
    while max(grey.shape) > 512:
        grey = halved(grey, 0, 1)
        step *= 2
    laplacian = ndimage.convolve(grey, [[0, 1, 0], [1, -4, 1], [0, 1, 0]], mode="mirror")
    turned = ImageOps.exif_transpose(image)
    return {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "format": image.format.lower(),
        "width": turned.width,
        "height": turned.height,
        "orientation": tags.get(0x0112, 1),
        "capturedAt": captured_at(tags),
        "camera": tags.get(0x0110),
        "brightness": grey.mean() / 255,
        "contrast": grey.std() / 255,
        "sharpness": laplacian.var(),
        "entropy": float(stats.entropy(np.unique(grey, return_counts=True)[1], base=2)),
        "phash": phash(grey, tags.get(0x0112, 1)),
        "colours": colours(rgb[::step, ::step].reshape(-1, 3)),
    }


def halved(grey: np.ndarray, *axes: int) -> np.ndarray:
    """Means of pairs along each axis, what is left over dropped; rounded once: of four values halves up, of two to even."""
    mean = grey
    pairs_only = sum(grey.shape[axis] > 1 for axis in axes) == 1
    for axis in axes:
        if mean.shape[axis] > 1:
            pairs = np.moveaxis(mean, axis, 0)
            even = pairs[: len(pairs) // 2 * 2]
            mean = np.moveaxis((even[::2] + even[1::2]) / 2, 0, axis)
    return np.rint(mean) if pairs_only else np.floor(mean + 0.5)


def phash(grey: np.ndarray, orientation: int) -> str:
    """imagehash.phash, after halving and columns first; equal coefficients are not above the median."""
    while max(grey.shape) >= 128:
        grey = halved(grey, *[axis for axis in (0, 1) if grey.shape[axis] >= 128])
    columns = Image.fromarray(grey.astype(np.uint8)).resize((grey.shape[1], 32), Image.Resampling.LANCZOS)
    small = columns.resize((32, 32), Image.Resampling.LANCZOS)
    small.getexif()[0x0112] = orientation
    square = np.asarray(ImageOps.exif_transpose(small), dtype=float)
    low = fft.dct(fft.dct(square, axis=0), axis=1)[:8, :8]
    bits = (low > np.median(low) + 1e-6).flatten()
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def lab(rgb: np.ndarray) -> np.ndarray:
    value = rgb / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                             [0.0193339, 0.1191920, 0.9503041]]).T / [0.95047, 1, 1.08883]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack([np.minimum(100, 116 * f[:, 1] - 16), 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


# Name, then L*, C* and h from (inclusive) to (exclusive); the first region that holds a colour names it.
REGIONS = [
    ("black", (-1, 10), (0, 999), (0, 360)),
    ("black", (0, 20), (0, 12), (0, 360)),
    ("white", (np.nextafter(90, 91), 101), (0, 15), (0, 360)),
    ("grey", (0, 101), (0, 12), (0, 360)),
    ("pink", (np.nextafter(45, 46), 101), (0, 999), (345, 380)),
    ("red", (0, 101), (0, 999), (345, 380)),
    ("pink", (np.nextafter(75, 76), 101), (0, 999), (20, 45)),
    ("brown", (0, 101), (0, 30), (20, 45)),
    ("red", (0, 101), (0, 999), (20, 45)),
    ("orange", (np.nextafter(57, 58), 101), (55, 999), (45, 80)),
    ("brown", (0, 101), (0, 999), (45, 80)),
    ("yellow", (65, 101), (0, 999), (80, 112)),
    ("brown", (0, 65), (0, 999), (80, 95)),
    ("green", (0, 101), (0, 999), (95, 170)),
    ("cyan", (0, 101), (0, 999), (170, 220)),
    ("blue", (0, 101), (0, 999), (220, 300)),
    ("blue", (0, 40), (0, 999), (300, 309)),
    ("purple", (0, 101), (0, 999), (300, 345)),
]


def colours(pixels: np.ndarray) -> list[dict]:
    five = pixels >> 3
    points = lab((five << 3 | five >> 2).astype(float))
    lightness, chroma = points[:, 0], np.hypot(points[:, 1], points[:, 2])
    hue = np.degrees(np.arctan2(points[:, 2], points[:, 1])) % 360
    names = np.full(len(points), "", dtype="U6")
    for name, light, saturated, (low, high) in REGIONS:
        within = (light[0] <= lightness) & (lightness < light[1]) & (saturated[0] <= chroma) & (chroma < saturated[1])
        within &= (low <= hue) & (hue < high) | (hue < high - 360)
        names[(names == "") & within] = name
    assert (names != "").all()
    found = [{"name": str(name), "lab": points[names == name].mean(axis=0).tolist(), "share": float((names == name).mean())}
             for name in np.unique(names)]
    found.sort(key=lambda colour: -colour["share"])
    return [found[0], *(colour for colour in found[1:3] if colour["share"] >= 0.1)]


def captured_at(tags: Image.Exif) -> str | None:
    shot = tags.get_ifd(0x8769)
    if 0x9003 not in shot:
        return None
    at = datetime.strptime(shot[0x9003] + shot.get(0x9011, "+00:00"), "%Y:%m:%d %H:%M:%S%z")
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def draw() -> None:
    """Landscapes of noise at every scale, as nature's is: hills before a sky, sharp and not, upright and not."""
    random = np.random.default_rng(20)
    for name, width, height, blur, orientation in [("hills", 1101, 733, 0, 1), ("mist", 640, 480, 3, 1), ("turned", 801, 534, 0.7, 6)]:
        y, x = np.mgrid[0:height, 0:width]
        frequency = np.hypot(fft.fftfreq(height)[:, None] * height, fft.fftfreq(width) * width) + 1
        rough = np.real(fft.ifft2(fft.fft2(random.standard_normal((height, width))) / frequency))
        rough /= np.abs(rough).max()
        ground = y > height * (0.45 + 0.1 * np.sin(x / width * 7) + 0.02 * np.sin(x / 9))
        sky = np.stack([90 + 90 * y / height, 140 + 60 * y / height, 210 + 0 * y], -1) + 40 * rough[..., None]
        hills = np.array([86, 112, 48]) + 150 * rough[..., None] + np.array([40, 8, 0]) * (y / height)[..., None]
        image = Image.fromarray(np.clip(np.where(ground[..., None], hills, sky), 0, 255).astype(np.uint8))
        tags = Image.Exif()
        tags[0x0112] = orientation
        image.filter(ImageFilter.GaussianBlur(blur)).save(HERE / "identifiers" / f"{name}.jpg", quality=50, exif=tags)


def main() -> None:
    if sys.argv[1] == "golden":
        (HERE / "identifiers").mkdir(exist_ok=True)
        draw()
        files = sorted(path for path in SAMPLES.iterdir() if path.suffix != ".json")
        files += sorted((HERE / "identifiers").glob("*.jpg")) + sorted(HERE.glob("*.png"))
        out, names = HERE / "identifiers.json", [path.relative_to(HERE.parent.parent).as_posix() for path in files]
    else:
        names = files = [Path(line) for line in Path(sys.argv[2]).read_text().splitlines()]
        out = Path(sys.argv[3])
    found = {str(name): identifiers(path) for name, path in zip(names, files)}
    lines = (f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in found.items())
    out.write_text("{" + ",\n ".join(lines) + "}\n")


if __name__ == "__main__":
    main()
