"""What a manifest says about preprocessing, done with Pillow and NumPy: the reference the Java worker is compared to."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
import yaml
from PIL import Image


@dataclass(frozen=True)
class Manifest:
    """The part of a model's manifest that turns an image into the network's input."""

    file: Path
    sha256: str
    tensor: str
    short_side: int
    crop: int
    scale: np.float32
    mean: np.ndarray
    std: np.ndarray
    feature: str

    @staticmethod
    def read(path: Path) -> "Manifest":
        m = yaml.safe_load(path.read_text())
        if (m["resize"]["interpolation"], m["input"]["layout"], m["input"]["colour"]) != ("bilinear", "NCHW", "RGB"):
            raise ValueError(f"{path.name}: only bilinear, NCHW and RGB are implemented here")
        if "short_side" not in m["resize"] or m["input"]["width"] != m["input"]["height"]:
            raise ValueError(f"{path.name}: only a short side and a square input are implemented here")
        return Manifest(path.parent / m["file"], m["sha256"], m["input"]["tensor"], m["resize"]["short_side"],
                        m["input"]["width"], np.float32(m["scale"]), np.float32(m["mean"]), np.float32(m["std"]),
                        m["feature"]["tensor"])

    def tensor_of(self, image: Image.Image) -> np.ndarray:
        """float32 [3, crop, crop]. Alpha is dropped, not blended; grey becomes three equal channels."""
        image = resize_short_side(image.convert("RGB"), self.short_side)
        pixels = np.asarray(centre_crop(image, self.crop), dtype=np.float32)
        return ((pixels * self.scale - self.mean) / self.std).transpose(2, 0, 1)


def resize_short_side(image: Image.Image, side: int) -> Image.Image:
    """torchvision's Resize(side): the long side is truncated, and nothing is done where the short side fits already."""
    short, long = sorted(image.size)
    if short == side:
        return image
    scaled = int(side * long / short)
    size = (side, scaled) if image.width <= image.height else (scaled, side)
    return image.resize(size, Image.Resampling.BILINEAR)


def centre_crop(image: Image.Image, side: int) -> Image.Image:
    """torchvision's CenterCrop(side) of an image no smaller than that: offsets round half to even."""
    left, top = round((image.width - side) / 2), round((image.height - side) / 2)
    return image.crop((left, top, left + side, top + side))


class Embedder:
    """Embeds images through the exported graph."""

    def __init__(self, manifest: Manifest, threads: int = 0) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.manifest = manifest
        self.session = ort.InferenceSession(manifest.file, options, providers=["CPUExecutionProvider"])

    def forward(self, batch: np.ndarray) -> np.ndarray:
        return self.session.run([self.manifest.feature], {self.manifest.tensor: batch})[0]

    def embed(self, images: Iterable[Image.Image], batch: int = 32) -> np.ndarray:
        tensors = [self.manifest.tensor_of(image) for image in images]
        return np.concatenate([self.forward(np.stack(tensors[i:i + batch])) for i in range(0, len(tensors), batch)])
