"""What a manifest says about preprocessing, done with Pillow and NumPy: the reference the Java worker is compared to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import onnxruntime as ort
import yaml
from PIL import Image

ELEMENTS = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}


@dataclass(frozen=True)
class Manifest:
    """A model's manifest: what turns an image into the network's input, and what comes out."""

    path: Path
    values: dict

    @staticmethod
    def read(path: Path) -> "Manifest":
        try:
            values = yaml.safe_load(path.read_text())
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as e:
            raise SystemExit(f"{path}: cannot be read as a manifest: {e}") from e
        needed = {"name", "version", "file", "sha256", "licence", "input", "resize", "scale", "mean", "std", "feature"}
        missing = sorted(needed - set(values)) if isinstance(values, dict) else sorted(needed)
        if missing:
            raise SystemExit(f"{path}: is no manifest of an installed model, it lacks {', '.join(missing)}")
        return Manifest(path, values)

    def write(self) -> None:
        self.path.write_text(yaml.safe_dump(self.values, sort_keys=False, default_flow_style=None, width=120))

    @property
    def name(self) -> str:
        return self.values["name"]

    @property
    def file(self) -> Path:
        return self.path.parent / self.values["file"]

    @property
    def sha256(self) -> str:
        return self.values["sha256"]

    @property
    def tensor(self) -> str:
        return self.values["input"]["tensor"]

    @property
    def feature(self) -> str:
        return self.values["feature"]["tensor"]

    def tensor_of(self, image: Image.Image) -> np.ndarray:
        """float32 in the input's layout. Alpha is dropped, not blended; grey becomes three equal channels."""
        given = self.values["input"]
        image = centre_crop(resized(image.convert("RGB"), self.values["resize"]), given["width"], given["height"])
        pixels = np.asarray(image, dtype=np.float32)
        if given["colour"] == "BGR":
            pixels = pixels[..., ::-1]
        scale, mean, std = (np.float32(self.values[k]) for k in ("scale", "mean", "std"))
        tensor = (pixels * scale - mean) / std
        return tensor if given["layout"] == "NHWC" else tensor.transpose(2, 0, 1)


def resized(image: Image.Image, resize: dict) -> Image.Image:
    """To both sides as given, or torchvision's Resize(short_side): the long side is truncated."""
    interpolation = Image.Resampling[resize["interpolation"].upper()]
    if "short_side" in resize:
        side = resize["short_side"]
        short, long = sorted(image.size)
        scaled = int(side * long / short)
        size = (side, scaled) if image.width <= image.height else (scaled, side)
    else:
        size = (resize["width"], resize["height"])
    return image if image.size == size else image.resize(size, interpolation)


def centre_crop(image: Image.Image, width: int, height: int) -> Image.Image:
    """torchvision's CenterCrop: offsets round half to even; what lies outside of the image is black."""
    if image.width < width or image.height < height:
        padded = Image.new("RGB", (max(width, image.width), max(height, image.height)))
        padded.paste(image, (max(width - image.width, 0) // 2, max(height - image.height, 0) // 2))
        image = padded
    left, top = round((image.width - width) / 2), round((image.height - height) / 2)
    return image.crop((left, top, left + width, top + height))


class Embedder:
    """Embeds images through the exported graph."""

    def __init__(self, manifest: Manifest, threads: int = 0) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.manifest = manifest
        self.session = ort.InferenceSession(manifest.file, options, providers=["CPUExecutionProvider"])
        given = next(i for i in self.session.get_inputs() if i.name == manifest.tensor)
        self.element = ELEMENTS[given.type]
        self.fixed = given.shape[0] if isinstance(given.shape[0], int) and given.shape[0] > 0 else None

    def forward(self, batch: np.ndarray) -> np.ndarray:
        """[n, dimension] of [n, ...]; a graph of fixed batch is filled up with the first image."""
        count = self.fixed or len(batch)
        rows = []
        for start in range(0, len(batch), count):
            part = batch[start:start + count]
            full = np.concatenate([part, np.repeat(batch[:1], count - len(part), axis=0)])
            value = self.session.run([self.manifest.feature], {self.manifest.tensor: full.astype(self.element)})[0]
            rows.append(value[:len(part)].reshape(len(part), -1).astype(np.float32))
        return np.concatenate(rows)

    def forward_all(self, tensors: np.ndarray, batch: int = 16) -> np.ndarray:
        return np.concatenate([self.forward(tensors[i:i + batch]) for i in range(0, len(tensors), batch)])

    def embed(self, images: Iterable[Image.Image], batch: int = 32) -> np.ndarray:
        rows = []
        for part in batched(images, batch):
            rows.append(self.forward(np.stack([self.manifest.tensor_of(image) for image in part])))
        return np.concatenate(rows)


def batched(images: Iterable[Image.Image], size: int) -> Iterator[list[Image.Image]]:
    remaining = iter(images)
    while part := list(islice(remaining, size)):
        yield part
